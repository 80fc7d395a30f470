// What differs between kernel versions, as named traits: code asks for a trait, never for a
// version. A version is one row of the table in traits.cpp.
#pragma once
#include <string_view>

#include "sim/base/result.hpp"

namespace ksmsim::ksm {

// Whether the letters e and d begin a boolean (enable, disable); 6.18 takes them.
enum class EnableWords { refused, taken };

struct Traits {
  std::string_view kernel;  // As --kernel names it.
  EnableWords enable_words;
};

// The row of a kernel: "6.18", or a release such as "6.18.44-amd64". Otherwise an error that lists
// the known ones.
Result<const Traits*> traits_of(std::string_view kernel);

// The newest kernel of the table.
const Traits& newest_traits();

}  // namespace ksmsim::ksm
