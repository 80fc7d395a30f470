#include "live/ksm_users.hpp"

#include "live/process.hpp"

namespace ksmsim::live {
namespace {

bool is_user(pid_t process) {
  const auto stat = small_file("/proc/" + std::to_string(process) + "/ksm_stat");
  return stat && (stat->find("ksm_mergeable: yes") != std::string::npos ||
                  number_behind("ksm_rmap_items", *stat).value_or(0) > 0);
}

}  // namespace

std::vector<KsmUser> ksm_users() {
  std::vector<KsmUser> users;
  for (const pid_t process : all_processes()) {
    if (!is_user(process)) continue;
    const auto stat = stat_of(process);
    users.push_back({process, stat ? stat->command : ""});
  }
  return users;
}

std::string in_words(const std::vector<KsmUser>& users) {
  std::string text;
  for (const KsmUser& user : users) {
    text += (text.empty() ? "" : ", ") + user.name + " (" + std::to_string(user.process) + ")";
  }
  return text;
}

}  // namespace ksmsim::live
