// Which guest the kernel's OOM killer chooses: the one with most memory, as oom_badness() counts
// it. RSS counts merged pages in full, so a guest that shares most of its pages is as likely to go
// as one that shares none, although that frees little. (Every guest has oom_score_adj 0.)
#pragma once
#include <cstdint>
#include <optional>

#include "sim/host/machine.hpp"

namespace ksmsim::host {

struct OomVictim {
  MmId mm;
  std::int64_t badness_pages = 0;  // RSS + swap + page tables.
};

// Badness of one guest; `overhead_pages` are its process's own.
std::int64_t oom_badness(const Machine& machine, MmId mm, std::int64_t overhead_pages);
// The living guest with most; of equals the one that the kernel's OomOfEquals says. Nothing if none
// lives.
std::optional<OomVictim> oom_victim(const Machine& machine, std::int64_t overhead_pages);

}  // namespace ksmsim::host
