#include "cli/moment_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/command_line/amounts.hpp"
#include "traces/moments/importer.hpp"
#include "traces/text.hpp"

namespace ksmsim::cli {
namespace {

namespace fs = std::filesystem;

constexpr Time kLast = kNever - Duration{1};

struct Argument {
  std::string name;  // Empty: not said.
  std::string path;
  std::optional<Time> at;
};

Result<Argument> parse(const std::string& text) {
  Argument argument;
  std::string rest = text;
  // A = behind a / belongs to the path.
  const std::size_t equals = rest.find('=');
  if (equals != std::string::npos && rest.find('/') > equals) {
    argument.name = rest.substr(0, equals);
    rest.erase(0, equals + 1);
    if (auto r = traces::moments::check_guest_name(argument.name); !r) return r.error();
  }
  const std::size_t sign = rest.rfind('@');
  if (sign != std::string::npos && rest.find('/', sign) == std::string::npos) {
    const auto at = parse_amount(rest.substr(sign + 1), times(Duration::zero(), kLast - kStart));
    if (!at) {
      return Error{at.error().text +
                   " (behind @ should be a time; is the @ one of the file's name, "
                   "put @0 behind it)"};
    }
    argument.at = at_nanoseconds(*at);
    rest.erase(sign);
  }
  if (rest.empty()) return Error{"no file; should be [NAME=]FILE[@TIME]"};
  argument.path = rest;
  return argument;
}

class Guests {
 public:
  Guests(const std::string& guest, std::optional<Duration> interval)
      : guest_(guest), interval_(interval) {}

  Result<void> add(const Argument& argument) {
    const bool derived = argument.name.empty() && guest_.empty();
    const std::string name = !argument.name.empty() ? argument.name
                             : derived              ? name_of_file(argument.path)
                                                    : guest_;
    if (auto r = traces::moments::check_guest_name(name); !r) {
      return Error{r.error().text + "; say NAME=FILE"};
    }
    auto known = std::find_if(guests_.begin(), guests_.end(),
                              [&name](const GuestFiles& g) { return g.name == name; });
    if (known == guests_.end()) known = guests_.insert(known, {name, {}});
    auto& files = known->files;
    if (derived && !files.empty()) {
      return Error{fmt::format(
          "would be guest '{}' as {} is; say NAME=FILE, or --guest NAME if they are one guest",
          name, files.back().path)};
    }
    if (!argument.at && !files.empty() && !interval_) {
      return Error{
          fmt::format("when is this, behind {} of guest '{}'? Say FILE@TIME, or --interval TIME",
                      files.back().path, name)};
    }
    if (argument.at) {
      files.push_back({argument.path, *argument.at});
    } else if (files.empty()) {
      files.push_back({argument.path, kStart});
    } else {
      const Time before = files.back().at;
      if (*interval_ >= kNever - before) return Error{"is too late with this --interval"};
      files.push_back({argument.path, before + *interval_});
    }
    return {};
  }

  Result<std::vector<GuestFiles>> sorted() {
    for (GuestFiles& guest : guests_) {
      auto& files = guest.files;
      const auto earlier = [](const MomentFile& a, const MomentFile& b) { return a.at < b.at; };
      std::stable_sort(files.begin(), files.end(), earlier);
      for (std::size_t i = 1; i < files.size(); ++i) {
        if (files[i - 1].at < files[i].at) continue;
        return Error{fmt::format("{}: shows guest '{}' at {} s, as {} does; times have to differ",
                                 files[i].path, guest.name, traces::seconds_text(files[i].at),
                                 files[i - 1].path)};
      }
    }
    return std::move(guests_);
  }

 private:
  const std::string& guest_;
  std::optional<Duration> interval_;
  std::vector<GuestFiles> guests_;
};

}  // namespace

Result<std::vector<GuestFiles>> guest_files(const std::vector<std::string>& arguments,
                                            const std::string& guest,
                                            std::optional<Duration> interval) {
  if (!guest.empty()) {
    if (auto r = traces::moments::check_guest_name(guest); !r) return r.error().in("--guest");
  }
  Guests guests(guest, interval);
  bool standard_input = false;
  for (const std::string& text : arguments) {
    const auto argument = parse(text);
    if (!argument) return argument.error().in(text);
    if (argument->path == "-" && std::exchange(standard_input, true)) {
      return Error{"-: standard input can be read once"};
    }
    if (auto r = guests.add(*argument); !r) return r.error().in(argument->path);
  }
  return guests.sorted();
}

std::string name_of_file(const std::string& path) {
  if (path == "-") return "guest";
  std::string name = fs::path(path).filename().string();
  constexpr std::array<std::string_view, 3> kPacked = {".zst", ".gz", ".xz"};
  for (const std::string_view ending : kPacked) {
    if (name.ends_with(ending) && name.size() > ending.size()) {
      name.erase(name.size() - ending.size());
      break;
    }
  }
  return fs::path(name).stem().string();
}

std::uint64_t file_bytes(const std::vector<GuestFiles>& guests) {
  std::uint64_t bytes = 0;
  for (const GuestFiles& guest : guests) {
    for (const MomentFile& file : guest.files) {
      std::error_code error;
      const auto size = fs::file_size(file.path, error);
      if (!error) bytes += size;
    }
  }
  return bytes;
}

}  // namespace ksmsim::cli
