// The files of /sys/kernel/mm/ksm of this machine while a measurement has them to itself.
//
// Invariants:
//   (1) One process at a time: the lock file is held from take() on.
//   (2) What the knobs were is put back, and everything unmerged (run 2, then run 0), when the
//       object goes, and as well when the program is interrupted (SIGINT, SIGTERM, SIGHUP).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::bench {

class KsmKnobs {
 public:
  // Waits for the lock (up to ten minutes) and notes what the knobs are. An error where there is
  // no KSM, who calls is not root, or KSM is in use: it runs, or pages are merged.
  static Result<std::unique_ptr<KsmKnobs>> take();
  ~KsmKnobs();
  KsmKnobs(const KsmKnobs&) = delete;
  KsmKnobs& operator=(const KsmKnobs&) = delete;

  static bool exists(const std::string& name);
  static Result<long long> read(const std::string& name);
  Result<void> write(const std::string& name, long long value);

 private:
  struct Saved {
    std::string path, text;
  };
  explicit KsmKnobs(int lock) : lock_(lock) {}
  Result<void> note_all();
  void restore() const;
  static void restore_and_die(int signal);

  int lock_;
  std::vector<Saved> saved_;  // In the order in which they are put back; not changed once noted.
};

}  // namespace ksmsim::bench
