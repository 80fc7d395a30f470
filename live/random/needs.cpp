#include "live/random/needs.hpp"

#include <variant>

namespace ksmsim::live::random {

Abilities needs_of(const traces::Script& script) {
  Abilities needs;
  const auto has = [](const input::Operation& operation, auto... kinds) {
    return (std::holds_alternative<decltype(kinds)>(operation) || ...);
  };
  for (const traces::Step& step : script.steps) {
    if (step.kind != traces::Step::Kind::operation) continue;
    const input::Operation& operation = step.operation;
    needs.huge_pages |= has(operation, input::Huge{}, input::Collapse{});
    needs.pins |= has(operation, input::Pin{});
    needs.nodes |= has(operation, input::SetNode{}, input::Move{});
    needs.reclaim |= has(operation, input::SwapAll{});
    needs.swap |= has(operation, input::SwapOut{}, input::SwapIn{}, input::SwapAll{});
  }
  return needs;
}

}  // namespace ksmsim::live::random
