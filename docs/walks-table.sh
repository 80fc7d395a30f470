#!/usr/bin/env bash
# docs/walks-table.sh KSMSIM: what ksmd takes to walk: chains of full copies, and what is absent.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ksmsim=$(realpath "$1")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# frozen LIMIT: ksmd's CPU seconds until the three frozen guests have settled.
"$ksmsim" import snapshots "$root/tests/data/guests-frozen" --snapshot 43 -o "$place/frozen.bin" \
  > /dev/null 2>&1
frozen() {
  "$ksmsim" --trace "$place/frozen.bin" --set run=1 --set smart_scan=0 --set max_page_sharing="$1" \
    --set pages_to_scan=2000000 --until settled | sed -n "s/^ksmd's CPU time  *\([0-9.]*\) s.*/\1/p"
}

# hole KERNEL UNTIL: ksmd's CPU time for each pass over a page behind 32 TiB of nothing, in ms.
printf '%s\n' 'trace 1' '@0 mm a' '@0 map a 0 8589934592' '@0 write a 8589934591 1 c:7' \
  '@0 set run 1' > "$place/hole.txt"
"$ksmsim" trace compile "$place/hole.txt" -o "$place/hole.bin" > /dev/null
hole() {
  "$ksmsim" --trace "$place/hole.bin" --kernel "$1" --until "$2" --sample 1s --quiet --csv - |
    awk -F , 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i; next }
      $at["passes"] > passes { passes = $at["passes"]; ns = $at["ksmd_cpu_ns"] }
      END { printf "%.3f", ns / passes / 1e6 }'
}

cat << END

### What walks cost

Three frozen guests until they have settled (ksmd's CPU time; which passes the 7.9 s cover is not
told), and one page behind 32 TiB of nothing (CPU time a pass).

| what | observed | simulated |
|---|---|--:|
| frozen guests, \`max_page_sharing\` 2 | 7.9 s | $(frozen 2) s |
| frozen guests, 256 | 2.5 s | $(frozen 256) s |
| 32 TiB, 6.16 | more than an hour | $(hole 6.16.12 2h) ms |
| 32 TiB, 6.18 | 0.07 to 0.09 ms | $(hole 6.18 60s) ms |
END
