#!/usr/bin/env bash
# docs/make-performance.sh [OPTIONS OF bench]: builds, measures everything (a quarter of an hour or
# so; as root where the machine's own ksmd is to be measured beside), writes docs/performance.md.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/.ci/prepare.sh"

install_packages build ci
# Whether Google Benchmark is there is asked when the build is configured.
(cd "$root" && cmake --preset release > /dev/null)
build_preset release ksmsim bench

page=$(mktemp "$root/docs/performance.XXXXXX")
trap 'rm -f "$page" "$page.tables"' EXIT
cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
kernel=$(uname -r)
load=$(cut -d ' ' -f 1 /proc/loadavg)
"$root/build/release/bench" --page "$page.tables" "$@" >&2

cat > "$page" << END
# Performance

Made by \`docs/make-performance.sh\`, which measures and writes this page.

Machine: $cpu, $(nproc) CPUs, Linux ${kernel%%-*}; load average before the run $load.

How it is measured (\`tests/bench\`):
- One address space, one batch a pass, \`smart_scan\` 0, default \`max_page_sharing\`. Only the pass
  itself is timed, on one core, as CPU time of its thread, page faults included.
- The same pages are given to this machine's kernel and to the simulated one, in turn: ksmd, ours,
  ksmd, ours. ksmd's figure is its own account (\`/proc/PID/schedstat\`). A ratio is that of two
  neighbours; the table has the median, the lowest and the highest. Where the machine has no KSM, or
  it is in use, ksmd's figures are stored ones (\`tests/bench/rates.csv\`) and the table says so.
- Contents differ in the first 8 bytes. Where they differ late, ksmd reads whole pages at every step
  and takes up to four times as long; ours does not change.
- Capture is measured on another process of 1 GiB, on one core, as CPU time of its thread; plain
  reading of the same bytes stands beside it, in the same run.
- Our figures are rounded up, ksmd's and the ratios down. "Reached" is "yes" only if the lowest
  ratio reaches the floor.

END
cat "$page.tables" >> "$page"
chmod 644 "$page"
mv "$page" "$root/docs/performance.md"
say "docs/performance.md is written"
