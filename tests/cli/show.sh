#!/usr/bin/env bash
# `ksmsim show` prints what the run printed, from the result that it wrote: byte for byte.
source "$(dirname "$0")/checks.bash"
make_trace guests.bin
cat >office.toml <<'TOML'
title = "An office under a controller"
until_s = 60
[host]
ram_mib = 200
[controller]
name = "ksmtuned"
[[guest]]
name = "web"
count = 3
boot_s = 5
accel = "accel-kvm"
[[guest.region]]
kind = "heap"
size_mib = 30
TOML

# same FILE: whether the last run printed what is in the file.
same() { cmp -s stdout.txt "$1" || fail "not what is in $1"; }
# shown_again RUN...: everything that this run and an explanation of it print and write.
shown_again() {
  exits 0 run "$@" --csv run.csv --json run.json --out run.out --force
  mv stdout.txt run.txt
  exits 0 show run.out --csv show.csv --json show.json --force
  same run.txt
  cmp -s show.csv run.csv || fail "another CSV"
  cmp -s show.json run.json || fail "another JSON"
  exits 0 show run.out --csv -
  same run.csv
  exits 0 show run.out --json -
  same run.json
  exits 0 explain "$@"
  mv stdout.txt explained.txt
  exits 0 show run.out --explain
  same explained.txt
  exits 0 explain "$@" --json
  mv stdout.txt explained.json
  exits 0 show run.out --explain --json -
  same explained.json
  exits 0 show run.out --quiet
  [[ ! -s stdout.txt ]] || fail '--quiet prints something'
}

shown_again --trace guests.bin
shown_again --trace guests.bin --set run=0 --kernel 6.1
shown_again office.toml
shown_again ksmtuned-blind --until 30
shown_again unmerge-storm --until 40
# A trace whose end is missing, from a guest whose name is no text.
{
  printf 'trace 1\n@0 mm "g\\xff"\n@0 map "g\\xff" 0 9\n@0 write "g\\xff" 0 9 c:1\n'
  for second in {1..2000}; do echo "@$second set pages_to_scan $second"; done
} >long.txt
exits 0 trace compile long.txt -o long.bin
head -c $(($(wc -c <long.bin) * 3 / 4)) long.bin >cut.bin
"$ksmsim" --trace cut.bin --salvage --out cut.out >cut.txt 2>/dev/null || fail 'nothing is salvaged'
exits 0 show cut.out
same cut.txt
grep -q '"kind":"trace_damaged"' cut.out || fail 'the damage is no event'

# What the run had no time to measure is no part of its digest.
exits 0 --trace guests.bin
plain=$(tail -n 1 stdout.txt)
exits 0 --trace guests.bin --out plain.out
[[ $(tail -n 1 stdout.txt) == "$plain" ]] || fail '--out changes the digest'

# Files that are none.
refuses 'none.out: No such file' show none.out
refuses 'result is required' show
head -c 1000 plain.out >half.out
refuses 'half.out: no result of ksmsim' show half.out
echo '{}' >empty.out
refuses 'empty.out: no result of ksmsim: format should be ksmsim-result' show empty.out
sed 's/"version":2/"version":1/' plain.out >old.out
refuses 'old.out: version: should be 2' show old.out
sed 's/"pages_sharing":0/"pages_sharing":1/; s/"saved_pages":[0-9]*/"saved_pages":77/' \
  plain.out >changed.out
refuses 'changed.out: digest: does not fit the rest' show changed.out
sed 's/ksmsim [0-9]/ksmsim x/' plain.out >elsewhere.out
refuses 'elsewhere.out: digest_of_all: does not fit the rest' show elsewhere.out
sed 's/"smart_scan":[a-z]*/"smart_scan":7/' plain.out >typed.out
refuses 'typed.out: knobs.smart_scan: should be true or false' show typed.out
refuses 'guests.bin: no result of ksmsim' show guests.bin
refuses 'plain.out: is read, so it cannot be written' show plain.out --csv plain.out --force
: >stdout.txt

finish
