#include "sim/ksm/mm_numbers.hpp"

namespace ksmsim::ksm {

MmNumbers::OfMm MmNumbers::shown(MmId mm) const {
  OfMm numbers = of(mm);
  const auto at = inherited_.find(mm);
  if (at == inherited_.end()) return numbers;
  numbers.rmap_items += at->second.rmap_items;
  numbers.merging_pages += at->second.merging_pages;
  return numbers;
}

}  // namespace ksmsim::ksm
