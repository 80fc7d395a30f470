#!/usr/bin/env bash
# tests/determinism.sh TRACE KSMSIM...: every program predicts the same for the trace, and for two
# shipped scenarios, which means the same digest, the last line that it prints. The same program
# twice is a good question as well.
set -eu
(($# >= 3)) || { echo "usage: $0 TRACE KSMSIM KSMSIM..." >&2; exit 2; }
trace=$1
shift

status=0
# same_digest ARGUMENT...: of `ksmsim ARGUMENT...`, by every program.
same_digest() {
  local first='' program output line
  for program in "${programs[@]}"; do
    # Not through a pipe: the program's own failure counts.
    output=$("$program" "$@") || { echo "$program failed" >&2; exit 1; }
    line=${output##*$'\n'}
    [[ $line =~ ^digest\ +[0-9a-f]{16}$ ]] ||
      { echo "$program: the last line is '$line', not a digest" >&2; exit 1; }
    printf '%s  %s %s\n' "${line##* }" "$program" "$*"
    [[ ${first:=$line} == "$line" ]] || status=1
  done
}
programs=("$@")
same_digest --trace "$trace"
same_digest run small-office       # Models, a controller.
same_digest run unmerge-storm      # Memory pressure, a kill.
((status == 0)) || echo "the digests differ" >&2
exit "$status"
