// What the host does to guests: it kills them, and takes memory from them by their balloons. The
// operations of a guest that was killed are dropped and counted, forks of it and whoever begins
// under its name included.
//
// A value; the machine is lent to each call.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/host/balloon.hpp"
#include "sim/host/machine.hpp"
#include "sim/input/operation.hpp"

namespace ksmsim::host {

class GuestControl {
 public:
  explicit GuestControl(const std::vector<std::string>& class_names)
      : free_classes_(free_classes(class_names)) {}

  // Whether the guest was killed, or never began because of that.
  bool is_gone(MmId mm) const { return gone_.contains(mm.value); }
  // Whether the operation is a killed guest's, to be dropped.
  bool drops(const input::Operation& operation) const;
  // Counts a dropped operation. One that would have begun an address space takes its number.
  // REQUIRES: drops(operation).
  void drop(Machine& machine, const input::Operation& operation);
  // Ends the guest. REQUIRES: it lives.
  void kill(Machine& machine, MmId mm, const std::string& name);

  // Operations dropped so far: of a guest, its forks included, and of all.
  std::int64_t dropped(MmId mm) const;
  std::int64_t dropped_of_all() const { return dropped_of_all_; }

  // What the guest's balloon holds, in pages, and what it shall hold.
  std::int64_t balloon_pages(const Machine& machine, MmId mm) const;
  void set_balloon(Machine& machine, MmId mm, std::int64_t pages);
  // Whether the operation writes to pages that the guest's balloon gave back, for the first time.
  bool takes_from_balloon(const input::Operation& operation);

 private:
  std::vector<bool> free_classes_;
  std::map<std::uint32_t, MmId> gone_;  // Who is gone: the killed guest it belongs to.
  std::map<std::string, MmId> killed_names_;
  std::map<std::uint32_t, std::int64_t> dropped_;  // By killed guest.
  std::int64_t dropped_of_all_ = 0;
  std::map<std::uint32_t, Balloon> balloons_;
};

}  // namespace ksmsim::host
