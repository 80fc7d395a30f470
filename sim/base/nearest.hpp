// Which known name somebody may have meant who typed an unknown one.
#pragma once
#include <string_view>
#include <vector>

namespace ksmsim {

// The known name that takes the fewest insertions, deletions and replacements of a letter to
// become `name`; the first of several. Letters count as equal whatever their case. Only the first
// 60 letters of `name` are looked at. REQUIRES: !known.empty().
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace ksmsim
