#!/usr/bin/env bash
# What cannot be captured is said in one line, with what to do; nothing is left behind.
source "$(dirname "$0")/actors.bash"
no() { # TEXT ARGUMENT...
  refuses "$1" capture -o no.bin "${@:2}"
  [[ ! -e no.bin ]] || fail "a refused capture left a file: ${*:2}"
}
start one
one=$pid
tell one map a 64 mergeable
tell one write a 0 64 seq:100

exits 0 capture --help
for word in --qemu --libvirt --pid --assume-mergeable --min-size --interval --for --once --key \
  --hash --max-cpu --force; do says "$word"; done

# No such process, or none that has anything to be captured.
sleep 0 &
ended=$!
wait $ended
no "$ended" --pid $ended --once
no "$ended" --pid "$one" $ended --once
no '--pid' --pid 0 --once
no '--pid' --pid web --once
no '--pid' --once # Nobody is named.
start bare
no '--assume-mergeable' --pid "$pid" --once
if [[ -d /proc/2 && ! -s /proc/2/cmdline ]]; then no ' 2' --pid 2 --once; fi # A kernel thread.
if ! pgrep -x 'qemu-system-.*' >/dev/null; then no 'QEMU' --qemu --once; fi
mkdir empty
no 'empty' --libvirt --libvirt-folder empty --once
no 'missing' --libvirt --libvirt-folder missing --once

# Usage.
no '--interval' --pid "$one" --interval never --for 1m
no '--interval' --pid "$one" --interval 0s --for 1m
no '--for' --pid "$one" --interval 1s --for -1m
no '--min-size' --pid "$one" --once --assume-mergeable --min-size huge
no '--max-cpu' --pid "$one" --once --max-cpu 0
no '--once' --pid "$one" --once --for 1m
refuses '-o' capture --pid "$one" --once
refuses 'no/such' capture --pid "$one" --once -o no/such/out.bin
mkdir folder
refuses 'folder' capture --pid "$one" --once -o folder

if ((EUID != 0)); then
  no '1' --pid 1 --once # init is root's.
  finish
fi

# Not root: one's own processes are captured, others' are refused, and so are one's own that are
# protected from being traced.
chmod 755 .
mkdir -m 777 nobody
as_nobody() { # ARGUMENT...: as `run`.
  (cd nobody && setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$ksmsim" "$@" >../stdout.txt 2>../stderr.txt </dev/null)
  status=$?
}
if ! as_nobody --version || ((status != 0)); then
  echo "not tested: $ksmsim cannot be run by another user"
  finish
fi
nobody_refused() { # WHAT TEXT ARGUMENT...
  as_nobody capture -o no.bin "${@:3}"
  ((status == 2)) || fail "$1: status $status, not 2"
  [[ $(wc -l <stderr.txt) == 1 && ! -s stdout.txt ]] || fail "$1: not one line"
  grep -q -- "$2" stderr.txt || fail "$1: stderr does not say '$2'"
  [[ ! -e nobody/no.bin ]] || fail "$1: left a file"
}
nobody_refused 'a process of root' 'root' --pid "$one" --once
grep -q "$one" stderr.txt || fail 'the process that is refused is not named'

mv actor root-actor && cat >actor <<'SH'
#!/bin/sh
exec setpriv --reuid=65534 --regid=65534 --clear-groups ./root-actor
SH
chmod 755 actor
start mine
mine=$pid
tell mine map a 64 mergeable
a=$answer
tell mine write a 0 40 seq:100
as_nobody capture -o own.bin --pid "$mine" --once
((status == 0)) || fail "one's own process: status $status"
pages_of nobody/own.bin >own.txt
region_of own.txt "$a" 64 | awk '$2 != "absent" { print 100 + $1, $2 }' >pairs.txt
[[ $(wc -l <pairs.txt) == 40 ]] || fail "one's own process: not its 40 pages"
one_to_one "one's own process" <pairs.txt
tell mine private
nobody_refused 'a process that must not be traced' "$mine" --pid "$mine" --once

# A kernel without KSM: its folder is not in sysfs. What would be mergeable can be captured still.
without_ksm() { # ARGUMENT...: as `run`.
  unshare -m sh -c 'mount -t tmpfs none /sys/kernel/mm && exec "$@"' sh "$ksmsim" "$@" \
    >stdout.txt 2>stderr.txt </dev/null
  status=$?
}
if [[ -d /sys/kernel/mm/ksm ]] && unshare -m mount -t tmpfs none /sys/kernel/mm 2>/dev/null; then
  start bare2
  tell bare2 map b 600
  tell bare2 write b 0 600 seq:1
  without_ksm capture -o no.bin --pid "$pid" --once
  ((status == 2)) || fail "without KSM: status $status"
  [[ $(wc -l <stderr.txt) == 1 ]] || fail 'without KSM: not one line'
  grep -q 'assume-mergeable' stderr.txt || fail 'without KSM: does not say what to do'
  without_ksm capture -o without.bin --pid "$pid" --once --assume-mergeable
  ((status == 0)) || fail "without KSM, --assume-mergeable: status $status"
  exits 0 trace check without.bin
fi
finish
