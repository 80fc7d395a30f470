// What each guest held at its last moment, kept in temporary files so that it can be compared with
// the next: 8 bytes a page, and none of it in memory but two buffers.
//
// One moment is written at a time, pages ascending. There are two files, and a file that holds no
// moment that is still needed begins again at its start. So guests that come one after the other
// take the space of two moments, and guests that take turns that of a few of each.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/ids.hpp"
#include "traces/moments/temp_file.hpp"

namespace ksmsim::traces::moments {

class Spool {
 public:
  explicit Spool(const OpenTemp& open) : files_{File(open), File(open)} {}

  // Where a moment is kept.
  struct Kept {
    std::size_t file = 0;
    std::uint64_t begin = 0, end = 0;  // Bytes.
  };
  struct Page {
    PageIndex page;
    std::uint64_t content = 0;
  };

  void begin();
  // REQUIRES: behind the page before it.
  Result<void> add(PageIndex page, std::uint64_t content);
  Result<Kept> end();
  // The moment is no longer needed.
  void drop(const Kept& kept);

  // Reads a moment that is kept. The spool may be written meanwhile.
  class Reader {
   public:
    Reader(Spool& spool, const Kept& kept) : spool_(&spool), kept_(kept) {}
    // The next page; nothing at the end.
    Result<std::optional<Page>> next();

   private:
    Result<std::uint64_t> next_word();

    Spool* spool_;
    Kept kept_;  // `begin` moves on.
    std::vector<std::uint64_t> words_;
    std::size_t at_ = 0;
    PageIndex page_;  // The next one of the run,
    std::uint64_t run_left_ = 0;
  };

 private:
  // Bytes of 64-bit words: runs of pages, each its first page, their number, their contents.
  struct File {
    explicit File(OpenTemp open) : file(std::move(open)) {}
    TempFile file;
    std::uint64_t end = 0;
    std::size_t kept = 0;  // Moments that are needed.
  };

  Result<void> flush();

  std::array<File, 2> files_;
  Kept now_;                          // That is being written.
  std::vector<std::uint64_t> words_;  // Of it, not yet in the file.
  std::size_t run_at_ = 0;            // Where the last run begins in words_.
  PageIndex next_;                    // The page that would go on with that run.
};

}  // namespace ksmsim::traces::moments
