// What the runner asks of a guest process and what that answers: messages over a socket pair, which
// may carry two open files.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "sim/input/operation.hpp"

namespace ksmsim::live {

struct GuestRequest {
  enum class Kind : std::uint8_t {
    map,
    map_plain,  // Without MADV_MERGEABLE.
    unmap,
    mergeable,
    unmergeable,
    write,       // Page i holds first + i % period.
    write_each,  // Carries a file: page i holds its i-th number, `offset` bytes into the page.
    read,
    discard,
    swap_out,
    set_node,  // `node`
    move,      // `node`
    huge_on,
    split,          // Huge pages that no other process maps.
    let_collapse,   // khugepaged may look at it: MADV_HUGEPAGE.
    stop_collapse,  // And no longer.
    pin,
    let_go,
    fork,  // Carries the socket and the life file of the new process.
  };
  Kind kind = Kind::fork;
  std::uint64_t start = 0, count = 0;
  std::uint64_t first = 0, period = 1;
  std::uint64_t node = 0;
  std::uint64_t offset = 0;
};

struct GuestAnswer {
  int error = 0;             // 0 or an errno.
  std::int64_t process = 0;  // After fork: the new process.
};

using TwoFiles = std::array<int, 2>;

// The request that carries out the operation on its range, or nothing for an operation that is not
// one process's own work (Begin, Fork, SetKnob, ...). REQUIRES: no listed contents.
std::optional<GuestRequest> request_for(const input::Operation& operation);

// Send and receive one message; false if the other end is gone or a signal came (errno EINTR).
bool send_message(int socket, const GuestRequest& request, const TwoFiles* files);
bool receive_message(int socket, GuestRequest& request, TwoFiles& files);

}  // namespace ksmsim::live
