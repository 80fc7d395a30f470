#include "traces/snapshots/guest_lives.hpp"

#include <algorithm>

namespace ksmsim::traces::snapshots {
namespace {

input::PageRange pages(const LayoutRange& range) {
  return {MmId{range.guest}, range.start, range.count};
}

}  // namespace

GuestLives::GuestLives(const Course& course, const std::vector<std::uint32_t>& order)
    : course_(course), order_(order), lives_(course.data.guests.size()) {
  for (std::size_t k = 0; k < course.used.size(); ++k) {
    for (const Region& region : course.layout(k)) {
      Life& life = lives_[region.guest];
      if (life.first) continue;
      life.first = k;
      life.born = k;
      life.begins = life.lives = start(k, region.guest);
    }
  }
  Time together = kNever;
  for (const std::uint32_t guest : order) {
    if (lives_[guest].first) together = std::min(together, lives_[guest].begins);
  }
  for (const std::uint32_t guest : order) lives_[guest].begins = together;
  for (std::uint32_t guest = 0; guest < lives_.size(); ++guest) {
    if (std::find(order.begin(), order.end(), guest) == order.end()) order_.push_back(guest);
  }
}

std::vector<std::string> GuestLives::not_shown() const {
  std::vector<std::string> names;
  for (std::size_t guest = 0; guest < lives_.size(); ++guest) {
    if (!lives_[guest].first) names.push_back(course_.data.guests[guest].name);
  }
  return names;
}

Time GuestLives::start(std::size_t k, std::uint32_t guest) const {
  if (const auto since = course_.held_since(k, guest)) return *since;
  const Time latest = course_.at(k).begin;
  const auto& known = course_.data.guests[guest].start;
  if (known) return std::clamp(*known, course_.earliest(k), latest);
  // Was there before the first snapshot, who knows since when; or came between two.
  return k == 0 ? latest : course_.place(k, guest, PageIndex{});
}

void GuestLives::add_begins(looks::OperationQueue& queue) const {
  for (const std::uint32_t guest : order_) {
    const Life& life = lives_[guest];
    if (!life.first) continue;
    queue.add(life.begins, input::Begin{MmId{guest}, course_.data.guests[guest].name});
    for (const Region& region : course_.layout(*life.first)) {
      if (region.guest != guest) continue;
      queue.add(life.begins, input::Map{{MmId{guest}, region.start, region.count}});
    }
  }
}

void GuestLives::take(std::size_t k, const LayoutChanges& changes, looks::OperationQueue& queue) {
  k_ = k;
  std::vector<bool> there(lives_.size());
  for (const Region& region : course_.layout(k)) there[region.guest] = true;
  for (std::uint32_t guest = 0; guest < lives_.size(); ++guest) {
    Life& life = lives_[guest];
    const auto& stop = course_.data.guests[guest].stop;
    if (life.alive && !there[guest] && (!stop || *stop <= course_.at(k).end)) {
      const Time end = stop ? std::clamp(*stop, course_.earliest(k), course_.at(k).begin)
                            : course_.place(k, guest, PageIndex{});
      queue.add(end, input::End{MmId{guest}});
      life.alive = false;
    } else if (!life.alive && there[guest]) {
      life.alive = true;
      if (life.first == k) continue;
      // It had ended, and is there again.
      life.born = k;
      life.lives = course_.place(k, guest, PageIndex{});
      queue.add(life.lives, input::Begin{MmId{guest}, course_.data.guests[guest].name});
    }
  }
  for (const LayoutRange& range : changes.vanished) {
    if (!lives_[range.guest].alive) continue;
    queue.add(course_.place(k, range.guest, range.start), input::Unmap{pages(range)});
  }
  for (const LayoutRange& range : changes.appeared) {
    if (lives_[range.guest].first == k) continue;  // Mapped when the guest began.
    queue.add(appears_from(range), input::Map{pages(range)});
  }
}

Time GuestLives::appears_from(const LayoutRange& range) const {
  const Life& life = lives_[range.guest];
  return life.born == k_ ? life.lives : course_.place(k_, range.guest, range.start);
}

void GuestLives::add_last_ends(looks::OperationQueue& queue) const {
  for (std::uint32_t guest = 0; guest < lives_.size(); ++guest) {
    const auto& stop = course_.data.guests[guest].stop;
    if (!lives_[guest].alive || !stop) continue;
    queue.add(std::max(*stop, course_.at(k_).end), input::End{MmId{guest}});
  }
}

}  // namespace ksmsim::traces::snapshots
