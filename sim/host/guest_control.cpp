#include "sim/host/guest_control.hpp"

#include <algorithm>

#include "sim/input/guest_of.hpp"

namespace ksmsim::host {

bool GuestControl::drops(const input::Operation& operation) const {
  if (gone_.empty()) return false;
  if (const auto* begin = std::get_if<input::Begin>(&operation)) {
    return killed_names_.contains(begin->name);
  }
  const auto guest = input::guest_of(operation);
  return guest && is_gone(*guest);
}

void GuestControl::drop(Machine& machine, const input::Operation& operation) {
  const auto take_number = [&](MmId mm, MmId killed) {
    KSM_CHECK(machine.memory().begin() == mm);
    machine.memory().end(mm);
    gone_[mm.value] = killed;
    return killed;
  };
  MmId killed;
  if (const auto* begin = std::get_if<input::Begin>(&operation)) {
    killed = take_number(begin->mm, killed_names_.at(begin->name));
  } else if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    killed = take_number(fork->child, gone_.at(fork->parent.value));
  } else {
    killed = gone_.at(input::guest_of(operation)->value);
  }
  ++dropped_[killed.value];
  ++dropped_of_all_;
}

void GuestControl::kill(Machine& machine, MmId mm, const std::string& name) {
  const auto done = machine.apply(input::End{mm});
  KSM_CHECK(done.ok());
  gone_[mm.value] = mm;
  killed_names_[name] = mm;
  balloons_.erase(mm.value);
}

std::int64_t GuestControl::dropped(MmId mm) const {
  const auto at = dropped_.find(mm.value);
  return at == dropped_.end() ? 0 : at->second;
}

std::int64_t GuestControl::balloon_pages(const Machine& machine, MmId mm) const {
  const auto at = balloons_.find(mm.value);
  return at == balloons_.end() ? 0 : at->second.pages(machine.memory(), mm);
}

void GuestControl::set_balloon(Machine& machine, MmId mm, std::int64_t pages) {
  balloons_[mm.value].resize(machine.memory(), mm, std::max<std::int64_t>(pages, 0), free_classes_);
}

bool GuestControl::takes_from_balloon(const input::Operation& operation) {
  const auto* write = std::get_if<input::Write>(&operation);
  if (write == nullptr) return false;
  const auto at = balloons_.find(write->range.mm.value);
  return at != balloons_.end() && at->second.takes_back(write->range.start, write->range.count);
}

}  // namespace ksmsim::host
