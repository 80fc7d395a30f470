#include "tests/bench/stored_text.hpp"

#include <array>
#include <charconv>
#include <fstream>

namespace ksmsim::bench {
namespace {

const std::string kFolder = KSMSIM_SOURCE_DIR "/tests/bench/";

// Calls take(line) for all lines but comments and empty ones, until it returns an error.
template <class Take>
Result<void> for_each_line(const std::string& path, Take take) {
  std::ifstream in(path);
  if (!in) return Error{path + ": cannot be read"};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.front() == '#') continue;
    if (Result<void> r = take(line); !r) {
      return r.error().in(path + ":" + std::to_string(number));
    }
  }
  return {};
}

}  // namespace

Result<StoredRates> StoredRates::load() {
  StoredRates rates;
  const auto take = [&](const std::string& line) -> Result<void> {
    if (line == "kind,group,pages,ns,ns_lowest") return {};
    std::array<std::size_t, 4> commas{};
    std::size_t from = 0;
    for (std::size_t& comma : commas) {
      comma = line.find(',', from);
      if (comma == std::string::npos) return Error{"has fewer than 5 fields"};
      from = comma + 1;
    }
    double ns = 0;
    const char* const end = line.data() + commas[3];
    const auto [stop, error] = std::from_chars(line.data() + commas[2] + 1, end, ns);
    if (error != std::errc{} || stop != end) return Error{"field 4 is not a number"};
    rates.ns_[line.substr(0, commas[2])] = ns;
    return {};
  };
  if (auto r = for_each_line(kFolder + "rates.csv", take); !r) return r.error();
  return rates;
}

std::optional<double> StoredRates::ns(const KsmCase& c) const {
  const auto at = ns_.find(c.kind + "," + std::to_string(c.group) + "," + std::to_string(c.pages));
  return at != ns_.end() ? std::optional(at->second) : std::nullopt;
}

Result<Bounds> Bounds::load() {
  Bounds bounds;
  const auto take = [&](const std::string& line) -> Result<void> {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) return Error{"is not 'kind: sentence'"};
    bounds.sentences_[line.substr(0, colon)] = line.substr(colon + 2);
    return {};
  };
  if (auto r = for_each_line(kFolder + "bounds.txt", take); !r) return r.error();
  return bounds;
}

Result<std::string> Bounds::of(const std::string& kind) const {
  const auto at = sentences_.find(kind);
  if (at == sentences_.end()) return Error{"bounds.txt has no sentence for '" + kind + "'"};
  return at->second;
}

}  // namespace ksmsim::bench
