// Measures how long the contents of guests' pages live, from what guests have done; for who asks
// why pages do not merge.
//
// A write counts as a new content, whatever it writes. Times are whole milliseconds; a page takes 4
// bytes, with those of its block of 512.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/input/operation.hpp"
#include "sim/mem/address_space.hpp"
#include "sim/results/content_lives.hpp"

namespace ksmsim::host {

class LifeLog {
 public:
  // A guest has done this. REQUIRES: OperationChecker accepts the operation after those before it;
  // `at` does not descend.
  void record(Time at, const input::Operation& operation);
  // The guest is gone, by an operation or without one. Its contents did not end: nobody wrote them.
  void forget(MmId mm);
  // Up to now; what is there counts as standing. REQUIRES: nothing was recorded after it.
  results::ContentLives lives(Time now) const;

 private:
  // When contents came to be, in milliseconds; kNothing: there is none.
  using Block = std::array<std::uint32_t, mem::kBlockPages>;
  using Space = std::map<std::uint64_t, Block>;  // By page / kBlockPages.
  static constexpr std::uint32_t kNothing = ~std::uint32_t{0};

  Space& space(MmId mm);
  void write(const input::PageRange& range, std::uint32_t now);
  void give_back(const input::PageRange& range, std::uint32_t now);
  void end(std::uint32_t& born, std::uint32_t now);

  std::vector<Space> spaces_;  // By MmId.
  results::LifeCounts ended_;
};

}  // namespace ksmsim::host
