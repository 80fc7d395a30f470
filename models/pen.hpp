// What a model of a region writes with: guest operations on its own pages, numbered from 0.
#pragma once
#include <utility>
#include <vector>

#include "sim/input/operation.hpp"

namespace ksmsim::models {

class Pen {
 public:
  using Operations = std::vector<input::TimedOperation>;
  // Writes for pages `region`, whose class is `page_class`, at `at`, to the end of `out`.
  Pen(Operations& out, Time at, input::PageRange region, ClassId page_class)
      : out_(&out), at_(at), region_(region), class_(page_class) {}

  // REQUIRES for all: the pages are in the region.
  void write(std::uint64_t first, std::uint64_t count, input::Contents contents) {
    add(input::Write{range(first, count), std::move(contents), class_});
  }
  // Page first + i gets contents[i].
  void write_each(std::uint64_t first, std::vector<std::uint64_t> contents) {
    const std::uint64_t count = contents.size();
    write(first, count, {.first = 0, .period = 1, .each = std::move(contents)});
  }
  void write_one(std::uint64_t page, std::uint64_t content) {
    write(page, 1, {.first = content, .period = 1, .each = {}});
  }
  void read(std::uint64_t first, std::uint64_t count, std::uint64_t times = 1) {
    add(input::Read{range(first, count), times});
  }
  void discard(std::uint64_t first, std::uint64_t count) {
    add(input::Discard{range(first, count)});
  }
  // The host keeps the pages where they are: they neither merge nor go to swap.
  void pin(std::uint64_t first, std::uint64_t count) { add(input::Pin{range(first, count)}); }
  // khugepaged or the fault makes huge pages of the range where it can.
  void make_huge(std::uint64_t first, std::uint64_t count) {
    add(input::Huge{range(first, count), input::Switch::on});
  }

 private:
  input::PageRange range(std::uint64_t first, std::uint64_t count) const {
    return {region_.mm, region_.start + PageCount{first}, PageCount{count}};
  }
  void add(input::Operation operation) { out_->push_back({at_, std::move(operation)}); }

  Operations* out_;
  Time at_;
  input::PageRange region_;
  ClassId class_;
};

}  // namespace ksmsim::models
