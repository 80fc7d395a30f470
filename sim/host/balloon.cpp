#include "sim/host/balloon.hpp"

#include <algorithm>

namespace ksmsim::host {
namespace {

// What makes a balloon choose a page, in the order in which it does.
enum class Choice { absent, zeros, free_class, end };

Choice choice_of(const mem::HostMemory& memory, MmId mm, PageIndex page,
                 const std::vector<bool>& free_classes) {
  const auto site = memory.find_site(mm, page);
  if (!site || memory.mapping(*site) == mem::kAbsent) return Choice::absent;
  const bool zeros =
      memory.has_page(*site) ? memory.content(*site) == 0 : memory.mapping(*site) != mem::kSwapped;
  if (zeros) return Choice::zeros;
  const std::size_t page_class = memory.class_of(*site).value;
  return page_class < free_classes.size() && free_classes[page_class] ? Choice::free_class
                                                                      : Choice::end;
}

}  // namespace

std::vector<bool> free_classes(const std::vector<std::string>& names) {
  std::vector<bool> free;
  free.reserve(names.size());
  for (const std::string& name : names) {
    free.push_back(name == "free" || name == "zeroed" || name == "balloon");
  }
  return free;
}

std::int64_t Balloon::pages(const mem::HostMemory& memory, MmId mm) const {
  std::uint64_t held = 0;
  for (const auto& extent : held_.extents()) {
    for (PageIndex page = extent.start; page < extent.end; ++page.value) {
      const auto site = memory.find_site(mm, page);
      held += !site || memory.mapping(*site) == mem::kAbsent;
    }
  }
  return static_cast<std::int64_t>(held);
}

void Balloon::resize(mem::HostMemory& memory, MmId mm, std::int64_t pages,
                     const std::vector<bool>& free_classes) {
  forget_present(memory, mm);
  std::int64_t now = 0;
  for (const auto& e : held_.extents()) now += static_cast<std::int64_t>((e.end - e.start).value);
  if (pages > now) grow(memory, mm, pages - now, free_classes);
  if (pages < now) shrink(now - pages);
}

// What the guest wrote, or does not map any more, is not the balloon's.
void Balloon::forget_present(const mem::HostMemory& memory, MmId mm) {
  const auto extents = held_.extents();
  for (const auto& extent : extents) {
    for (PageIndex page = extent.start; page < extent.end; ++page.value) {
      const auto site = memory.find_site(mm, page);
      const bool absent = !site || memory.mapping(*site) == mem::kAbsent;
      if (absent && memory.space(mm).regions.find(page) != nullptr) continue;
      held_.clear(page, page + PageCount{1});
    }
  }
}

void Balloon::take(mem::HostMemory& memory, MmId mm, PageIndex page) {
  memory.discard(mm, page, PageCount{1});
  held_.set(page, page + PageCount{1}, Held{});
  given_back_.clear(page, page + PageCount{1});
}

void Balloon::grow(mem::HostMemory& memory, MmId mm, std::int64_t pages,
                   const std::vector<bool>& free_classes) {
  const auto regions = memory.space(mm).regions.extents();
  for (const Choice wanted : {Choice::absent, Choice::zeros, Choice::free_class}) {
    for (const auto& region : regions) {
      for (PageIndex page = region.start; page < region.end && pages > 0; ++page.value) {
        if (held_.find(page) != nullptr) continue;
        if (choice_of(memory, mm, page, free_classes) != wanted) continue;
        take(memory, mm, page);
        --pages;
      }
    }
  }
  for (std::size_t left = regions.size(); left > 0; --left) {
    const auto& region = regions[left - 1];
    for (PageIndex page = region.end; page > region.start && pages > 0;) {
      --page.value;
      if (held_.find(page) != nullptr) continue;
      take(memory, mm, page);
      --pages;
    }
  }
}

// From its highest page down.
void Balloon::shrink(std::int64_t pages) {
  while (pages > 0 && !held_.empty()) {
    const auto last = held_.extents().back();
    const auto size = static_cast<std::int64_t>((last.end - last.start).value);
    const PageIndex from{last.end.value - static_cast<std::uint64_t>(std::min(size, pages))};
    held_.clear(from, last.end);
    given_back_.set(from, last.end, Held{});
    pages -= size;
  }
}

bool Balloon::takes_back(PageIndex start, PageCount count) {
  if (!given_back_.touches(start, start + count)) return false;
  given_back_.clear(start, start + count);
  return true;
}

}  // namespace ksmsim::host
