# Sourced by the scripts beside it, which test ksmsim as people call it: `SCRIPT KSMSIM`. They work
# in a directory of their own that goes away, and end with `finish`.
set -u
ksmsim=$1
# shellcheck disable=SC2034 # Used by scripts.
data=$(cd "$(dirname "${BASH_SOURCE[0]}")/../data" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
failures=0

fail() {
  echo "FAILED: $*"
  sed 's/^/  stdout: /' stdout.txt
  sed 's/^/  stderr: /' stderr.txt
  failures=$((failures + 1))
}

finish() {
  ((failures == 0)) || echo "$failures failed"
  exit $((failures > 0))
}

# run ARGUMENT...: runs ksmsim; leaves stdout.txt, stderr.txt and $status.
run() {
  "$ksmsim" "$@" >stdout.txt 2>stderr.txt </dev/null
  status=$?
}

# exits STATUS ARGUMENT...: runs ksmsim and wants this exit status, and nothing on stderr for 0.
exits() {
  local wanted=$1
  shift
  run "$@"
  ((status == wanted)) || fail "ksmsim $*: exit status $status, not $wanted"
  ((wanted > 0)) || [[ ! -s stderr.txt ]] || fail "ksmsim $*: says something on stderr"
}

# refuses TEXT ARGUMENT...: wants exit status 2, nothing on stdout, one line on stderr with TEXT.
refuses() {
  local text=$1
  shift
  run "$@"
  ((status == 2)) || fail "ksmsim $*: exit status $status, not 2"
  [[ ! -s stdout.txt ]] || fail "ksmsim $*: prints something"
  [[ $(wc -l <stderr.txt) == 1 ]] || fail "ksmsim $*: not one line on stderr"
  grep -qF -- "$text" stderr.txt || fail "ksmsim $*: stderr does not say '$text'"
}

# says TEXT / says_not TEXT: about what the last run printed.
says() { grep -qF -- "$1" stdout.txt || fail "stdout does not say '$1'"; }
says_not() { ! grep -qF -- "$1" stdout.txt || fail "stdout says '$1'"; }

# make_trace FILE: two guests of 20 equal and 20 unequal pages, one of which goes after 30 s.
make_trace() {
  cat >guests.txt <<'TEXT'
trace 1
class heap
@0 mm a
@0 map a 0 40
@0 write a 0 20 c:7 heap
@0 write a 20 20 seq:100
@0 mm b
@0 map b 0 40
@0 write b 0 20 c:7
@0 write b 20 20 seq:200
@10 write a 0 5 seq:1000
@20 set pages_to_scan 50
@30 exit b
@40 discard a 0 1
TEXT
  "$ksmsim" trace compile guests.txt -o "$1" || exit 1
}
