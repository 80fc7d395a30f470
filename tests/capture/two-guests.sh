#!/bin/bash
# Two Debian guests under software emulation, captured while this machine's KSM merges them; then
# the capture is replayed and what it predicts stands beside what the kernel counted. As root, for
# some minutes, on a machine whose KSM nobody else uses meanwhile; all knobs are put back.
#
#   usage: two-guests.sh KSMSIM KERNEL OUT [-- OPTION...]
#
#   KSMSIM    the program
#   KERNEL    a Debian package linux-image-VERSION, or `download`: debian-guests/build.sh
#   OUT       a folder: gets guests.bin, counters.csv (the host's counters as they were),
#             predicted.csv, table.md (printed), validate.md, and what the programs said
#
#   options:  minutes=N      how long KSM runs (5)
#             interval=TIME  of the capture (5s)
#             memory=MIB     of each guest (320)
#             huge=yes|no    whether the guests get huge pages (no: see below)
#             settle=S       seconds between the guests' being at work and the capture (20)
#             images=DIR     made by build.sh before
#             KNOB=VALUE     of /sys/kernel/mm/ksm, instead of pages_to_scan=1000
#                            sleep_millisecs=200 or what the machine has
#
# With huge pages the second pass may be predicted badly (pages_sharing once 54 % too high); from
# the third on it is as without. ksmd then splits huge pages, the zeros in them vanish from under
# the unstable tree, and every search that comes that way ends there: if that is next to the root,
# those for half of all pages, or for few, by where the root's bytes stand among all pages'. A trace
# does not say that (its order is that of hashes). So huge pages are off unless asked for.
#
# Exit status 1 if a predicted pages_sharing is more than 5 % off at a pass end from the second on
# (the first merges nothing), or if `capture --once` left anything changed in the guests.
set -euo pipefail
say() { echo "$(date +%T) $*" >&2; }
fail() { say "${0##*/}: $*"; exit 2; }
(( $# >= 3 )) || fail "usage: KSMSIM KERNEL OUT [-- OPTION...]"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/ksm.bash"
ksmsim=$(realpath "$1") kernel=$2 out=$3
shift 3
(( $# )) && shift
minutes=5 interval=5s memory=320 huge=no settle=20 images=''
knobs=(pages_to_scan=1000 sleep_millisecs=200)
for option in "$@"; do
  case $option in
    minutes=* | interval=* | memory=* | huge=* | settle=* | images=*)
      declare "${option%%=*}=${option#*=}" ;;
    *=*) [[ -e $ksm/${option%%=*} ]] || fail "'$option' is not an option"; knobs+=("$option") ;;
    *) fail "'$option' is not an option" ;;
  esac
done
mkdir -p "$out"
out=$(realpath "$out")

guests='' capture='' sampler=''
clean_up() {
  trap - EXIT INT TERM
  for pid in $sampler $capture; do kill "$pid" 2> /dev/null || true; done
  # Stopped guests would not end.
  [[ -z $guests ]] || cat "$out"/*.pid 2> /dev/null | xargs -r kill -CONT 2> /dev/null || true
  [[ -z $guests ]] || kill "$guests" 2> /dev/null || true
  wait
  restore_ksm
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ -z $images ]]; then
  images=$out/images
  say "building the guests' disk"
  "$here/debian-guests/build.sh" "$kernel" "$images" > "$out/build.txt" 2>&1 &
  guests=$! # A signal ends it, too.
  wait "$guests" || { tail -n 5 "$out/build.txt" >&2; fail "no guests: $out/build.txt"; }
  guests=''
fi
say "waiting for the machine's KSM"
lock_ksm || fail "KSM is in use"
missing=$(ksm_missing)
[[ -z $missing ]] || fail "$missing"
save_ksm

say "booting two guests of $memory MiB"
rm -f "$out"/*.console "$out"/*.pid "$out/guests.bin"
"$here/debian-guests/boot.sh" "$images" "$out" -- "memory=$memory" "huge=$huge" \
  > "$out/boot.txt" 2>&1 9>&- &
guests=$!
for name in web db; do
  for (( i = 0; i < 600; ++i )); do
    grep -q GUEST-READY "$out/$name.console" 2> /dev/null && break
    kill -0 "$guests" 2> /dev/null || fail "the guests do not start: $(tail -n 1 "$out/boot.txt")"
    sleep 1
  done
  grep GUEST-READY "$out/$name.console" >&2 || fail "$name does not boot: $out/$name.console"
done
web=$(cat "$out/web.pid") db=$(cat "$out/db.pid")
sleep "$settle"

# What `--once` leaves changed in guests that hold still: nothing. A page that was never touched and
# is read by the wrong means would be mapped afterwards, if only to the kernel's page of zeros.
look_at() { # PID: its minor and major faults, resident size, mapped pages.
  sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 8,10,22
  awk '/^[0-9a-f]+-[0-9a-f]+ / { range = $1 } /^VmFlags:.* mg/ { print range }' "/proc/$1/smaps" |
    while IFS=- read -r first end; do
      dd "if=/proc/$1/pagemap" bs=8 skip=$(( 0x$first / 4096 )) status=none \
        count=$(( (0x$end - 0x$first) / 4096 )) | od -An -v -t u1 -w8 |
        awk '$8 >= 128 { ++n } END { print NR, n + 0 }'
    done
}
kill -STOP "$web" "$db"
sleep 1
look_at "$web" > "$out/before.txt"
look_at "$db" >> "$out/before.txt"
"$ksmsim" capture --pid "$web" "$db" --once -o "$out/once.bin" --force \
  > "$out/once.txt" 2>&1 9>&- ||
  fail "capture --once: $(tail -n 1 "$out/once.txt")"
look_at "$web" > "$out/after.txt"
look_at "$db" >> "$out/after.txt"
kill -CONT "$web" "$db"
status=0
if cmp -s "$out/before.txt" "$out/after.txt"; then
  say "--once changed nothing: faults, resident size and $(awk 'NF == 2 { n += $1; m += $2 }
    END { print m " of " n }' "$out/after.txt") pages mapped, before and after"
else
  say "--once CHANGED the guests:"
  diff "$out/before.txt" "$out/after.txt" >&2 || true
  status=1
fi

# The host's counters, twice a second, of themselves.
counters='full_scans pages_scanned pages_shared pages_sharing pages_unshared pages_volatile'
counters+=' pages_skipped stable_node_chains stable_node_dups'
sample() {
  local values name
  echo "seconds,${counters// /,}"
  while :; do
    values=''
    for name in $counters; do
      read -r value < "$ksm/$name" || value=''
      values+=,$value
    done
    echo "$EPOCHREALTIME$values"
    sleep 0.5
  done
}

say "capturing"
"$ksmsim" capture --pid "$web" "$db" --interval "$interval" --for "$(( minutes * 60 + 20 ))s" \
  -o "$out/guests.bin" > "$out/capture.txt" 2>&1 9>&- &
capture=$!
for (( i = 0; i < 600; ++i )); do
  [[ ! -s $out/guests.bin ]] || break
  kill -0 "$capture" 2> /dev/null || fail "capture: $(tail -n 1 "$out/capture.txt")"
  sleep 0.1
done
sleep 5
for knob in "${knobs[@]}"; do echo "${knob#*=}" > "$ksm/${knob%%=*}"; done
sample > "$out/counters.csv" 9>&- &
sampler=$!
say "KSM runs: ${knobs[*]}"
echo 1 > $ksm/run
wait "$capture" || fail "capture ends with status $?: $(tail -n 1 "$out/capture.txt")"
kill "$sampler" && wait "$sampler" || true
sampler='' capture=''
say "captured: $(ls -lh "$out/guests.bin" | awk '{ print $5 }'), $(tail -n 1 "$out/counters.csv")"
kill "$guests" && wait "$guests" || true
guests=''
restore_ksm
exec 9>&-

"$ksmsim" trace check "$out/guests.bin"
"$ksmsim" --trace "$out/guests.bin" --sample 0.5 --csv "$out/predicted.csv" --force \
  > "$out/summary.txt"
awk -f "$here/pass_ends.awk" "$out/counters.csv" "$out/predicted.csv" | tee "$out/table.md" ||
  status=1
"$ksmsim" validate trace "$out/guests.bin" > "$out/validate.md" # The same by the program itself.
exit $status
