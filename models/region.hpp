// A region of a guest's memory: what it holds and how that changes. The contract of all models of
// contents; each is one file in models/regions, listed in models/region_kinds.cpp.
//
// Rules:
//   (1) A region writes to its own pages only (Pen), and only when it is told an event or when the
//       time has come that next() said.
//   (2) Random numbers come from streams named after the guest and the place of the region.
//   (3) Times are the guest's own: they stand still while it is suspended.
// A value behind a pointer: clone() copies the future.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/guest_event.hpp"
#include "models/parameters.hpp"
#include "models/pen.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::models {

// What a region is told about itself.
struct Setting {
  std::uint64_t seed = 1;    // Of the run.
  std::string guest;         // Name of the guest, unique in the scenario.
  std::uint32_t number = 0;  // Place of the region in its guest.
  std::uint64_t pages = 0;
  Duration after{};  // It begins to fill so long after the guest's boot,
  Duration over{};   // and takes so long to.

  // The name of a random stream, or of contents that nobody else has.
  std::string own_name(std::string_view what) const {
    return guest + "/" + std::to_string(number) + "/" + std::string(what);
  }
};

class Region {
 public:
  virtual ~Region() = default;
  // Something happens to the guest now. `boot` is the first event, and comes again as `reboot`.
  virtual void on(const GuestEvent& event, Time now, Pen& pen) = 0;
  // When it acts next on its own; kNever: not before the next event.
  virtual Time next() const = 0;
  // Acts. REQUIRES: now is next().
  virtual void act(Time now, Pen& pen) = 0;
  virtual std::unique_ptr<Region> clone() const = 0;
};

// What a parameter that a scenario leaves out is, where that depends on the others.
struct Preset {
  std::string value;  // As it would be written.
  Evidence evidence = Evidence::assumed;
  std::string_view source;
};

// Values that do not go together, each of them within its range.
struct Contradiction {
  std::string_view key;  // Of the parameter that a message points at.
  std::string text;      // What goes behind its name.
};

// A model of contents, as scenarios name it.
struct RegionKind {
  std::string_view name;
  std::string_view what;        // One line for help.
  std::string_view page_class;  // What its pages are, unless the scenario says else.
  // How many bytes two unequal pages of the class have in common from their start: what a
  // comparison reads before it ends.
  std::uint32_t agreed_bytes = 33;
  Evidence agreed_evidence = Evidence::assumed;
  std::string_view agreed_source;
  // Whether ksmd may merge its pages, unless the scenario says else.
  input::Mergeable mergeable_by_default = input::Mergeable::yes;
  std::vector<Parameter> parameters;
  // REQUIRES: values has all of the parameters, within their ranges and choices, and
  // `contradiction` finds none.
  std::unique_ptr<Region> (*make)(const Setting& setting, const Values& values) = nullptr;
  // The preset of a parameter for which `values` has the default; nothing: the default is it. It
  // may depend on parameters that stand before it. Unset: no parameter has one.
  std::optional<Preset> (*preset)(std::string_view key, const Values& values) = nullptr;
  // What does not go together. REQUIRES: as `make`, but for this. Unset: everything does.
  std::optional<Contradiction> (*contradiction)(const Values& values) = nullptr;
};

// All of them, in the order of help.
const std::vector<RegionKind>& region_kinds();
// The one of this name, or nullptr.
const RegionKind* find_region_kind(std::string_view name);

}  // namespace ksmsim::models
