#!/usr/bin/env bash
# `ksmsim controller`: lists controllers, shows one, and says what it would decide for a table.
source "$(dirname "$0")/checks.bash"

exits 0 controller
for name in ksmtuned ksmtuned-proxmox mom kubevirt advisor ksm-service schedule fixed; do
  says "$name"
done
exits 0 controller schedule
says 'at=TIME:KNOB=VALUE'
exits 0 controller ksm-service
says 'ksm_max_kernel_pages = (not set)'
exits 0 controller ksmtuned
for word in 'npages_boost = 300 pages' 'from 0 to 1000 (percent of RAM)' \
  'cited: Debian ksmtuned'; do
  says "$word"
done

# prints WANTED ARGUMENT...: wants exactly these rows after the header.
prints() {
  exits 0 controller "${@:2}"
  printf 'run,pages_to_scan,sleep_millisecs\n%b' "$1" | cmp -s - stdout.txt ||
    fail "controller ${*:2}: other rows than $1"
}
cat >low.csv <<'CSV'
total_kb,free_kb,committed_kb
16777216,1000000,12000000
16777216,1000000,12000000
16777216,9000000,1000
CSV
prints '1,300,10\n1,600,10\n0,-,-\n' ksmtuned --inputs low.csv
prints '1,500,10\n1,1000,10\n0,-,-\n' ksmtuned --inputs low.csv --constant npages_boost=500
prints '1,300,100\n1,600,100\n0,-,-\n' ksmtuned-proxmox --inputs low.csv
prints '-,700,-\n-,-,-\n-,-,-\n' fixed --inputs low.csv --constant shm_pages_to_scan=700
prints '1,400,-\n-,700,-\n0,-,-\n' mom --inputs low.csv --constant ksm_sleep_ms_baseline=20
prints '1,100,106\n1,400,106\n1,350,215\n' kubevirt --inputs low.csv
prints '1,100,106\n-,-,-\n-,-,-\n' kubevirt --inputs low.csv --constant release=1.6
prints '1,-,-\n-,-,-\n-,-,-\n' ksm-service --inputs low.csv
prints '1,-,-\n-,7,-\n1,-,-\n' schedule --inputs low.csv --constant at=0:run=1,5:pages_to_scan=7
# Columns may stand in any order, with others between them.
printf 'free_kb,note,committed_kb,total_kb\n1000000,x,0,16777216\n' >order.csv
prints '1,300,10\n' ksmtuned --inputs order.csv
printf 'total_kb,free_kb,committed_kb\n' >none.csv
prints '' ksmtuned --inputs none.csv
"$ksmsim" controller ksmtuned --inputs - <low.csv >stdin.csv
"$ksmsim" controller ksmtuned --inputs low.csv >file.csv
cmp -s stdin.csv file.csv || fail 'standard input is read otherwise than a file'

# remarks TEXT ARGUMENT...: wants rows, and this text on stderr; an empty one: nothing there.
remarks() {
  run controller "${@:2}"
  ((status == 0)) || fail "controller ${*:2}: exit status $status"
  if [[ -z $1 ]]; then
    [[ ! -s stderr.txt ]] || fail "controller ${*:2}: says something on stderr"
  else
    printf '%s\n' "$1" | cmp -s - stderr.txt || fail "controller ${*:2}: stderr is not '$1'"
  fi
}
# A small router: 6,398 and 6,357 MB free beside a threshold of 6,367 MB.
printf '%s\n' total_kb,free_kb,committed_kb 32598016,{6551552,6510000,6551552,6510000},12600000 \
  >router.csv
remarks 'ksmsim: KSM goes on and off: 3 times in 4 looks; memory is close to a threshold' \
  ksmtuned --inputs router.csv
remarks '' ksmtuned --inputs low.csv
printf 'total_kb,free_kb,committed_kb\n65011712,5000000,45000000\n' >large.csv
said='sleep_msec = 200 ms is for 16 GiB; with 62.0 GiB of RAM, sleep_millisecs becomes 51'
remarks "ksmsim: $said" ksmtuned-proxmox --inputs large.csv --constant KSM_SLEEP_MSEC=200
remarks '' ksmtuned-proxmox --inputs low.csv --constant KSM_SLEEP_MSEC=200

refuses "there is no controller 'ksmtunde'; the nearest is 'ksmtuned'" controller ksmtunde
refuses "the nearest is 'npages_min'" controller ksmtuned --constant npages_mni=3
refuses 'needs --inputs FILE' controller ksmtuned --constant npages_min=3
refuses 'since 6.8' controller advisor --kernel 6.1 --inputs low.csv
refuses 'should be NAME=VALUE' controller ksmtuned --constant npages_min
refuses 'npages_min = ' controller ksmtuned --constant npages_min=-1 --inputs low.csv
refuses 'missing.csv: No such file or directory' controller ksmtuned --inputs missing.csv
# table ROWS TEXT: wants the table refused with this text.
table() {
  printf '%b' "$1" >bad.csv
  refuses "$2" controller ksmtuned --inputs bad.csv
}
header='total_kb,free_kb,committed_kb\n'
table '' 'bad.csv: empty'
table 'total_kb,free_kb\n1,1\n' 'bad.csv:1: no column committed_kb'
table "${header}1,1\n" 'bad.csv:2: 2 fields'
table "${header}16,1,1\n16,x,1\n" "bad.csv:3: free_kb is 'x', should be a whole number of kB"
table "${header}0,0,0\n" "bad.csv:2: total_kb is '0', should be a whole number of kB from 1 to"
table "${header}10,11,0\n" 'from 0 to total_kb (10)'
table "${header}10,1,-1\n" "committed_kb is '-1'"
table "${header}10,1,99999999999999999999\n" 'committed_kb is'

finish
