#!/usr/bin/env bash
# A capture that is ended before its time: SIGINT leaves a complete trace, SIGKILL one that replays
# as far as it was written.
source "$(dirname "$0")/actors.bash"
start one
one=$pid
tell one map a 600 mergeable
a=$answer
tell one write a 0 600 seq:1

# begin FILE: a capture in the background that has written something.
begin() {
  # An interactive shell would let it have SIGINT; one that starts it with & has it ignored.
  perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' "$ksmsim" capture --pid "$one" --interval 300ms \
    --for 60s -o "$1" >stdout.txt 2>stderr.txt </dev/null &
  capture=$!
  started+=("$capture")
  wait_for test -s "$1"
  [[ $(stat -c %a "$1") == 600 ]] || fail "while it grows $1 has mode $(stat -c %a "$1")"
  sleep 0.5
  tell one write a 0 100 "seq:$((RANDOM * 1000 + 1000))"
  sleep 1
  ! [[ $(cat "/proc/$capture/stat" 2>/dev/null) == *') Z '* ]] || fail 'the capture has ended'
}

# A trace is whole after each sweep. Killed within the write that makes it so, it may end in a piece
# of a block; then a replay says in one line how to leave that out, and does so when told to.
replays_as_far_as_it_goes() { # FILE
  run trace check "$1"
  local check=$status
  run --trace "$1" --quiet
  if ((check == 0)); then
    ((status == 0)) || fail "$1: the replay's status is $status"
    [[ ! -s stderr.txt ]] || fail "$1: the replay of a good trace says something"
    return
  fi
  ((status == 2)) || fail "$1: the replay's status is $status, not 2"
  [[ $(wc -l <stderr.txt) == 1 ]] || fail "$1: the replay does not refuse in one line"
  grep -qF "$1" stderr.txt || fail "$1: what is said does not name the trace"
  grep -qF -- '--salvage' stderr.txt || fail "$1: what is said does not name --salvage"
  run --trace "$1" --quiet --salvage
  ((status == 0)) || fail "$1: the salvaging replay's status is $status"
  [[ $(wc -l <stderr.txt) == 1 ]] || fail "$1: salvaging does not warn in one line"
}

begin int.bin
kill -INT "$capture"
wait "$capture"
status=$?
((status == 0 || status == 130)) || fail "after SIGINT the status is $status"
exits 0 trace check int.bin
exits 0 --trace int.bin --quiet
pages_of int.bin >int.txt
[[ $(region_of int.txt "$a" 600 | grep -vc absent) == 600 ]] || fail 'SIGINT: not all pages'
"$ksmsim" trace dump int.bin | awk '$2 == "write" && substr($1, 2) + 0 > 0.3 { n += $5 }
  END { exit n < 100 }' || fail 'SIGINT: the change is not in the trace'

begin term.bin
kill -TERM "$capture"
wait "$capture"
exits 0 trace check term.bin
exits 0 --trace term.bin --quiet

begin kill.bin
kill -KILL "$capture"
wait "$capture" 2>/dev/null
replays_as_far_as_it_goes kill.bin
# What was written before is replayed: all its pages are there.
"$ksmsim" --trace kill.bin --quiet --csv kill.csv >stdout.txt 2>stderr.txt
[[ $(last_of kill.csv present_pages) == 600 ]] ||
  fail "SIGKILL: $(last_of kill.csv present_pages) pages are replayed, not 600"

# At any moment; --force, so that it is another file each time.
for i in {1..12}; do
  "$ksmsim" capture --pid "$one" --interval 1ms -o kill.bin --force >stdout.txt 2>stderr.txt \
    </dev/null &
  capture=$!
  started+=("$capture")
  tell one write a 0 600 "seq:$((i * 10000))"
  sleep "0.0$((i * 8))" 2>/dev/null
  kill -KILL "$capture"
  wait "$capture" 2>/dev/null
  replays_as_far_as_it_goes kill.bin
done
# A piece of a block behind what is whole, as within that write.
head -c $(($(stat -c %s int.bin) - 100)) int.bin >cut.bin
replays_as_far_as_it_goes cut.bin
exits 2 trace check cut.bin
finish
