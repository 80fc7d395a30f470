// What a guest process does to its own memory when asked. Runs in that process; nothing here waits
// for anybody. Each request gives 0 or an errno.
#pragma once
#include "live/guest_request.hpp"
#include "live/pins.hpp"

namespace ksmsim::live {

// Whether the kernel knows MADV_COLLAPSE (since 6.1), by which alone huge pages are made here.
bool knows_collapse();

class GuestMemory {
 public:
  // REQUIRES: no request that carries files.
  int carry_out(const GuestRequest& request);
  // REQUIRES: write_each. `file` is one of its numbers of 8 bytes for each page.
  static int write_each(const GuestRequest& request, int file);
  // What a new process has to do first with what it inherits.
  void begin_as_child() { pins_.forget(); }

 private:
  Pins pins_;
};

}  // namespace ksmsim::live
