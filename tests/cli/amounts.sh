#!/usr/bin/env bash
# Every option that is a time, a size or a part takes it with its unit, and a plain number in the
# unit that it always had.
source "$(dirname "$0")/checks.bash"
make_trace guests.bin

# same WHAT OPTION... -- OPTION...: both give the same result.
same() {
  local what=$1 first=()
  shift
  while [[ $1 != -- ]]; do
    first+=("$1")
    shift
  done
  shift
  exits 0 "${first[@]}" --csv first.csv --json first.json --force --quiet
  exits 0 "$@" --csv second.csv --json second.json --force --quiet
  cmp -s first.csv second.csv || fail "$what: other samples"
  cmp -s first.json second.json || fail "$what: another summary"
}

for until in 1.5m 90s 90000ms 0.025h 9e1; do
  same "--until $until" --trace guests.bin --until 90 -- --trace guests.bin --until "$until"
done
[[ $(tail -n 1 first.csv | cut -d, -f1) == 90* ]] || fail '--until 90 ends at another time'
same '--sample 500ms' --trace guests.bin --until 2m --sample 0.5 -- \
  --trace guests.bin --until 120 --sample 500ms
[[ $(wc -l <first.csv) == 242 ]] || fail '--sample 0.5 makes another number of samples'
exits 0 explain --trace guests.bin --until 1m

for until in 30:plain 0.5m:unit; do
  run generate small-office --until "${until%:*}" -o "${until#*:}.bin"
done
cmp -s plain.bin unit.bin || fail 'generate --until 0.5m is not 30 s'

head -c 8192 /dev/zero >web.raw
{ head -c 4096 /dev/zero; head -c 4096 /dev/zero | tr '\0' x; } >web2.raw
import() { exits 0 import dump --key host.key --force "$@"; }
import --guest g --interval 300 --grain 50 web.raw web2.raw -o plain.bin
import --guest g --interval 5m --grain 50ms web.raw web2.raw -o unit.bin
cmp -s plain.bin unit.bin || fail 'import --interval 5m is not 300 s'
import g=web.raw g=web2.raw@5m --grain 0.05s -o at.bin
cmp -s plain.bin at.bin || fail 'FILE@5m is not at 300 s'

snapshots=$data/guests-frozen
import_recorded() { exits 0 import snapshots "$snapshots" --force "$@"; }
if [[ -e $snapshots/meta.json ]]; then
  import_recorded --from 1 --until 120 -o plain.bin
  import_recorded --from 1000ms --until 2m -o unit.bin
  cmp -s plain.bin unit.bin || fail 'import snapshots --until 2m is not 120 s'
fi

printf 'total_kb,free_kb,committed_kb\n1048576,104857,943718\n' >low.csv
decides() { exits 0 controller "$1" --inputs low.csv --constant "$2" && cat stdout.txt; }
[[ $(decides ksmtuned thres_coef=5%) == "$(decides ksmtuned thres_coef=5)" ]] ||
  fail 'thres_coef=5% is not 5 percent'
[[ $(decides mom ksm_free_percent=5%) == "$(decides mom ksm_free_percent=0.05)" ]] ||
  fail 'ksm_free_percent=5% is not 0.05'
[[ $(decides schedule at=0h:run=1) == "$(decides schedule at=0:run=1)" ]] ||
  fail 'at=0h is not at the beginning'

refuses "--until: '5 minutes' should be a time, such as 5min; or 'settled'" \
  --trace guests.bin --until '5 minutes'
refuses "--until: '10 min' should be a time, such as 10min" --trace guests.bin --until '10 min'
refuses "--until: '4GiB' should be a time, such as 10s" --trace guests.bin --until 4GiB
refuses "--sample: '1us' should be from 0.001 to 1000000 seconds" --trace guests.bin --sample 1us
refuses "--until: '2000d' should be from 0 to 100000000 seconds" \
  generate small-office --until 2000d -o no.bin
refuses "--grain: '2h' should be from 0 to 3600000 milliseconds" \
  import dump web.raw --grain 2h -o no.bin
refuses "--interval: 'never' should be a time" import dump web.raw --interval never -o no.bin
refuses "--min-size: '1m' should be a size, such as 1M" capture --pid 1 --min-size 1m -o no.bin
refuses "--max-cpu: '101%' should be from 1 to 100 percent" capture --pid 1 --max-cpu 101% -o no.bin
refuses "--for: '0' should be from 0.001 to" capture --pid 1 --for 0 -o no.bin
refuses "which guests?" capture --max-cpu 50% --min-size 1.5M --for 1d --interval 0.5m -o no.bin
[[ ! -e no.bin ]] || fail 'a refused command left a file'

finish
