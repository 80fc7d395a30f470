// What is stored beside the program: ksmd's figures of another machine (rates.csv), and for each
// kind of case what bounds it (bounds.txt), as a sentence that somebody wrote after profiling.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "sim/base/result.hpp"
#include "tests/bench/ksm_case.hpp"

namespace ksmsim::bench {

class StoredRates {
 public:
  static Result<StoredRates> load();
  // ksmd's median in this case, if it was measured. Units: nanoseconds for each page.
  std::optional<double> ns(const KsmCase& c) const;

 private:
  std::map<std::string, double> ns_;  // By "kind,group,pages".
};

class Bounds {
 public:
  static Result<Bounds> load();
  // The sentence for a kind of case, or an error if there is none.
  Result<std::string> of(const std::string& kind) const;

 private:
  std::map<std::string, std::string> sentences_;
};

}  // namespace ksmsim::bench
