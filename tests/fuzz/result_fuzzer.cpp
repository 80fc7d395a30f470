// Result files that nobody vouches for: reading one ends with an Error of one line, or with a
// result that is written and read back as the same one.
//
// Input: a byte that says what the rest is. 0: a text. Otherwise changes of the text of a result
// that has everything: two bytes for a place, one for how many bytes go there, one for how many
// come, and those.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/promises.hpp"
#include "tests/viz/made_up_result.hpp"
#include "viz/result_json.hpp"

namespace {

using namespace ksmsim;

std::string changed(std::string text, std::string_view changes) {
  const auto byte = [&changes](std::size_t i) { return static_cast<unsigned char>(changes[i]); };
  while (changes.size() >= 4) {
    const std::size_t place = (byte(0) * 256U + byte(1)) % (text.size() + 1);
    const std::size_t come = std::min<std::size_t>(byte(3), changes.size() - 4);
    text.replace(place, std::min<std::size_t>(byte(2), text.size() - place),
                 changes.substr(4, come));
    changes.remove_prefix(4 + come);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const std::string whole = viz::result_json(viz::full_result());
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const std::string text = bytes[0] == 0 ? std::string(input) : changed(whole, input);
  auto result = viz::parse_unguarded_result_json(text);
  const auto guarded = viz::parse_result_json(text);
  if (!guarded) check_error(guarded.error());
  if (!result) {
    check_error(result.error());
    check(!guarded.ok());
    return 0;
  }
  if (guarded) check(*guarded == *result);
  result->digest = results::digest_of(*result);
  const auto back = viz::parse_result_json(viz::result_json(*result));
  check(back.ok() && *back == *result);
  return 0;
}
