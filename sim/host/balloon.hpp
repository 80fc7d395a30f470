// A guest's balloon: pages that its guest has given up and does not touch. The host cannot know
// which pages a guest's balloon driver would get, so they are chosen here (assumed): pages that are
// not there (no gain), pages of zeros, pages of classes that say they are free, then the end of its
// memory.
//
// A guest that writes to a page of its balloon has taken it back. A value.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/extent_map.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::host {

// Which classes of pages a balloon gets first, by ClassId: those named free, zeroed or balloon.
std::vector<bool> free_classes(const std::vector<std::string>& names);

class Balloon {
 public:
  // How many pages it holds: those that were chosen and are not there.
  std::int64_t pages(const mem::HostMemory& memory, MmId mm) const;
  // Grows or shrinks to so many pages, at most the guest's. What it takes is discarded; what it
  // gives back stays absent until it is written.
  void resize(mem::HostMemory& memory, MmId mm, std::int64_t pages,
              const std::vector<bool>& free_classes);
  // Whether the range has pages that it gave back and that were not touched since. They count as
  // touched from now on.
  bool takes_back(PageIndex start, PageCount count);

 private:
  struct Held {
    bool operator==(const Held&) const = default;
  };
  void grow(mem::HostMemory& memory, MmId mm, std::int64_t pages,
            const std::vector<bool>& free_classes);
  void shrink(std::int64_t pages);
  void forget_present(const mem::HostMemory& memory, MmId mm);
  void take(mem::HostMemory& memory, MmId mm, PageIndex page);

  ExtentMap<Held> held_;
  ExtentMap<Held> given_back_;
};

}  // namespace ksmsim::host
