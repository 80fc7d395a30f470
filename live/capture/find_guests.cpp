#include "live/capture/find_guests.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace ksmsim::live::capture {
namespace {

namespace fs = std::filesystem;

// What a trace takes as a name: no blank, no control character, no '#'; not empty.
std::string usable(std::string name) {
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || c == '#') c = '_';
  }
  return name;
}

// libvirt leaves NAME.pid for each guest that runs.
std::map<pid_t, std::string> libvirt_guests(const std::string& folder) {
  std::map<pid_t, std::string> guests;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder, error)) {
    if (file.path().extension() != ".pid") continue;
    const auto number = live::number_in(file.path().string());
    // Its own helpers ("slirp", "dbus", ...) have such files too; a guest also has its state there.
    fs::path state = file.path();
    if (!number || !fs::exists(state.replace_extension(".xml"), error)) continue;
    // The guest may have died without libvirt noticing, and its number be another's by now.
    if (!is_qemu(live::command_line(static_cast<pid_t>(*number)))) continue;
    guests.emplace(static_cast<pid_t>(*number), file.path().stem().string());
  }
  return guests;
}

std::string name_of(const live::ProcessStat& stat, const std::vector<std::string>& words,
                    const std::map<pid_t, std::string>& libvirt) {
  if (const auto known = libvirt.find(stat.id.number); known != libvirt.end()) return known->second;
  if (is_qemu(words)) {
    if (const auto name = qemu_name(words); name && !name->empty()) return *name;
  }
  return stat.command + "-" + std::to_string(stat.id.number);
}

}  // namespace

bool is_qemu(const std::vector<std::string>& command_line) {
  if (command_line.empty()) return false;
  const std::string program = fs::path(command_line.front()).filename().string();
  return program.starts_with("qemu-system-") || program == "qemu-kvm" || program == "kvm" ||
         program == "qemu";
}

std::optional<std::string> qemu_name(const std::vector<std::string>& command_line) {
  for (std::size_t i = 1; i + 1 < command_line.size(); ++i) {
    if (command_line[i] != "-name" && command_line[i] != "--name") continue;
    // "NAME,key=value" or "guest=NAME,key=value".
    std::string first = command_line[i + 1];
    first = first.substr(0, first.find(','));
    if (first.starts_with("guest=")) return first.substr(6);
    if (first.find('=') == std::string::npos) return first;
  }
  return std::nullopt;
}

std::vector<FoundGuest> find_guests(const Wanted& wanted) {
  const auto libvirt =
      wanted.libvirt ? libvirt_guests(wanted.libvirt_folder) : std::map<pid_t, std::string>{};
  std::set<pid_t> numbers(wanted.processes.begin(), wanted.processes.end());
  for (const auto& [number, name] : libvirt) numbers.insert(number);
  if (wanted.qemu) {
    for (const pid_t number : live::all_processes()) {
      if (is_qemu(live::command_line(number))) numbers.insert(number);
    }
  }
  std::vector<FoundGuest> guests;
  std::set<std::string> names;
  for (const pid_t number : numbers) {
    const auto stat = live::stat_of(number);
    if (!stat || !live::runs(stat->id)) continue;
    const auto words = live::command_line(number);
    std::string name = usable(name_of(*stat, words, libvirt));
    if (!names.insert(name).second) {
      name += "-" + std::to_string(number);
      names.insert(name);
    }
    guests.push_back({stat->id, name, is_qemu(words) ? Hypervisor::yes : Hypervisor::no});
  }
  return guests;
}

}  // namespace ksmsim::live::capture
