// Work on a number of pages that takes its time: a fill at boot, an update, a scan. The pages are
// done in pieces of at most 1 MiB, evenly over the time, in ascending order. (Of what is counted in
// other things than pages, pieces of another size.)
#pragma once
#include <algorithm>
#include <cstdint>

#include "sim/base/time.hpp"

namespace ksmsim::models {

inline constexpr std::uint64_t kPiecePages = 256;

class SpreadJob {
 public:
  struct Piece {
    std::uint64_t first = 0, count = 0;
  };

  SpreadJob() = default;  // Nothing to do.
  SpreadJob(Time start, Duration length, std::uint64_t pages, std::uint64_t piece = kPiecePages)
      : start_(start), length_(length), pages_(pages), piece_(piece) {}

  // When the next piece is due; kNever: all is done.
  Time next() const {
    if (done_ >= pages_) return kNever;
    const auto pieces = (pages_ + piece_ - 1) / piece_;
    const auto piece = done_ / piece_;
    // length * piece / pieces without overflow: lengths are below 2^63 ns, pieces below 2^28.
    const auto ns = static_cast<std::uint64_t>(length_.count());
    const std::uint64_t at = ns / pieces * piece + ns % pieces * piece / pieces;
    return start_ + Duration{static_cast<std::int64_t>(at)};
  }
  // The next piece. REQUIRES: next() is not kNever.
  Piece take() {
    const Piece piece{done_, std::min(piece_, pages_ - done_)};
    done_ += piece.count;
    return piece;
  }

 private:
  Time start_ = kStart;
  Duration length_{};
  std::uint64_t pages_ = 0;
  std::uint64_t piece_ = kPiecePages;
  std::uint64_t done_ = 0;
};

}  // namespace ksmsim::models
