// The kinds of regions that scenarios can name, in words: made from what the models declare.
#pragma once
#include <string>

#include "sim/base/result.hpp"

namespace ksmsim::cli {

enum class Form { plain, markdown };

// All kinds, or the one of this name; an Error if there is none.
Result<std::string> model_text(const std::string& name, Form form);

}  // namespace ksmsim::cli
