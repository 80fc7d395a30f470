// Reads the fields of JSON objects that nobody vouches for. The first thing that is not as asked
// for becomes the problem of all Fields that came from one root; what is read after it is zero or
// empty. The caller looks at the problem before it uses what was read.
//
// A field that is null counts as one that is not there.
#pragma once
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

// Seconds as whole microseconds of virtual time. REQUIRES: at most kSecondsMax from 0.
Time at_seconds(double seconds);

class Fields {
 public:
  // Of a value at this place ("snapshots[3]"; "" for the whole document). The value and the
  // problem outlive the Fields.
  Fields(const nlohmann::json& value, std::string place, std::optional<Error>& problem)
      : value_(&value), place_(std::move(place)), problem_(problem) {}

  bool good() const { return !problem_; }
  // Says what is wrong with a field, unless something was wrong before.
  void complain(const std::string& key, const std::string& what);

  bool has(const std::string& key) const { return find(key) != nullptr; }
  std::vector<std::string> names() const;
  // A whole number of at most `most`.
  std::uint64_t whole(const std::string& key, std::uint64_t most);
  std::string text(const std::string& key);
  // The same, "" if the field is not there.
  std::string text_or_none(const std::string& key);
  // A time of the recording.
  Time seconds(const std::string& key);
  std::optional<Time> seconds_if_there(const std::string& key);
  // The same, or a time before the recording began: negative.
  Time seconds_or_before(const std::string& key);
  std::optional<Time> seconds_or_before_if_there(const std::string& key);
  // What is written to a knob: a number, a switch, or text ("[none] scan-time" chooses "none").
  std::string knob_value(const std::string& key);
  // The whole number of this name; nothing if it is null or text, which is no counter.
  std::optional<std::int64_t> counter(const std::string& key);
  std::vector<std::string> texts(const std::string& key);

  // The object of this name.
  Fields object(const std::string& key);
  // Calls f for each element of the list of this name, or of the value itself if the name is "",
  // until there is a problem.
  void each(const std::string& key, const std::function<void(Fields&)>& f);

 private:
  // The field, or nullptr.
  const nlohmann::json* find(const std::string& key) const;
  // The field, or nullptr and a complaint.
  const nlohmann::json* need(const std::string& key, const char* kind);
  std::string place_of(const std::string& key) const;
  Time seconds_from(const std::string& key, double least);

  const nlohmann::json* value_;
  std::string place_;
  std::optional<Error>& problem_;
};

}  // namespace ksmsim::traces::snapshots
