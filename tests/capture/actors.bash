# Sourced by the scripts beside it: `SCRIPT KSMSIM ACTOR`. On top of cli/checks.bash, processes whose
# memory is captured (actor.cpp says what they understand), and what a trace says of each page.
set -u
actor=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../cli/checks.bash"
source "$here/ksm.bash"
: >stdout.txt
: >stderr.txt
lock_ksm || exit 1 # The actors' memory is mergeable, and others may have switched KSM on.
cp "$actor" actor || exit 1 # Its name is then `actor`, wherever it was built.

declare -A actor_pid actor_in actor_out
started=() # Everything that is to end with the script, by its number.
end_all() {
  trap - EXIT
  restore_ksm
  exec 2>/dev/null # Not who was killed.
  for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null; done
  wait
  rm -rf "$place"
}
trap end_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

skip() {
  echo "skipped: $*"
  exit 77
}

# start NAME: an actor; $pid is its number.
start() {
  local in out
  mkfifo "$1.in" "$1.out"
  ./actor <"$1.in" >"$1.out" &
  pid=$!
  exec {in}>"$1.in" {out}<"$1.out"
  actor_pid[$1]=$pid actor_in[$1]=$in actor_out[$1]=$out
  started+=("$pid")
}

# tell NAME COMMAND...: waits until the actor has done it; $answer is what follows its `ok`.
tell() {
  local name=$1
  shift
  echo "$*" >&"${actor_in[$name]}"
  answer=
  read -r -t 60 answer <&"${actor_out[$name]}"
  [[ $answer == ok* ]] || {
    fail "the actor $name answers '$answer' to '$*'"
    finish
  }
  answer=${answer#ok}
  answer=${answer# }
}

# Waits (up to 30 s) until COMMAND... succeeds.
wait_for() {
  for _ in {1..300}; do
    "$@" 2>/dev/null && return
    sleep 0.1
  done
  fail "waited 30 s for: $*"
  finish
}

# minor_faults PID, resident_pages PID.
minor_faults() { sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 8; }
resident_pages() { cut -d ' ' -f 2 "/proc/$1/statm"; }
# present_pages PID FIRST COUNT: how many of these pages are mapped to anything (pagemap, bit 63).
present_pages() {
  dd "if=/proc/$1/pagemap" bs=8 "skip=$2" "count=$3" status=none |
    od -An -v -t u1 -w8 | awk '$8 >= 128 { ++n } END { print n + 0 }'
}

# frames_of PID FIRST COUNT: a checksum of where they are (pagemap; the same for all if not root).
frames_of() {
  dd "if=/proc/$1/pagemap" bs=8 "skip=$2" "count=$3" status=none | od -An -v -t x8 -w8 |
    sed 's/^ ..//' | cksum # Without the bits above.
}

# capture ARGUMENT...: wants exit status 0; what it says on stderr is its progress.
capture() {
  run capture "$@"
  ((status == 0)) || fail "ksmsim capture $*: exit status $status"
}

# Every page that is mapped at a time (default: the end), by a trace: GUEST PAGE CONTENT STATE, where
# CONTENT is an identity or `absent`, STATE some of h (huge), s (swapped), m (merged), or `-`.
pages_of() { # TRACE [SECONDS]
  "$ksmsim" trace dump "$1" | awk -v "until=${2:-1e18}" -f "$here/pages.awk" | sort -k 1,1 -k 2,2n
}
# region_of FILE FIRST COUNT: of these pages PAGE CONTENT STATE, counted from 0.
region_of() { awk -v f="$2" -v n="$3" '$2 >= f && $2 < f + n { print $2 - f, $3, $4 }' "$1"; }
# one_to_one WHAT: standard input has pairs ID CONTENT: each ID has its own content, 0 is 0.
one_to_one() {
  awk '{ if ($1 in to && to[$1] != $2 || $2 in from && from[$2] != $1) bad = 1
         if (($1 == "0") != ($2 == "0")) bad = 1
         to[$1] = $2; from[$2] = $1; ++n }
       END { exit bad || n == 0 }' || fail "$1: contents are not those that were written"
}
# The last value of a column of what --csv wrote.
last_of() { # FILE COLUMN
  awk -F , -v "column=$2" 'NR == 1 { for (i = 1; i <= NF; ++i) if ($i == column) at = i }
    END { print at ? $at : "no such column" }' "$1"
}
