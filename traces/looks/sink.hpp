// Where an import's operations go.
#pragma once
#include <functional>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"

namespace ksmsim::traces::looks {

// Takes the operations of an import, one after the other; an Error ends the import.
using Sink = std::function<Result<void>(const input::TimedOperation&)>;

}  // namespace ksmsim::traces::looks
