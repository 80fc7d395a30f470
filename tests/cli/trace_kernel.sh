#!/usr/bin/env bash
# A trace says which kernel it comes from: a replay behaves like that one unless --kernel says else,
# and tells so.
source "$(dirname "$0")/checks.bash"

# trace_from KERNEL: guests.bin, as if captured on that kernel.
trace_from() {
  rm -f guests.bin
  make_trace guests.bin
  exits 0 trace dump guests.bin
  { echo 'trace 1'; printf 'kernel "%s"\n' "$1"; tail -n +2 stdout.txt; } > from.txt
  exits 0 trace compile from.txt -o from.bin --force
}

trace_from 6.1.0-56-cloud-amd64
exits 0 --trace from.bin
says 'kernel 6.1 (the trace comes from 6.1.0-56-cloud-amd64), HZ 250'
exits 0 --trace from.bin --csv -
grep -q '^0.000000000,0,,' stdout.txt || fail 'pages_scanned is there, which 6.1 lacks'
exits 0 --trace from.bin --kernel 6.17.9
says 'kernel 6.17 (for 6.17.9) (the trace comes from 6.1.0-56-cloud-amd64), HZ 250'
exits 0 --trace from.bin --kernel 7.3
says 'kernel 7.3 (the trace comes from 6.1.0-56-cloud-amd64), HZ 250'
exits 0 explain --trace from.bin
says 'kernel 6.1 (the trace comes from 6.1.0-56-cloud-amd64), HZ 250'
exits 0 --trace from.bin --json - --quiet
says '"6.1.0-56-cloud-amd64"'

trace_from 'Linux 7.3.4+deb13-cloud-amd64 x86_64'
exits 0 --trace from.bin
says 'kernel 7.3 (the trace comes from 7.3.4+deb13-cloud-amd64), HZ 250'
# guesses KERNEL WHAT TEXT: runs, says so in one line on stderr and in the summary.
guesses() {
  trace_from "$1"
  run --trace from.bin
  ((status == 0)) || fail "exit status $status"
  [[ $(wc -l < stderr.txt) == 1 ]] || fail 'not one line on stderr'
  grep -qF "its kernel, '$1', is $2: taken to behave as" stderr.txt || fail "stderr is not so: $2"
  says "$3"
  exits 0 --trace from.bin --kernel 6.12
}
guesses 7.9.1 'newer than all that is known' \
  'kernel 7.3 (the trace comes from 7.9.1, newer than all that is known), HZ 250'
guesses 6.5.0-14-generic 'not known' \
  'kernel 6.18 (the trace comes from 6.5.0-14-generic, which is not known), HZ 250'
guesses 'FreeBSD 14.1' 'no release of Linux' \
  'kernel 6.18 (the trace names no release of Linux), HZ 250'
rm guests.bin
make_trace guests.bin
exits 0 --trace guests.bin
says 'kernel 6.18, HZ 250'
finish
