#!/usr/bin/env bash
# interrupted.sh KSMSIM: a verify that is interrupted puts KSM back as it was, and leaves nobody.
source "$(dirname "$0")/live.bash"
verify --random 1 # Skips if KSM is not to be had.
((status == 0)) || fail "exit status $status"
for signal in INT TERM HUP; do
  after_lock
  knobs > before
  "$ksmsim" verify --random 200 > out 2> err < /dev/null &
  verifier=$!
  # bash has its background jobs ignore SIGINT, but verify takes it all the same.
  sleep 1
  kill -s "$signal" $verifier || fail "over before the signal $signal"
  wait $verifier
  status=$?
  if ((status == 2)) && grep -q 'KSM is in use' err; then skip "$(cat err)"; fi
  ((status == 1)) || fail "exit status $status after $signal"
  grep -q 'stopped by signal' err || fail 'does not say that it was stopped'
  knobs | diff before - || fail "the knobs are not as before $signal"
  [[ $(cat $ksm/pages_shared) == 0 ]] || fail 'pages are still merged'
done
