#!/usr/bin/env bash
# `ksmsim explain` names the cause: small guests, each with one thing wrong with them.
source "$(dirname "$0")/checks.bash"

# explained ARGUMENT...: compiles guests.txt and explains it with these arguments.
explained() {
  "$ksmsim" trace compile guests.txt -o guests.bin --force || exit 1
  exits 0 explain --trace guests.bin --set smart_scan=0 "$@"
}
# says_folded TEXT: the same as says, wherever lines are broken.
says_folded() {
  tr -s ' \n' ' ' <stdout.txt | grep -qF -- "$1" || fail "stdout does not say '$1'"
}
# begins TEXT: what the last run printed begins so.
begins() { head -n 1 stdout.txt | grep -q "^$1" || fail "stdout does not begin with '$1'"; }
# two_guests [plain]: two guests of 50 equal pages each.
two_guests() {
  printf 'trace 1\nclass heap\n'
  for guest in a b; do
    printf '@0 mm %s\n@0 map %s 0 512%s\n@0 write %s 0 50 seq:100 heap\n' \
      $guest $guest "${1:+ $1}" $guest
  done
}

two_guests >guests.txt
explained
says '  merged                  200.0 KiB (100.0 %)'
says 'nothing is left to merge'
says '  heap                    holds 400.0 KiB, duplicated 200.0 KiB: merged 200.0 KiB'
says '  200.0 KiB               shared by exactly a, b'

two_guests plain >guests.txt
explained
says '  region not registered   200.0 KiB (100.0 %)'
says_folded 'QEMU unless it is started with -machine mem-merge=off'
says '  not registered          400.0 KiB (100.0 % of guest memory)'
begins 'nothing is registered'
says_folded 'QEMU: -object memory-backend-ram,merge=on'
exits 0 --trace guests.bin
begins 'nothing is registered'
# Where KSM is off, or one guest of two is registered, that is not why.
explained --set run=0
says_not 'nothing is registered'
sed '/map a/s/ plain//' <(two_guests plain) >guests.txt
explained
says_not 'nothing is registered'

two_guests >guests.txt
explained --set run=0
says '  KSM switched off        200.0 KiB (100.0 %)'
says 'run is 0; write 1 to /sys/kernel/mm/ksm/run'
says '  length of a pass        nothing was scanned'

sed 's/^@0 map b.*/&\n@0 node b 0 512 1/' <(two_guests) >guests.txt
explained --set merge_across_nodes=0
says '  other NUMA node         200.0 KiB (100.0 %)'
explained
says 'nothing is left to merge'

sed 's/seq:100/c:7/' <(two_guests) >guests.txt
explained --set max_page_sharing=10
says '  at the sharing limit    36.0 KiB'
says 'takes max_page_sharing (now 10) pages'

{
  two_guests
  echo '@0 pin a 0 50 on'
} >guests.txt
explained
says '  pinned pages            200.0 KiB (100.0 %)'

# khugepaged makes merged pages huge again, at the end.
{
  sed 's/ 0 50 seq/ 0 512 seq/' <(two_guests)
  echo '@60 huge a 0 512 on'
} >guests.txt
explained
says '  huge pages              2.0 MiB (100.0 %)'
says 'khugepaged'

# Contents that live for a second, and a pass that takes many.
{
  two_guests
  for second in {1..60}; do
    printf '@%s write a 0 50 seq:%s00 heap\n@%s write b 0 50 seq:%s00 heap\n' \
      "$second" "$second" "$second" "$second"
  done
} >guests.txt
explained --set pages_to_scan=1 --set sleep_millisecs=200
says '  changed too often       200.0 KiB (100.0 %)'
grep -q 'a pass takes 2[0-9]\.. s' stdout.txt || fail 'the length of a pass is not said'
says 'half of 6000 pages written over lived less than 1.0 s'
says '100.0 % less than a pass, 100.0 % less than two'
says 'raise pages_to_scan (now 1)'
explained --set pages_to_scan=1000 --set sleep_millisecs=20 --until 60.5
says 'nothing is left to merge'

# Old pages that become equal, and are visited in different passes: they never meet.
cat >guests.txt <<'TEXT'
trace 1
class heap
@0 mm a
@0 map a 0 512
@0 write a 0 50 seq:100 heap
@1 mm b
@1 map b 0 512
@1 write b 0 50 seq:1100 heap
@60 write a 0 50 seq:5000 heap
@60 write b 0 50 seq:5000 heap
TEXT
explained --until 120
says 'nothing is left to merge'
exits 0 explain --trace guests.bin --until 120
says '  skipped by smart scan   200.0 KiB (100.0 %)'
says_folded 'so they may never merge: set smart_scan to 0'

# What broke, by what its guest was busy with.
{
  two_guests
  printf '@30 activity a update\n@40 write a 0 20 seq:5000 heap\n@60 discard b 40 1\n'
} >guests.txt
explained
says '  update                  20 pages; extra memory, new pages included: 80.0 KiB'

# In JSON, bytes.
exits 0 explain --trace guests.bin --json
grep -q '"duplicated_bytes": ' stdout.txt || fail 'no JSON'
says '"cause": "update"'
says '"available_bytes": null'
says_not '"free_bytes"'

# A controller that does not see its guests.
cat >blind.toml <<'TOML'
title = "Guests that ksmtuned does not see"
until_s = 10
[host]
ram_mib = 4096
[knobs]
run = 0
[controller]
name = "ksmtuned"
[[guest]]
name = "web"
count = 2
boot_s = 5
accel = "accel-kvm"
[[guest.region]]
kind = "image"
size_mib = 4
image = "debian-12"
TOML
# Seen or not: there is memory enough.
exits 0 explain blind.toml
says_folded 'by the hand of ksmtuned, which finds enough memory free'
exits 0 explain ksmtuned-blind
says 'host.cached_mib = 0 (assumed'   # What it rests on is listed as in the summary.
says 'rests on'
says_folded 'by the hand of ksmtuned, which does not see guests started with -accel kvm'
exits 0 scenarios ksmtuned-blind
sed 's/accel-kvm/enable-kvm/' stdout.txt >seen.toml
exits 0 explain seen.toml
says_not 'does not see guests started'


# A controller that turns the knobs of ksmd's pace, and what is kept out of its hands.
cat >tuned.toml <<'TOML'
title = "ksmtuned with too little memory"
until_s = 310
[host]
ram_mib = 200
[controller]
name = "ksmtuned"
[[guest]]
name = "busy"
count = 3
boot_s = 5
[[guest.region]]
kind = "heap"
size_mib = 60
lifetimes = [[1,1]]
TOML
exits 0 explain tuned.toml
says_folded 'npages_max of ksmtuned (now 1250) or lower sleep_msec of ksmtuned (now 10) (ksmtuned'
says_not 'raise pages_to_scan'
exits 0 explain tuned.toml --set pages_to_scan=100
says_folded 'raise pages_to_scan (now 100) or lower sleep_msec of ksmtuned (now 10)'

refuses 'explain what?' explain
refuses 'explain what?' explain blind.toml --trace guests.bin
refuses 'none.bin' explain --trace none.bin

finish
