// Which address space issued an operation.
#pragma once
#include <optional>
#include <type_traits>
#include <variant>

#include "sim/input/operation.hpp"

namespace ksmsim::input {

// The operation's own field for the address space that issued it (of a fork: the parent). nullptr
// if no single one did: a knob, or all of them. `Op` is Operation, or const.
template <class Op>
auto mm_in(Op& operation) {
  using Mm = std::conditional_t<std::is_const_v<Op>, const MmId, MmId>;
  return std::visit(
      [](auto& op) -> Mm* {
        if constexpr (requires { op.range; }) {
          return &op.range.mm;
        } else if constexpr (requires { op.mm; }) {
          return &op.mm;
        } else if constexpr (requires { op.parent; }) {
          return &op.parent;
        } else {
          return nullptr;
        }
      },
      operation);
}

// The address space that issued the operation, or nothing.
inline std::optional<MmId> guest_of(const Operation& operation) {
  const MmId* mm = mm_in(operation);
  return mm != nullptr ? std::optional(*mm) : std::nullopt;
}

}  // namespace ksmsim::input
