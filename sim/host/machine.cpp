#include "sim/host/machine.hpp"

#include <memory>

#include "sim/ksm/ksmd.hpp"

namespace ksmsim::host {
namespace {

mem::Mergeable mergeable(input::Mergeable m) {
  return m == input::Mergeable::yes ? mem::Mergeable::yes : mem::Mergeable::no;
}

}  // namespace

Machine::Machine(const ksm::Traits& traits, const cost::Meter& meter, ksm::Ticks ticks)
    : memory_(traits.memory), ksmd_(std::make_unique<ksm::Ksmd>(traits, meter, ticks)) {}

Result<Machine::Woken> Machine::apply(const input::Operation& operation) {
  return std::visit([this](const auto& op) { return carry_out(op); }, operation);
}

Result<Machine::Woken> Machine::carry_out(const input::Begin& op) {
  KSM_CHECK(memory_.begin() == op.mm);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Fork& op) {
  const std::uint64_t copied = memory_.space(op.parent).blocks.size();
  if (auto r = room_for(copied * mem::kBlockPages); !r) return r.error();
  KSM_CHECK(memory_.fork(op.parent) == op.child);
  ksmd_->fork(memory_, op.parent, op.child);
  return ksmd_->registered(op.parent) ? ksmd_->enter(op.child) : Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::End& op) {
  ksmd_->leave(op.mm);
  memory_.end(op.mm);
  if (!ksmd_->registered(op.mm)) {
    memory_.release_blocks(op.mm, [](std::uint32_t) { return false; });
  }
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Map& op) {
  memory_.map(op.range.mm, op.range.start, op.range.count, mergeable(op.mergeable));
  return memory_.space(op.range.mm).mergeable(op.range.start) ? ksmd_->enter(op.range.mm)
                                                              : Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Unmap& op) {
  memory_.unmap(op.range.mm, op.range.start, op.range.count);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Advise& op) {
  memory_.advise(op.range.mm, op.range.start, op.range.count, mergeable(op.mergeable));
  return op.mergeable == input::Mergeable::yes ? ksmd_->enter(op.range.mm) : Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::OptIn& op) {
  if (op.merge_any == input::Switch::off) {
    memory_.opt_out(op.mm);
    return Woken::no;
  }
  if (memory_.space(op.mm).merge_any) return Woken::no;
  memory_.opt_in(op.mm);
  return ksmd_->enter(op.mm);
}

Result<Machine::Woken> Machine::carry_out(const input::Write& op) {
  const auto& [mm, start, count] = op.range;
  if (auto r = room_for(count.value); !r) return r.error();
  for (std::uint64_t i = 0; i < count.value; ++i) {
    memory_.write(mm, start + PageCount{i}, op.contents.of(i));
  }
  memory_.set_class(mm, start, count, op.page_class);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Read& op) {
  if (auto r = room_for(op.range.count.value); !r) return r.error();
  memory_.read(op.range.mm, op.range.start, op.range.count);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Discard& op) {
  memory_.discard(op.range.mm, op.range.start, op.range.count);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::SetKnob& op) {
  return Error{"knob " + op.knob + " is not a guest's to write"};
}

Result<Machine::Woken> Machine::carry_out(const input::SetNode& op) {
  memory_.set_node(op.range.mm, op.range.start, op.range.count, op.node);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Move& op) {
  memory_.move(op.range.mm, op.range.start, op.range.count, op.node, finds());
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::SwapOut& op) {
  memory_.swap_out(op.range.mm, op.range.start, op.range.count, finds());
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::SwapAll&) {
  memory_.swap_out_all(finds());
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::SwapIn& op) {
  memory_.swap_in(op.range.mm, op.range.start, op.range.count);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Huge& op) {
  const auto& [mm, start, count] = op.range;
  if (op.huge == input::Switch::off) {
    memory_.split(mm, start, count);
    return Woken::no;
  }
  if (auto r = room_for(count.value); !r) return r.error();
  memory_.collapse(mm, start, count, mem::HostMemory::CollapsedBy::advice);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Collapse& op) {
  const auto& [mm, start, count] = op.range;
  if (auto r = room_for(count.value); !r) return r.error();
  memory_.collapse(mm, start, count, mem::HostMemory::CollapsedBy::khugepaged);
  return Woken::no;
}

Result<Machine::Woken> Machine::carry_out(const input::Pin& op) {
  const auto& [mm, start, count] = op.range;
  if (auto r = room_for(count.value); !r) return r.error();
  memory_.pin(mm, start, count, op.pinned == input::Switch::on);
  return Woken::no;
}

// Writing a page that is there takes no room, but is counted: a guest is far from the bound.
Result<void> Machine::room_for(std::uint64_t pages) const {
  if (pages <= kSitesMax - memory_.used_slots()) return {};
  return Error{"guests hold more than " + std::to_string(kSitesMax) +
               " pages (1 TiB), more than can be simulated"};
}

}  // namespace ksmsim::host
