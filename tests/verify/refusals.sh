#!/usr/bin/env bash
# refusals.sh KSMSIM ACTOR: a host in use is left alone; who may not verify is told so.
source "$(dirname "$0")/live.bash"
actor=$2

# refused TEXT: status 2, one line that has the text.
refused() {
  ((status == 2)) || fail "exit status $status, not 2"
  [[ $(wc -l < err) == 1 ]] || fail 'not one line on standard error'
  grep -qF -- "$1" err || fail "does not say '$1'"
}

"$ksmsim" verify > out 2> err; status=$?
refused 'nothing to verify: give scripts, --random N'
"$ksmsim" verify --random 1 --profile cows > out 2> err; status=$?
refused "there is no profile 'cows'"
"$ksmsim" verify --random 1 --kernel 6.5 > out 2> err; status=$?
refused "kernel '6.5' is not known"
"$ksmsim" verify missing.ksm > out 2> err; status=$?
refused 'missing.ksm: No such file'
cp "$ksmsim" as-nobody && chmod 755 "$place" as-nobody
as_nobody() { setpriv --reuid 65534 --clear-groups ./as-nobody "$@" > out 2> err; }
if as_nobody --version; then
  as_nobody verify --random 1; status=$?
  refused 'only root can step'
fi

verify --random 1 # Skips if KSM is not to be had.
((status == 0)) || fail "exit status $status"

# Somebody with mergeable memory. (See tests/capture/actor.cpp.)
after_lock
mkfifo end
"$actor" < end > ready &
exec 3> end
printf 'map a 64 mergeable\nwrite a 0 64 c:7\n' >&3
until (($(wc -l < ready) == 2)); do sleep 0.05; done
knobs > before
"$ksmsim" verify --random 1 > out 2> err < /dev/null 3>&-; status=$?
exec 3>&-
wait
refused 'KSM is in use'
grep -q 'memory: actor (' err || fail 'does not say who has mergeable memory'
knobs | diff before - || fail 'the knobs are not as before'
