// Which huge pages there are, and which blocks map each: more than one after a fork. Which of a
// block's sites still map their part is in its BlockExtras.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace ksmsim::mem {

class HugePages {
 public:
  // A new one that a block maps. Returns its number.
  std::uint32_t make(std::uint32_t block) {
    blocks_[next_] = {block};
    return next_++;
  }
  void add(std::uint32_t huge_page, std::uint32_t block) { blocks_[huge_page].push_back(block); }
  // A block does not map it any more, nor may anybody. Returns whether it is gone.
  bool leave(std::uint32_t huge_page, std::uint32_t block) {
    auto& blocks = blocks_.at(huge_page);
    std::erase(blocks, block);
    if (!blocks.empty()) return false;
    blocks_.erase(huge_page);
    return true;
  }
  // It is one no more. Returns the blocks that mapped it.
  std::vector<std::uint32_t> split(std::uint32_t huge_page) {
    std::vector<std::uint32_t> blocks = std::move(blocks_.at(huge_page));
    blocks_.erase(huge_page);
    return blocks;
  }
  const std::vector<std::uint32_t>& blocks(std::uint32_t huge_page) const {
    return blocks_.at(huge_page);
  }
  const std::map<std::uint32_t, std::vector<std::uint32_t>>& all() const { return blocks_; }

 private:
  std::map<std::uint32_t, std::vector<std::uint32_t>> blocks_;
  std::uint32_t next_ = 0;
};

}  // namespace ksmsim::mem
