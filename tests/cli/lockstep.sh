#!/usr/bin/env bash
# Lockstep scripts: rows, and how they compare with a recording.
source "$(dirname "$0")/checks.bash"
cat >s.ksm <<'SCRIPT'
mm a
map a 0 4
write a 0 4 c:7
set run 1
wake 2
row
SCRIPT
exits 0 lockstep s.ksm
cp stdout.txt s.csv
[[ $(wc -l <s.csv) == 5 ]] || fail 'not a header and four rows'
[[ $(head -n 1 s.csv) == line,full_scans,pages_scanned,* ]] || fail 'not the header'
[[ $(sed -n 3p s.csv) == '5,2,8,1,3,0,0,0,0,0,0,12032' ]] || fail 'not the row of the first wake'
"$ksmsim" lockstep - <s.ksm | cmp -s - s.csv || fail 'a script on standard input differs'

exits 0 lockstep s.ksm --compare s.csv
says 's.csv: all 4 rows are equal'

sed 's/^5,2,8,1,3,/5,2,8,1,2,/' s.csv >other.csv
exits 1 lockstep s.ksm --compare other.csv
says 'other.csv: row 3 (script line 5): pages_sharing is 3, recorded 2'
[[ $(wc -l <stdout.txt) == 1 ]] || fail 'more than the first difference is reported'

head -n 4 s.csv >shorter.csv
exits 1 lockstep s.ksm --compare shorter.csv
says 'shorter.csv: row 5 (script line 6): the recording has no such row'
(cat s.csv && echo 7,7) >longer.csv
exits 1 lockstep s.ksm --compare longer.csv
says "longer.csv: row 6: recorded '7,7', here the script ends"
: >empty.csv
exits 1 lockstep s.ksm --compare empty.csv
says 'empty.csv: row 1'
printf '%s' "$(cat s.csv)" >open.csv # No newline at the end.
exits 0 lockstep s.ksm --compare open.csv

refuses 'missing.ksm: No such file' lockstep missing.ksm
refuses 'missing.csv: No such file' lockstep s.ksm --compare missing.csv
refuses '--kernel' lockstep s.ksm --kernel 2.4
mistake() {
  printf '%b' "$2" >bad.ksm
  run lockstep bad.ksm
  ((status == 2)) || fail "exit status $status for: $2"
  [[ $(wc -l <stderr.txt) == 1 ]] || fail "not one line on stderr for: $2"
  grep -qF -- "bad.ksm:" stderr.txt || fail "the script is not named for: $2"
  grep -qF -- "$1" stderr.txt || fail "stderr does not say '$1'"
}
mistake 'bad.ksm:2:' 'mm a\nmapp a 0 4\n'
mistake 'bad.ksm:2:' 'mm a\nwrite a 0 4 c:1\n'
mistake 'run' 'mm a\nset run 7\n'
mistake 'more than 268435456 pages' 'mm a\nmap a 0 300000000\nwrite a 0 300000000 zero\n'
mistake 'no_knob' 'set no_knob 1\n'

# A write that sysfs refuses with EBUSY is none, and the script goes on.
printf 'set max_page_sharing 5\nrow\n' | cat s.ksm - >busy.ksm
exits 0 lockstep busy.ksm

# A disk that is full is an error, not a crash and no silence.
if [[ -c /dev/full ]]; then
  sed 's/wake 2/wake 2000/' s.ksm >long.ksm
  for script in s.ksm long.ksm; do
    "$ksmsim" lockstep $script >/dev/full 2>stderr.txt
    status=$?
    : >stdout.txt
    ((status == 1 || status == 2)) || fail "printing to a full disk ends with $status"
    [[ $(wc -l <stderr.txt) == 1 ]] || fail 'printing to a full disk: not one line on stderr'
  done
fi

finish
