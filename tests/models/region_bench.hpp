// A region alone, and what its pages hold: for tests of models.
#pragma once
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/region.hpp"

namespace ksmsim::models {

// The defaults of a kind, with those of `changed`, as TOML, instead.
Values values_of(const RegionKind& kind, const std::map<std::string, std::string>& changed = {});

class RegionBench {
 public:
  static constexpr std::uint64_t kAbsent = ~std::uint64_t{0};

  RegionBench(std::string_view kind, const Setting& setting,
              const std::map<std::string, std::string>& changed = {});

  // Tells the region of an event now.
  void tell(EventKind kind, Duration length = {});
  // Lets it act until then, and checks that it keeps to its pages and to ascending times.
  void run_until(Duration at);
  Duration now() const { return now_ - kStart; }

  const std::vector<std::uint64_t>& contents() const { return contents_; }
  std::uint64_t written() const { return written_; }  // Pages, each time they are written.
  std::uint64_t read() const { return read_; }        // Pages times times.
  std::uint64_t writes() const { return writes_; }    // Operations.
  // Pages that hold this content.
  std::uint64_t count(std::uint64_t content) const;
  // Part of the pages whose content some page of the other holds.
  double part_in(const RegionBench& other) const;
  // Part of the pages that hold what they held then; both neither absent nor, if so said, zero.
  double kept_since(const std::vector<std::uint64_t>& then) const;
  const Region& region() const { return *region_; }

 private:
  void carry_out();

  Setting setting_;
  std::unique_ptr<Region> region_;
  Time now_ = kStart;
  Pen::Operations out_;
  std::vector<std::uint64_t> contents_;
  std::uint64_t written_ = 0, read_ = 0, writes_ = 0;
};

}  // namespace ksmsim::models
