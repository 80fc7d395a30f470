#!/usr/bin/env bash
# tests/determinism.sh TRACE KSMSIM...: every program predicts the same for the trace, which means
# the same digest, the last line that it prints. The same program twice is a good question as well.
set -eu
(($# >= 3)) || { echo "usage: $0 TRACE KSMSIM KSMSIM..." >&2; exit 2; }
trace=$1
shift

first='' status=0
for program in "$@"; do
  # Not through a pipe: the program's own failure counts.
  output=$("$program" --trace "$trace") || { echo "$program failed" >&2; exit 1; }
  line=${output##*$'\n'}
  [[ $line =~ ^digest\ +[0-9a-f]{16}$ ]] ||
    { echo "$program: the last line is '$line', not a digest" >&2; exit 1; }
  printf '%s  %s\n' "${line##* }" "$program"
  [[ ${first:=$line} == "$line" ]] || status=1
done
((status == 0)) || echo "the digests differ" >&2
exit "$status"
