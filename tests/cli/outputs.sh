#!/usr/bin/env bash
# What a run prints and which files it writes.
source "$(dirname "$0")/checks.bash"
make_trace guests.bin
parses() { # FILE: whether it is JSON.
  if command -v python3 >/dev/null; then
    python3 -m json.tool "$1" >/dev/null
  elif command -v jq >/dev/null; then
    jq . "$1" >/dev/null
  else
    [[ $(head -c 1 "$1") == '{' && $(tail -n 1 "$1") == *'}' ]]
  fi
}

exits 0 --trace guests.bin
says 'memory saved at the end'
[[ $(tail -n 1 stdout.txt) =~ ^digest\ \ [0-9a-f]{16}$ ]] || fail 'the digest is not last'
digest=$(tail -n 1 stdout.txt)
cp stdout.txt summary.txt
exits 0 run --trace guests.bin
cmp -s stdout.txt summary.txt || fail "run --trace and --trace differ"
exits 0 --trace guests.bin --quiet
[[ ! -s stdout.txt ]] || fail '--quiet prints something'
exits 0 --trace guests.bin --set pages_to_scan=7
[[ $(tail -n 1 stdout.txt) != "$digest" ]] || fail 'another knob gives the same digest'

# CSV alone on standard output: a header, a row each second, the last operation at 40 s.
exits 0 --trace guests.bin --csv -
[[ $(head -c 19 stdout.txt) == 'seconds,full_scans,' ]] || fail 'the CSV does not begin so'
[[ $(wc -l <stdout.txt) == 42 ]] || fail 'not a header and 41 rows'
[[ $(tail -n 1 stdout.txt) == 40.000000000,* ]] || fail 'the last row is not at 40 s'
says_not digest
exits 0 --trace guests.bin --csv - --sample 0.5 --until 3
[[ $(wc -l <stdout.txt) == 8 ]] || fail 'not a header and 7 rows'
exits 0 --trace guests.bin --json -
parses stdout.txt || fail '--json - is no JSON'
says "\"${digest/digest  /digest\": \"}\""

# Files beside the summary.
exits 0 --trace guests.bin --csv a.csv --json a.json --out a.out
cmp -s stdout.txt summary.txt || fail 'files change the summary'
parses a.json || fail '--json is no JSON'
parses a.out || fail '--out is no JSON'
[[ $(wc -l <a.csv) == 42 ]] || fail 'the CSV file is not whole'

# What is there stays, and nothing is run in vain.
echo mine >a.csv
refuses 'a.csv: is there already; --force writes over it' \
  --trace guests.bin --csv a.csv --json b.json
[[ $(cat a.csv) == mine ]] || fail 'a file was written over'
[[ ! -e b.json ]] || fail 'a refused run wrote a file'
exits 0 --trace guests.bin --csv a.csv --force --quiet
[[ $(wc -l <a.csv) == 42 ]] || fail '--force does not write over a file'
refuses 'No such file or directory' --trace guests.bin --csv no/such/folder.csv
mkdir folder
refuses 'folder' --trace guests.bin --out folder
refuses 'same.csv' --trace guests.bin --csv same.csv --json ./same.csv
refuses 'standard output' --trace guests.bin --csv - --json -
[[ ! -e same.csv ]] || fail 'two outputs in one file'
# A run that fails leaves no file behind.
printf 'trace 1\n@0 mm a\n@0 map a 0 300000000\n@1 write a 0 300000000 zero\n' >large.txt
exits 0 trace compile large.txt -o large.bin
refuses 'more than 268435456 pages' --trace large.bin --csv s.csv --json s.json
for left in s.csv* s.json*; do [[ ! -e $left ]] || fail "a failed run left $left"; done

# A trace of a single moment runs until it has settled; one that can never settle ends, too.
printf 'trace 1\n@0 mm "g\\xff"\n@0 map "g\\xff" 0 9\n@0 write "g\\xff" 0 9 c:1\n' >still.txt
exits 0 trace compile still.txt -o still.bin
exits 0 --trace still.bin --json - --out still.json
says '"content_bytes": 32768'
parses still.json || fail 'a name that is no UTF-8 breaks --out'
for knob in sleep_millisecs=4294967295 pages_to_scan=0 run=0; do
  timeout 20 "$ksmsim" --trace still.bin --set "$knob" --quiet || fail "--set $knob never settles"
done

# A disk that is full is an error, not a crash and no silence.
if [[ -c /dev/full ]]; then
  for arguments in '--csv -' '--json -' ''; do
    # shellcheck disable=SC2086
    "$ksmsim" --trace guests.bin $arguments >/dev/full 2>stderr.txt
    status=$?
    : >stdout.txt
    ((status == 1 || status == 2)) || fail "printing to a full disk ends with $status"
    [[ $(wc -l <stderr.txt) == 1 ]] || fail 'printing to a full disk: not one line on stderr'
  done
fi

finish
