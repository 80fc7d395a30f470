#include "sim/input/operation_checker.hpp"

#include <algorithm>

namespace ksmsim::input {
namespace {

std::string text(const PageRange& range) {
  return "pages " + std::to_string(range.start.value) + " + " + std::to_string(range.count.value);
}

}  // namespace

Result<void> OperationChecker::apply(const Operation& operation) {
  return std::visit([this](const auto& op) { return check(op); }, operation);
}

Result<void> OperationChecker::apply(const TimedOperation& timed) {
  if (timed.at < now_) {
    return Error{"time goes back from " + std::to_string(nanoseconds(now_)) + " to " +
                 std::to_string(nanoseconds(timed.at)) + " ns"};
  }
  if (auto r = apply(timed.operation); !r) return r;
  now_ = timed.at;
  return {};
}

const MmId* OperationChecker::find(const std::string& name) const {
  const auto at = names_.find(name);
  return at == names_.end() ? nullptr : &at->second;
}

Result<void> OperationChecker::begin(MmId mm, const std::string& name) {
  if (mm != next_mm()) {
    return Error{"address space " + std::to_string(mm.value) + " begins where number " +
                 std::to_string(next_mm().value) + " is next"};
  }
  if (mm.value >= kSpacesMax) {
    return Error{"more than " + std::to_string(kSpacesMax) + " address spaces"};
  }
  if (name.empty()) return Error{"an address space without a name"};
  if (name.find_first_of(" \t\r\n#") != std::string::npos) {
    return Error{"name '" + name + "' has a blank or # in it"};
  }
  if (!names_.emplace(name, mm).second) return Error{"mm '" + name + "' lives already"};
  regions_.push_back({{}, name, true});
  return {};
}

Result<void> OperationChecker::living(MmId mm) const {
  if (mm.value < regions_.size() && regions_[mm.value].living) return {};
  return Error{"no address space " + std::to_string(mm.value) + " lives here"};
}

Result<void> OperationChecker::well_formed(const PageRange& range) const {
  if (auto r = living(range.mm); !r) return r;
  if (range.count.value == 0) return Error{"a range of no pages"};
  if (range.start.value >= kPageIndexEnd || range.count.value > kPageIndexEnd - range.start.value) {
    return Error{text(range) + " end beyond page " + std::to_string(kPageIndexEnd)};
  }
  return {};
}

Result<void> OperationChecker::mapped(const PageRange& range) const {
  if (auto r = well_formed(range); !r) return r;
  if (!regions_[range.mm.value].mapped.covers(range.start, range.end())) {
    return Error{"not all of " + text(range) + " is mapped"};
  }
  return {};
}

Result<void> OperationChecker::good_contents(const Contents& contents, std::uint64_t count) const {
  if (!contents.each.empty()) {
    if (contents.each.size() == count) return {};
    return Error{"a list of " + std::to_string(contents.each.size()) + " contents for " +
                 std::to_string(count) + " pages"};
  }
  if (contents.period == 0) return Error{"contents repeat after 0 pages, not 1 or more"};
  const std::uint64_t most = std::min(contents.period, count) - 1;
  if (contents.first > ~std::uint64_t{0} - most) return Error{"content IDs do not fit 64 bits"};
  return {};
}

Result<void> OperationChecker::check(const Begin& op) { return begin(op.mm, op.name); }

Result<void> OperationChecker::check(const Fork& op) {
  if (auto r = living(op.parent); !r) return r;
  const std::size_t more = regions_[op.parent.value].mapped.extents().size();
  if (regions_of_all_ + more > kRegionsOfAllMax) {
    return Error{"more than " + std::to_string(kRegionsOfAllMax) + " regions of living guests"};
  }
  if (auto r = begin(op.child, op.name); !r) return r;
  regions_[op.child.value].mapped = regions_[op.parent.value].mapped;
  regions_of_all_ += more;
  return {};
}

Result<void> OperationChecker::check(const End& op) {
  if (auto r = living(op.mm); !r) return r;
  Space& space = regions_[op.mm.value];
  names_.erase(space.name);
  regions_of_all_ -= space.mapped.extents().size();
  space = Space{};
  return {};
}

Result<void> OperationChecker::check(const Map& op) {
  if (auto r = well_formed(op.range); !r) return r;
  auto& mapped = regions_[op.range.mm.value].mapped;
  if (mapped.touches(op.range.start, op.range.end())) {
    return Error{"part of " + text(op.range) + " is mapped already"};
  }
  return change(op.range, &op.mergeable);
}

Result<void> OperationChecker::check(const Unmap& op) {
  if (auto r = mapped(op.range); !r) return r;
  return change(op.range, nullptr);
}

Result<void> OperationChecker::check(const Advise& op) {
  if (auto r = mapped(op.range); !r) return r;
  return change(op.range, &op.mergeable);
}

Result<void> OperationChecker::change(const PageRange& range, const Mergeable* mergeable) {
  auto& map = regions_[range.mm.value].mapped;
  const std::size_t before = map.extents().size();
  // A range in the middle of a region makes two more of it.
  if (before + 2 > kRegionsMax || regions_of_all_ + 2 > kRegionsOfAllMax) {
    return Error{"more than " + std::to_string(kRegionsMax) + " regions in one address space (or " +
                 std::to_string(kRegionsOfAllMax) + " in all)"};
  }
  if (mergeable != nullptr) {
    map.set(range.start, range.end(), *mergeable);
  } else {
    map.clear(range.start, range.end());
  }
  regions_of_all_ += map.extents().size();
  regions_of_all_ -= before;
  return {};
}

Result<void> OperationChecker::check(const Write& op) {
  if (auto r = mapped(op.range); !r) return r;
  return good_contents(op.contents, op.range.count.value);
}

}  // namespace ksmsim::input
