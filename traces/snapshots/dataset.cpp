#include "traces/snapshots/dataset.hpp"

#include <algorithm>
#include <string_view>

#include "traces/snapshots/meta.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces::snapshots {
namespace {

// Enough for a day of snapshots, and little enough to be held as JSON.
constexpr std::size_t kMetaBytesMax = 16u << 20;
constexpr const char* kMetaFile = "meta.json";

Result<std::string> read_meta(const Files& files) {
  auto file = files.open(kMetaFile);
  if (!file) return file.error();
  std::string text, chunk(65536, '\0');
  while (**file) {
    (*file)->read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk, 0, static_cast<std::size_t>((*file)->gcount()));
    if (text.size() > kMetaBytesMax) return Error{"larger than 16 MiB"};
  }
  if ((*file)->bad()) return Error{"cannot be read"};
  return text;
}

}  // namespace

const std::int64_t* CounterRow::find(const std::string& name) const {
  for (const auto& value : values) {
    if (value.first == name) return &value.second;
  }
  return nullptr;
}

std::optional<std::uint32_t> Dataset::find_guest(const std::string& name) const {
  for (std::uint32_t i = 0; i < guests.size(); ++i) {
    if (guests[i].name == name) return i;
  }
  return std::nullopt;
}

Result<Dataset> load_dataset(const std::string& directory) {
  return load_dataset(std::make_shared<Directory>(directory));
}

Result<Dataset> load_dataset(std::shared_ptr<const Files> files) {
  const auto text = read_meta(*files);
  if (!text) return text.error().in(kMetaFile);
  auto data = parse_meta(*text);
  if (!data) return data.error().in(kMetaFile);
  data->files = std::move(files);
  return data;
}

Result<std::size_t> find_snapshot(const Dataset& data, const std::string& number_or_label) {
  const auto number = parse_number(number_or_label);
  for (std::size_t i = 0; i < data.snapshots.size(); ++i) {
    const SnapshotInfo& snapshot = data.snapshots[i];
    const bool labelled = !number_or_label.empty() && snapshot.label == number_or_label;
    if (labelled || (number && snapshot.number == *number)) return i;
  }
  return Error{"no snapshot has the number or label " + shown(number_or_label)};
}

Result<std::vector<std::uint32_t>> parse_guest_order(const Dataset& data, const std::string& text) {
  if (text == "recorded") {
    if (data.frozen) return data.frozen->scan_order;
    return Error{"the data set has no recorded order of the guests, as nothing was frozen"};
  }
  std::vector<std::uint32_t> order;
  std::string_view rest = text;
  while (true) {
    const auto comma = rest.find(',');
    const std::string name(rest.substr(0, comma));
    const auto guest = data.find_guest(name);
    if (!guest) return Error{"no guest is named " + shown(name)};
    if (std::find(order.begin(), order.end(), *guest) != order.end()) {
      return Error{"guest " + shown(name) + " comes twice"};
    }
    order.push_back(*guest);
    if (comma == std::string_view::npos) return order;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace ksmsim::traces::snapshots
