#include "viz/result_json.hpp"

#include <fmt/core.h>

#include <charconv>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "viz/json_reader.hpp"
#include "viz/samples_json.hpp"

namespace ksmsim::viz {
namespace {

constexpr const char* kFormat = "ksmsim-result";
constexpr const char* kGuard = "digest_of_all";
// Beside the fields of the result: format, version, guard.
constexpr std::size_t kOthers = 3;

template <class Field>
constexpr bool kIsSamples =
    std::is_same_v<std::remove_cvref_t<Field>, std::vector<results::Sample>>;

std::string hexadecimal(std::uint64_t digest) { return fmt::format("{:016x}", digest); }

std::uint64_t read_hexadecimal(const Json& json, const Place& place) {
  constexpr const char* kRight = "should be a text of 16 hexadecimal digits";
  if (!json.is_string()) refuse(place, kRight);
  const auto& text = json.get_ref<const std::string&>();
  std::uint64_t digest = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, digest, 16);
  if (text.size() != 16 || read.ec != std::errc{} || read.ptr != end) refuse(place, kRight);
  return digest;
}

// What fields say together.
void check_parts(const results::RunResult& result) {
  const Place root;
  if (!result.lives) return;
  const Place lives{&root, "lives"};
  constexpr const char* kRight = "should be counts from 0 on, and their total";
  if (!result.lives->ended.are_whole()) refuse({&lives, "ended"}, kRight);
  if (!result.lives->standing.are_whole()) refuse({&lives, "standing"}, kRight);
}

results::RunResult from_json(const Json& json) {
  results::RunResult result;
  const Place root;
  std::size_t fields = kOthers;
  for_each_field(result, [&](std::string_view name, auto& field) {
    ++fields;
    const Place place{&root, name};
    const Json& value = field_of(json, root, name.data());
    if constexpr (kIsSamples<decltype(field)>)
      return;  // Below: they hang on the host.
    else if (name == "digest")
      result.digest = read_hexadecimal(value, place);
    else
      read_value(value, place, field);
  });
  if (json.size() != fields)
    refuse(root, fmt::format("has {} fields, not {}", json.size(), fields));
  read_samples(json.at("samples"), result);
  check_parts(result);
  return result;
}

void check_format(const Json& json) {
  const Place root;
  if (!json.is_object() || !json.contains("format") || json.at("format") != kFormat) {
    throw Unfit{fmt::format("no result of ksmsim: format should be {}", kFormat)};
  }
  const Json& version = field_of(json, root, "version");
  if (version != results::kFormatVersion) {
    refuse({&root, "version"}, fmt::format("should be {}: the results that this program reads",
                                           results::kFormatVersion));
  }
}

void check_digests(const Json& json, const results::RunResult& result) {
  const Place root;
  if (results::digest_of(result) != result.digest) {
    refuse({&root, "digest"}, "does not fit the rest: the file was changed");
  }
  const Place guard{&root, kGuard};
  if (results::digest_of_all(result) != read_hexadecimal(field_of(json, root, kGuard), guard)) {
    refuse(guard, "does not fit the rest: the file was changed");
  }
}

enum class Guard { heeded, not_heeded };

Result<results::RunResult> parse(std::string_view text, Guard guard) {
  try {
    const Json json = Json::parse(text);
    check_format(json);
    results::RunResult result = from_json(json);
    if (guard == Guard::heeded) check_digests(json, result);
    return Result<results::RunResult>(std::move(result));
  } catch (const Unfit& unfit) {
    return Error{unfit.text};
  } catch (const Json::parse_error& e) {
    return Error{fmt::format("no result of ksmsim: no JSON from byte {} on", e.byte)};
  } catch (const Json::exception&) {  // A number that fits no type.
    return Error{"no result of ksmsim: no JSON with numbers of 64 bits"};
  }
}

}  // namespace

std::string result_json(const results::RunResult& result) {
  Json json{{"format", kFormat}, {"version", results::kFormatVersion}};
  for_each_field(result, [&json, &result](std::string_view name, const auto& field) {
    Json& value = json[std::string(name)];
    if constexpr (kIsSamples<decltype(field)>)
      value = samples_json(result);
    else if (name == "digest")
      value = hexadecimal(result.digest);
    else
      value = value_json(field);
  });
  json[kGuard] = hexadecimal(results::digest_of_all(result));
  return json.dump() + "\n";
}

Result<results::RunResult> parse_result_json(std::string_view text) {
  return parse(text, Guard::heeded);
}

Result<results::RunResult> parse_unguarded_result_json(std::string_view text) {
  return parse(text, Guard::not_heeded);
}

}  // namespace ksmsim::viz
