// A child process that stands for one address space of a script: it holds the regions and pages,
// and does to them what it is asked. Ends with the object, memory and all.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "live/guest_request.hpp"
#include "live/page_table.hpp"
#include "sim/base/extent_map.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class GuestProcess {
 public:
  // Begins a process that maps nothing of the script. `join` is called in it first, before any
  // memory counts (to enter a control group, say), and tells whether it could.
  static Result<std::unique_ptr<GuestProcess>> begin(const std::string& name,
                                                     const std::function<bool()>& join);
  // Begins a process as a fork of this one.
  Result<std::unique_ptr<GuestProcess>> fork(const std::string& name);
  ~GuestProcess();
  GuestProcess(const GuestProcess&) = delete;
  GuestProcess& operator=(const GuestProcess&) = delete;

  // Carries out the request and takes note of what is mapped. Errors name the process.
  Result<void> carry_out(const GuestRequest& request);

  // Writes the pages from 0 on: page i holds ids[i], so many bytes into the page, zeros around it.
  // REQUIRES: they are mapped.
  Result<void> write_each(const std::vector<std::uint64_t>& ids, std::uint64_t offset);

  pid_t process() const { return process_; }
  const std::string& name() const { return name_; }
  const ExtentMap<input::Mergeable>& mapped() const { return mapped_; }
  // Present pages of all regions, but for the page of zeros.
  Result<std::uint64_t> present() const;

 private:
  explicit GuestProcess(std::string name) : name_(std::move(name)) {}
  // Makes socket pair and life file; returns the child's end of the pair.
  Result<Descriptor> prepare();
  Result<GuestAnswer> ask(const GuestRequest& request, const TwoFiles* files);
  Result<GuestAnswer> answer();
  Error failed(const std::string& why) const { return Error{"mm " + name_ + ": " + why}; }
  // The process has ended by itself, or with us, by a signal.
  Error gone() const;

  std::string name_;
  ExtentMap<input::Mergeable> mapped_;
  pid_t process_ = 0;
  Descriptor socket_;  // Requests and answers.
  Descriptor life_;    // A file that the address space holds locked while it lives.
};

}  // namespace ksmsim::live
