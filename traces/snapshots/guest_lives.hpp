// When the guests of an import begin and end, and when their regions come and go.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "traces/looks/operation_queue.hpp"
#include "traces/snapshots/course.hpp"
#include "traces/snapshots/layout_changes.hpp"

namespace ksmsim::traces::snapshots {

class GuestLives {
 public:
  // The guests of `order` begin together; see ImportOptions. Both arguments outlive the object.
  GuestLives(const Course& course, const std::vector<std::uint32_t>& order);

  // The names of guests that no snapshot shows.
  std::vector<std::string> not_shown() const;
  // Adds the beginnings of all guests, with the regions in which they are seen first.
  void add_begins(looks::OperationQueue& queue) const;
  // Adds what happened to guests and regions before snapshot k. REQUIRES: all k in order.
  void take(std::size_t k, const LayoutChanges& changes, looks::OperationQueue& queue);
  // From when on the pages of a range that appeared with the last snapshot taken may be there.
  Time appears_from(const LayoutRange& range) const;
  // Adds the ends of guests that the last snapshot still showed.
  void add_last_ends(looks::OperationQueue& queue) const;

 private:
  struct Life {
    std::optional<std::size_t> first;  // The snapshot that shows the guest first.
    Time begins;                       // Its address space.
    std::size_t born = 0;              // The snapshot that shows its present life first.
    Time lives;                        // From then on pages of `born` may be there.
    bool alive = false;
  };

  Time start(std::size_t k, std::uint32_t guest) const;

  const Course& course_;
  std::vector<std::uint32_t> order_;  // All guests.
  std::vector<Life> lives_;           // By guest.
  std::size_t k_ = 0;                 // Taken last.
};

}  // namespace ksmsim::traces::snapshots
