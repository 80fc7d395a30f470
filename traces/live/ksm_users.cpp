#include "traces/live/ksm_users.hpp"

#include <dirent.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "traces/live/sys_file.hpp"

namespace ksmsim::traces::live {
namespace {

std::string text_of(const std::string& path) {
  const auto file = SysFile::open(path);
  if (!file) return "";
  const auto text = file->text();
  return text ? *text : "";
}

bool is_user(const std::string& folder) {
  const std::string stat = text_of(folder + "ksm_stat");
  if (stat.find("ksm_mergeable: yes") != std::string::npos) return true;
  const std::string items = "ksm_rmap_items ";
  const std::size_t at = stat.find(items);
  return at != std::string::npos && std::strtoll(stat.c_str() + at + items.size(), nullptr, 10) > 0;
}

}  // namespace

std::vector<KsmUser> ksm_users() {
  std::vector<KsmUser> users;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc{opendir("/proc"), closedir};
  while (const dirent* entry = proc ? readdir(proc.get()) : nullptr) {
    const std::string id = entry->d_name;
    const std::string folder = "/proc/" + id + "/";
    if (id[0] < '1' || id[0] > '9' || !is_user(folder)) continue;
    std::string name = text_of(folder + "comm");
    if (!name.empty()) name.pop_back();
    users.push_back({static_cast<pid_t>(std::strtoll(id.c_str(), nullptr, 10)), name});
  }
  std::sort(users.begin(), users.end(),
            [](const KsmUser& a, const KsmUser& b) { return a.process < b.process; });
  return users;
}

std::string in_words(const std::vector<KsmUser>& users) {
  std::string text;
  for (const KsmUser& user : users) {
    text += (text.empty() ? "" : ", ") + user.name + " (" + std::to_string(user.process) + ")";
  }
  return text;
}

}  // namespace ksmsim::traces::live
