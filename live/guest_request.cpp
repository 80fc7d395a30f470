#include "live/guest_request.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstring>

namespace ksmsim::live {
namespace {

using Kind = GuestRequest::Kind;

GuestRequest on(const input::PageRange& range, Kind kind) {
  return {.kind = kind, .start = range.start.value, .count = range.count.value};
}

struct MakeRequest {
  using Made = std::optional<GuestRequest>;
  Made operator()(const input::Map& op) const {
    return on(op.range, op.mergeable == input::Mergeable::yes ? Kind::map : Kind::map_plain);
  }
  Made operator()(const input::Unmap& op) const { return on(op.range, Kind::unmap); }
  Made operator()(const input::Advise& op) const {
    const bool mergeable = op.mergeable == input::Mergeable::yes;
    return on(op.range, mergeable ? Kind::mergeable : Kind::unmergeable);
  }
  Made operator()(const input::Write& op) const {
    GuestRequest request = on(op.range, Kind::write);
    request.first = op.contents.first;
    request.period = op.contents.period;
    return request;
  }
  Made operator()(const input::Read& op) const { return on(op.range, Kind::read); }
  Made operator()(const input::Discard& op) const { return on(op.range, Kind::discard); }
  Made operator()(const input::SwapOut& op) const { return on(op.range, Kind::swap_out); }
  Made operator()(const input::SetNode& op) const { return noded(op, Kind::set_node); }
  Made operator()(const input::Move& op) const { return noded(op, Kind::move); }
  Made operator()(const input::Huge& op) const {
    return on(op.range, op.huge == input::Switch::on ? Kind::huge_on : Kind::split);
  }
  Made operator()(const input::Pin& op) const {
    return on(op.range, op.pinned == input::Switch::on ? Kind::pin : Kind::let_go);
  }
  template <class Other>
  Made operator()(const Other&) const {
    return std::nullopt;
  }

 private:
  template <class Op>
  static GuestRequest noded(const Op& op, Kind kind) {
    GuestRequest request = on(op.range, kind);
    request.node = op.node.value;
    return request;
  }
};

}  // namespace

std::optional<GuestRequest> request_for(const input::Operation& operation) {
  return std::visit(MakeRequest{}, operation);
}

bool send_message(int socket, const GuestRequest& request, const TwoFiles* files) {
  GuestRequest copy = request;
  iovec part{&copy, sizeof copy};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(TwoFiles))> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (files != nullptr) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(TwoFiles));
    std::memcpy(CMSG_DATA(header), files->data(), sizeof(TwoFiles));
  }
  return sendmsg(socket, &message, 0) == sizeof copy;
}

bool receive_message(int socket, GuestRequest& request, TwoFiles& files) {
  iovec part{&request, sizeof request};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(TwoFiles))> control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (recvmsg(socket, &message, 0) != sizeof request) return false;
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr) {
    std::memcpy(files.data(), CMSG_DATA(header), sizeof(TwoFiles));
  }
  return true;
}

}  // namespace ksmsim::live
