// What a guest process does to its memory, done by the test itself: none of it is mergeable, so
// that the machine's KSM takes no notice.
#include "live/guest_memory.hpp"

#include <sys/mman.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "live/page_table.hpp"
#include "traces/script.hpp"

namespace ksmsim::live {
namespace {

// The requests of a script, in order.
std::vector<GuestRequest> requests_of(const std::string& text) {
  const auto script = traces::parse_script(text, "test");
  REQUIRE(script);
  std::vector<GuestRequest> requests;
  for (const traces::Step& step : script->steps) {
    if (const auto request = request_for(step.operation)) requests.push_back(*request);
  }
  return requests;
}

TEST_CASE("Each operation on memory is one request of its own kind") {
  using Kind = GuestRequest::Kind;
  const auto requests = requests_of(
      "mm a\nmap a 0 4\nmap a 8 4 plain\nadvise a 8 1 mergeable\nadvise a 8 1 unmergeable\n"
      "write a 1 3 mod:5:2\nread a 0 1\ndiscard a 0 1\nswapout a 0 1\nnode a 0 1 3\nmove a 0 1 2\n"
      "huge a 0 1 on\nhuge a 0 1 off\npin a 0 1 on\npin a 0 1 off\nunmap a 0 1\n");
  std::vector<Kind> kinds;
  kinds.reserve(requests.size());
  for (const auto& request : requests) kinds.push_back(request.kind);
  CHECK(kinds == std::vector<Kind>{Kind::map, Kind::map_plain, Kind::mergeable, Kind::unmergeable,
                                   Kind::write, Kind::read, Kind::discard, Kind::swap_out,
                                   Kind::set_node, Kind::move, Kind::huge_on, Kind::split,
                                   Kind::pin, Kind::let_go, Kind::unmap});
  CHECK(requests[4].start == 1);
  CHECK(requests[4].count == 3);
  CHECK(requests[4].first == 5);
  CHECK(requests[4].period == 2);
  CHECK(requests[8].node == 3);
}

TEST_CASE("What is not one process's own work is no request") {
  CHECK(requests_of("mm a\nmap a 0 1\nfork a b\nset run 1\nswapall\ncollapse a 0 1\nexit a\n")
            .size() == 1);
}

TEST_CASE("Pages hold their identity with the most significant byte first") {
  GuestMemory memory;
  for (const auto& request : requests_of("mm a\nmap a 0 3 plain\nwrite a 0 3 seq:258\n")) {
    REQUIRE(memory.carry_out(request) == 0);
  }
  const auto byte = [](std::uint64_t page, int i) {
    return static_cast<int>(static_cast<unsigned char>(page_address(page)[i]));
  };
  CHECK(byte(0, 6) == 1);
  CHECK(byte(0, 7) == 2);
  CHECK(byte(2, 7) == 4);
  CHECK(byte(2, 0) == 0);
  CHECK(byte(2, 4095) == 0);
  REQUIRE(memory.carry_out({.kind = GuestRequest::Kind::discard, .start = 0, .count = 1}) == 0);
  CHECK(byte(0, 7) == 0);
  CHECK(byte(1, 7) == 3);
  REQUIRE(memory.carry_out({.kind = GuestRequest::Kind::unmap, .start = 0, .count = 3}) == 0);
}

TEST_CASE("A region is not mapped over another") {
  GuestMemory memory;
  const GuestRequest map{.kind = GuestRequest::Kind::map_plain, .start = 0, .count = 2};
  REQUIRE(memory.carry_out(map) == 0);
  CHECK(memory.carry_out(map) == EEXIST);
  REQUIRE(memory.carry_out({.kind = GuestRequest::Kind::unmap, .start = 0, .count = 2}) == 0);
}

}  // namespace
}  // namespace ksmsim::live
