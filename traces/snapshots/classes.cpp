#include "traces/snapshots/classes.hpp"

#include <limits>

namespace ksmsim::traces::snapshots {

Result<Classes> Classes::create(const Dataset& data) {
  Classes classes;
  for (const Layout& layout : data.layouts) {
    for (const Region& region : layout) {
      const std::size_t next = classes.names_.size();
      if (!classes.ids_.emplace(region.role, ClassId{static_cast<ClassId::rep>(next)}).second) {
        continue;
      }
      if (next > std::numeric_limits<ClassId::rep>::max()) {
        return Error{"meta.json: layouts: more than 65535 different roles"};
      }
      classes.names_.push_back(region.role);
    }
  }
  return classes;
}

}  // namespace ksmsim::traces::snapshots
