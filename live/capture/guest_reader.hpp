// Looks at the memory of one process, block by block.
//
// The page map is read first, and of what it shows as present only pages of the process's own are
// read: nothing is faulted in, nothing is written, no process waits.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "live/capture/memory_reader.hpp"
#include "live/capture/page_map.hpp"
#include "live/capture/sight.hpp"
#include "live/capture/smaps.hpp"
#include "live/process.hpp"
#include "live/sys_file.hpp"
#include "sim/base/result.hpp"
#include "traces/page_hasher.hpp"

namespace ksmsim::live::capture {

class GuestReader {
 public:
  // `hasher` outlives the object. An Error if there is no such process or it may not be read.
  static Result<GuestReader> open(const live::ProcessId& process, const traces::PageHasher& hasher);

  // Its regions now. An Error if it has ended.
  Result<std::vector<CapturedRegion>> regions(const Choice& choice, Hypervisor hypervisor);

  struct Wish {
    bool huge = false;    // Find out whether the block is a huge page.
    bool merged = false;  // Find out which pages KSM has merged.
    bool nodes = false;   // Find out on which NUMA node pages are.
  };
  // Looks at pages of one block; the caller puts the time of the look to it. An Error if the
  // process has ended or refuses.
  Result<BlockSight> look(PageIndex start, std::size_t count, const Wish& wish);

  std::uint64_t bytes_read() const { return bytes_read_; }
  // Whether anything of it is merged now; true where the kernel does not tell.
  bool has_merged_pages() const;

 private:
  GuestReader(const live::ProcessId& process, PageMap map, MemoryReader memory,
              const traces::PageHasher& hasher);

  bool maps_zeros(const PageEntry& entry);
  bool is_huge(const BlockSight& sight) const;
  Sharing sharing_of(const BlockSight& sight) const;
  Result<void> read_contents(BlockSight& sight);
  Result<void> look_again_at_zeros(BlockSight& sight);
  void find_nodes(BlockSight& sight) const;

  live::ProcessId process_;
  PageMap map_;
  MemoryReader memory_;
  const traces::PageHasher* hasher_;
  FrameFlags frames_;
  std::optional<live::SysFile> merging_pages_;  // Asked for each block; Linux 5.19 and later.
  std::uint64_t bytes_read_ = 0;
  std::vector<PageEntry> entries_;
  std::vector<PageIndex> wanted_;
  std::unique_ptr<char[]> buffer_;
  std::uint64_t last_frame_ = 0;  // Asked last by maps_zeros: shared frames come in rows.
  bool last_zeros_ = false;
  // KSM has put the page of zeros into the process (use_zero_pages); as regions() found it.
  bool merges_zeros_ = false;
};

}  // namespace ksmsim::live::capture
