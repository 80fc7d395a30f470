// A script that is being written: its lines so far, and what its address spaces hold by them, so
// that what is written next is legal. Each function adds one line.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ksmsim::live::random {

// Pages of an address space: some of one region or of adjacent ones.
struct Piece {
  std::string mm;
  std::uint64_t start = 0, count = 0;
};

// What a range of pages is filled with: page i holds first + i % period.
struct Content {
  std::uint64_t first = 0, period = 1;
  std::uint64_t of(std::uint64_t i) const { return first + i % period; }
};

class Draft {
 public:
  // The mapped pages, with the identity that each holds; nothing for a page that was never written
  // or was discarded. What is in swap or a huge page's zeros is not told apart here.
  using Pages = std::map<std::uint64_t, std::optional<std::uint64_t>>;

  const std::map<std::string, Pages>& spaces() const { return spaces_; }
  std::uint64_t rows() const { return rows_; }
  const std::string& text() const { return text_; }

  void comment(std::string_view text);
  // A new address space; returns its name.
  std::string begin();
  std::string fork(const std::string& mm);
  void exit(const std::string& mm);
  // REQUIRES: none of it is mapped.
  void map(const Piece& piece, bool plain);
  // All others REQUIRE: all of the piece is mapped.
  void unmap(const Piece& piece);
  void write(const Piece& piece, Content content);
  void discard(const Piece& piece);
  // An operation that changes no content: "read m1 0 4", "pin m1 0 4 on".
  void touch(std::string_view verb, const Piece& piece, std::string_view argument = "");
  void swap_all();
  // `set?`, so that every kernel takes the script, unless all have the knob.
  void set(std::string_view knob, std::uint64_t value);
  // Row and wake-ups; `run` prints a row if it is 1.
  void run(int value);
  void row();
  void wake(std::uint64_t count);

 private:
  void line(std::string_view text);
  static std::string at(const Piece& piece);

  std::string text_;
  std::map<std::string, Pages> spaces_;
  std::uint64_t names_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace ksmsim::live::random
