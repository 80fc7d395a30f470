// The numbers of /proc/PID/ksm_stat, by address space. Units: items, which are pages.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "sim/base/ids.hpp"

namespace ksmsim::ksm {

class MmNumbers {
 public:
  struct OfMm {
    std::int64_t rmap_items = 0;
    std::int64_t merging_pages = 0;  // Items held by stable nodes.
  };

  OfMm& of(MmId mm) {
    if (mm.value >= mms_.size()) mms_.resize(mm.value + std::size_t{1});
    return mms_[mm.value];
  }
  OfMm of(MmId mm) const { return mm.value < mms_.size() ? mms_[mm.value] : OfMm{}; }
  // The numbers as the kernel shows them: those that a child inherited from its parent included.
  OfMm shown(MmId mm) const;
  void inherit(MmId parent, MmId child) { inherited_[child] = shown(parent); }

 private:
  std::vector<OfMm> mms_;
  std::map<MmId, OfMm> inherited_;
};

}  // namespace ksmsim::ksm
