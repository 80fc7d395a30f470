#include "live/saved_files.hpp"

namespace ksmsim::live {

Result<void> SavedFiles::save(const std::string& path) {
  if (!file_there(path)) return {};
  auto file = SysFile::open(path, Access::both);
  if (!file) return file.error();
  auto text = file->text();
  if (!text) return text.error();
  saved_.push_back({*std::move(file), chosen_word(*text)});
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

}  // namespace ksmsim::live
