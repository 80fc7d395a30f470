#include "live/row_text.hpp"

namespace ksmsim::live {

std::string header_text() {
  std::string text = "line";
  for (const auto name : kCounterNames) (text += ',') += name;
  return text;
}

std::string row_text(const LiveRow& row) {
  std::string text = std::to_string(row.line);
  for (const auto& value : row.counters) {
    text += ',';
    if (value) text += std::to_string(*value);
  }
  return text;
}

}  // namespace ksmsim::live
