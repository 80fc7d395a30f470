#!/usr/bin/env bash
# How ksmsim is called at all: help, version, mistakes.
source "$(dirname "$0")/checks.bash"

refuses 'nothing to do'
refuses '--no-such-option' --no-such-option
refuses 'no-such-command' no-such-command
refuses 'subcommand' trace
refuses '--trace' run
refuses 'Either SCENARIO' run small-office --trace guests.bin
refuses 'script' lockstep
refuses '--trace' --trace
refuses 'directory' validate guests

exits 0 --version
grep -qxE 'ksmsim [0-9]+\.[0-9]+\.[0-9]+' stdout.txt || fail "--version does not print a version"

exits 0 --help
for word in --trace --set --kernel --host --until --sample --seed --csv --json --out --force \
  scenarios models generate lockstep import trace validate calibrate controller counters \
  'Exit status'; do
  says "$word"
done
for command in run explain scenarios models generate lockstep import 'import snapshots' \
  'trace info' 'trace dump' 'trace compile' 'trace check' 'validate guests' 'validate cpu' \
  calibrate controller counters; do
  # shellcheck disable=SC2086
  exits 0 $command --help
  [[ -s stdout.txt ]] || fail "$command --help prints nothing"
done

exits 0 counters
says 'pages_sharing (since 2.6.32)'
says 'the saving, in pages'
says 'not what is left to scan'
says 'max_kernel_pages (in 2.6.32 only)'
[[ $(grep -cE ' \((since|in) ' stdout.txt) == 25 ]] || fail 'counters explains not all 25 files'

finish
