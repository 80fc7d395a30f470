#include "cli/model_text.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "models/region.hpp"
#include "models/toml/parameter_value.hpp"
#include "models/toml/words.hpp"

namespace ksmsim::cli {
namespace {

using models::Kind;
using models::Parameter;
using models::RegionKind;

std::string range_text(const Parameter& parameter) {
  std::string range = models::shown(parameter.least) + " to " + models::shown(parameter.most);
  switch (parameter.kind) {
    case Kind::text:
      if (parameter.choices.empty()) return "a name";
      return fmt::format("{}", fmt::join(parameter.choices, ", "));
    case Kind::count:
      return "a whole number, " + range;
    case Kind::few_pages:
      return "a whole number of pages, " + range;
    case Kind::pages:
      return range + " MiB";
    case Kind::rate:
      return range + " MiB/s";
    case Kind::time:
      return range + " s";
    case Kind::lifetimes:
      return "[[part, seconds], ...]: parts 0 to 1, seconds " + range;
    case Kind::groups:
      return "[[part, pages], ...]: parts 0 to 1, pages " + range;
    default:
      return range;
  }
}

std::string keys_text(const Parameter& parameter, std::string_view around) {
  std::string text;
  for (const std::string& key : models::keys_of(parameter)) {
    text += fmt::format("{}{}{}{}", text.empty() ? "" : " or ", around, key, around);
  }
  return text;
}

std::string known_text(models::Evidence evidence, std::string_view source) {
  return fmt::format("{}{}{}", models::name_of(evidence), source.empty() ? "" : ": ", source);
}

std::string plain(const RegionKind& kind) {
  std::string text = fmt::format("kind = \"{}\": {}\n", kind.name, kind.what);
  text += fmt::format("  class of its pages   {}\n", kind.page_class);
  text += fmt::format("  agreed bytes         {} ({})\n", kind.agreed_bytes,
                      known_text(kind.agreed_evidence, kind.agreed_source));
  for (const Parameter& parameter : kind.parameters) {
    text += fmt::format("  {}: {}\n", keys_text(parameter, ""), parameter.what);
    text += fmt::format("    {}\n", range_text(parameter));
    if (models::has_default(parameter)) {
      text += fmt::format("    default {} ({})\n", parameter.otherwise,
                          known_text(parameter.evidence, parameter.source));
    } else {
      text += "    has to be said\n";
    }
  }
  return text;
}

std::string markdown(const RegionKind& kind) {
  std::string text =
      fmt::format("### `{}`\n\n{}. Class of its pages: `{}`; unequal pages agree in ", kind.name,
                  kind.what, kind.page_class);
  text += fmt::format("{} bytes ({}).\n", kind.agreed_bytes,
                      known_text(kind.agreed_evidence, kind.agreed_source));
  if (kind.parameters.empty()) return text;
  text += "\n| key | what | values | default | known |\n|---|---|---|---|---|\n";
  for (const Parameter& parameter : kind.parameters) {
    const bool has = models::has_default(parameter);
    text += fmt::format("| {} | {} | {} | {} | {} |\n", keys_text(parameter, "`"), parameter.what,
                        range_text(parameter),
                        has ? fmt::format("`{}`", parameter.otherwise) : "has to be said",
                        has ? known_text(parameter.evidence, parameter.source) : "");
  }
  return text;
}

}  // namespace

Result<std::string> model_text(const std::string& name, Form form) {
  std::string text;
  std::vector<std::string_view> names;
  for (const RegionKind& kind : models::region_kinds()) {
    names.push_back(kind.name);
    if (!name.empty() && name != kind.name) continue;
    if (!text.empty()) text += "\n";
    text += form == Form::plain ? plain(kind) : markdown(kind);
  }
  if (text.empty()) return Error{models::no_such_name("kind of region", name, names)};
  return text;
}

}  // namespace ksmsim::cli
