// The classes of pages of a data set: the roles of its regions, in the order in which they come.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

class Classes {
 public:
  // An Error if there are more roles than classes.
  static Result<Classes> create(const Dataset& data);

  // The first is "unknown": pages of regions without a role.
  const std::vector<std::string>& names() const { return names_; }
  // REQUIRES: some region of the data set has the role.
  ClassId of(const std::string& role) const { return ids_.at(role); }

 private:
  std::vector<std::string> names_ = {"unknown"};
  std::map<std::string, ClassId> ids_ = {{"", ClassId{0}}, {"unknown", ClassId{0}}};
};

}  // namespace ksmsim::traces::snapshots
