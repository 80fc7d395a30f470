#include "traces/live/saved_files.hpp"

namespace ksmsim::traces::live {
namespace {

// What to write to have this content again.
std::string chosen(const std::string& text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open);
  if (open != std::string::npos && close != std::string::npos) {
    return text.substr(open + 1, close - open - 1);
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace

Result<void> SavedFiles::save(const std::string& path) {
  if (!file_there(path)) return {};
  auto file = SysFile::open(path, Access::both);
  if (!file) return file.error();
  auto text = file->text();
  if (!text) return text.error();
  saved_.push_back({*std::move(file), chosen(*text)});
  return {};
}

Result<void> SavedFiles::save_and_set(const std::string& path, const std::string& text) {
  if (!file_there(path)) return {};
  if (auto r = save(path); !r) return r;
  return saved_.back().file.write(text);
}

Result<void> SavedFiles::restore() {
  Result<void> result;
  for (; !saved_.empty(); saved_.pop_back()) {
    auto r = saved_.back().file.write(saved_.back().text);
    if (!r && result) result = r;
  }
  return result;
}

}  // namespace ksmsim::traces::live
