#!/usr/bin/env bash
# Scenarios: run, generated as traces, listed; mistakes are one line with file, line and column.
root=$(cd "$(dirname "$0")/../.." && pwd)
source "$(dirname "$0")/checks.bash"
digest() { sed -n 's/^digest *//p' stdout.txt; }

exits 0 scenarios
grep -q '^small-office  *A small office' stdout.txt || fail 'a title is missing'
exits 0 scenarios small-office
cmp -s stdout.txt "$root/models/scenarios/small-office.toml" || fail 'another text than the file'
cp stdout.txt mine.toml
refuses "the nearest is 'small-office'" scenarios small-ofice

# A shipped name and its file are one scenario; the same twice, another with another seed.
exits 0 run small-office --json shipped.json --out run.json
says 'A small office: two web servers and a database'
says '3, 420.0 MiB in all'
says 'heap.idle = '
first=$(digest)
[[ $(tail -n 1 stdout.txt) == "digest  $first" ]] || fail 'the digest does not come last'
grep -q '"scenario XXH3"' run.json || fail 'the result does not say which scenario'
exits 0 run mine.toml
[[ $(digest) == "$first" ]] || fail 'the same scenario has another digest'
exits 0 run mine.toml --seed 2
[[ $(digest) != "$first" ]] || fail 'another seed has the same digest'

# The command line goes over the file.
exits 0 run mine.toml --until 20 --set pages_to_scan=10 --kernel 6.1
says 'in 20.0 s'
[[ $(digest) != "$first" ]] || fail 'other knobs have the same digest'

# As a trace, which has neither host nor controller: the same counters at every sample.
sed '/^\[host\]/,/^$/d; /^\[controller\]/,/^$/d' mine.toml >plain.toml
exits 0 generate plain.toml -o guests.bin
refuses 'guests.bin: is there already' generate plain.toml -o guests.bin
exits 0 trace check guests.bin
exits 0 run plain.toml --csv scenario.csv --quiet
exits 0 --trace guests.bin --until 480 --sample 10 --csv trace.csv --quiet
cmp -s scenario.csv trace.csv || fail 'the trace has other counters than the scenario'
run generate mine.toml --until 30 -o short.bin
left_out='ksmsim: not in the trace: RAM, the controller'
grep -qxF "$left_out" stderr.txt ||
  fail 'nothing says what is left out of the trace'
exits 0 trace info short.bin
says '0 s to 30 s'

# A captured guest as a template, from a trace beside the scenario.
mkdir folder
cp guests.bin folder/
cat >folder/clones.toml <<'TOML'
title = "Clones of a captured guest"
until_s = 60
[[guest]]
name = "clone"
count = 2
trace = "guests.bin"
trace_guest = "db"
TOML
exits 0 run folder/clones.toml
says 'Clones of a captured guest'
line=$(grep -n '^trace = ' folder/clones.toml | tail -n 1 | cut -d : -f 1)
sed 's/"db"/"bd"/' folder/clones.toml >folder/other.toml
refuses "folder/other.toml:$line:9: guests.bin: the trace has no guest 'bd'" run folder/other.toml
rm folder/guests.bin
line=$(grep -n '^trace = ' folder/clones.toml | head -n 1 | cut -d : -f 1)
refuses "folder/clones.toml:$line:9: folder/guests.bin: No such file" run folder/clones.toml

# Mistakes.
sed 's/^size_mib = 120/siz_mib = 120/' mine.toml >wrong.toml
line=$(grep -n siz_mib wrong.toml | cut -d : -f 1)
refuses "wrong.toml:$line:1: there is no key 'siz_mib'; the nearest is 'size_mib'" run wrong.toml
refuses "wrong.toml:$line:1: " generate wrong.toml -o wrong.bin
[[ ! -e wrong.bin ]] || fail 'a refused scenario leaves a trace'
refuses 'no-such.toml: No such file' run no-such.toml
refuses "the nearest is 'small-office'" run smal-office
refuses 'Either SCENARIO' run
refuses 'Either SCENARIO' run mine.toml --trace guests.bin
refuses 'goes with --trace' run mine.toml --salvage
refuses "--set pages_to_scna=3: there is no knob 'pages_to_scna'; the nearest is 'pages_to_scan'" \
  run mine.toml --set pages_to_scna=3
for seed in -1 9223372036854775808 99999999999999999999 1.5 x ''; do
  refuses '--seed: should be a whole number from 0 to 9223372036854775807' \
    run mine.toml --seed "$seed"
done
refuses 'from 0 to 9223372036854775807' generate mine.toml -o seed.bin --seed -1
exits 0 run mine.toml --until 1 --quiet --seed 9223372036854775807
refuses "no shipped scenario 'nosuch'; the nearest is 'advisor'; \`ksmsim scenarios\` lists all" \
  run nosuch

# What the models say of themselves is what the documentation shows.
exits 0 models heap
says 'lifetimes'
refuses "the nearest is 'heap'" models haep
exits 0 models --markdown
sed -n '/^<!-- ksmsim models/,/^<!-- end/{/^<!--/d;p}' "$root/docs/scenarios.md" >shown.txt
cmp -s shown.txt stdout.txt || fail 'docs/scenarios.md is out of date: docs/make-scenarios.sh'

# Nothing is printed of a comparison that cannot begin.
sed '$a [[observed]]\nat_s = 1\npages_sharin = 3' plain.toml >observed.toml
refuses "there is no figure 'pages_sharin'; the nearest is 'pages_sharing'" \
  validate scenarios observed.toml
refuses 'plain.toml: has no [[observed]] to compare with' validate scenarios plain.toml

finish
