// Whose an operation is.
#pragma once
#include <optional>
#include <variant>

#include "sim/input/operation.hpp"

namespace ksmsim::input {

// The address space that does it (of a fork: the parent), or none: a knob, or all of them.
inline std::optional<MmId> guest_of(const Operation& operation) {
  return std::visit(
      [](const auto& op) -> std::optional<MmId> {
        if constexpr (requires { op.range; }) {
          return op.range.mm;
        } else if constexpr (requires { op.mm; }) {
          return op.mm;
        } else if constexpr (requires { op.parent; }) {
          return op.parent;
        } else {
          return std::nullopt;
        }
      },
      operation);
}

}  // namespace ksmsim::input
