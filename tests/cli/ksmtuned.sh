#!/usr/bin/env bash
# `ksmsim controller ksmtuned` decides as Debian's script does. The script's own logic runs, step by
# step, in a copy whose files lie in a folder of the test: the machine's KSM is not touched, nothing
# is started as a service. Its `sleep` is a program of the test's, which takes down what was written
# since the last step and lays out the host of the next. KSMTUNED names another script.
source "$(dirname "$0")/checks.bash"
original=${KSMTUNED:-/usr/sbin/ksmtuned}
if [[ ! -r $original ]]; then
  echo "skipped: there is no $original (Debian's package ksmtuned)"
  exit 77
fi

sed -e "s|/sys/kernel/mm/ksm|$place/ksm|; s|/proc/meminfo|$place/meminfo|" \
  -e "s|/etc/ksmtuned.conf|$place/ksmtuned.conf|g" "$original" >script
if grep -nE '/(sys|proc|etc)/' script; then
  echo "FAILED: the copy would still read or write the machine's files"
  exit 1
fi
mkdir ksm stubs
# A process a line: number, resident kB, command line.
cat >stubs/pgrep <<STUB
#!/bin/bash
[[ "\$1 \$2 \$3" == '-f -d  ' ]] || { echo "pgrep \$*" >>$place/surprises; exit 2; }
awk -v re="\$4" '{ line = \$0; sub(/^[0-9]+ [0-9]+ /, "", line) }
  line ~ re { printf "%s%s", sep, \$1; sep = " " } END { if (sep) print "" }' $place/processes
STUB
cat >stubs/ps <<STUB
#!/bin/bash
[[ \$1 == -p && "\$3 \$4" == '-o rsz=' ]] || { echo "ps \$*" >>$place/surprises; exit 2; }
awk -v pids="\$2" '(" " pids " ") ~ (" " \$1 " ") { print \$2 }' $place/processes
STUB
cat >stubs/sleep <<STUB
#!/bin/bash
cd $place
read -r step <step
if ((step > 0)); then
  row=''
  for knob in run pages_to_scan sleep_millisecs; do
    value=-
    [[ ! -e ksm/\$knob ]] || read -r value <ksm/\$knob
    row+=,\$value
  done
  echo "\${row#,}" >>script.csv
fi
rm -f ksm/*
echo \$((step + 1)) >step
if [[ ! -e steps/\$step ]]; then
  kill -KILL \$PPID  # The script's loop, which has no end.
  exit
fi
. steps/\$step
# A step may come by a signal, before the interval is over: when a guest starts or stops.
if [[ -e retune/\$step ]]; then
  /bin/sleep 0.2
  kill -USR1 \$PPID
  for ((i = 0; i < 50; ++i)); do
    read -r now <step
    ((now == step + 1)) || { echo early >>retunes; exit; }
    /bin/sleep 0.1
  done
fi
STUB
chmod +x stubs/*

# next_random BELOW: the next number of a reproducible sequence, in $random.
next_random() {
  state=$(((state * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff))
  random=$(((state >> 20) % $1))
}

# walk VALUE SPAN MOST: goes at random by SPAN at most, stays within 0 to MOST; result in $walked.
walk() {
  next_random $((2 * $2 + 1))
  walked=$(($1 + random - $2))
  ((walked >= 0)) || walked=0
  ((walked <= $3)) || walked=$3
}

# make_steps SEED COUNT TOTAL THRESHOLD: hosts for the script in steps/, for ksmsim in inputs.csv.
# Free and committed memory walk through their thresholds, and often stand beside or on them.
make_steps() {
  local seed=$1 count=$2 total=$3 threshold=$4 free=$(($3 / 2)) committed=0 step
  state=$seed
  rm -rf steps && mkdir -p steps
  echo total_kb,free_kb,committed_kb >inputs.csv
  for ((step = 0; step < count; ++step)); do
    walk "$free" $((total / 12 + 1)) $((total < 3 * threshold ? total : 3 * threshold))
    free=$walked
    walk "$committed" $((total / 6 + 1)) $((total + total / 4))
    committed=$walked
    next_random 8
    ((random > 0 || threshold > total)) || { next_random 3 && free=$((threshold - 1 + random)); }
    next_random 8
    ((random > 0 || threshold >= total)) ||
      { next_random 3 && committed=$((total - threshold - 1 + random)); }
    # Every so often a long time of need, or of none.
    if ((step % 60 > 45)); then free=$((threshold / 2)); fi
    if ((step % 60 < 28 && step > 60 && threshold < total)); then
      committed=$total free=$((threshold + 1))
    fi
    ((free <= total)) || free=$total
    ((committed >= 0)) || committed=0
    local buffers=$((free / 7)) cached=$((free / 3)) first=$((committed / 3))
    {
      printf "printf '%%s\\\\n' 'MemTotal: %d kB' 'MemFree: %d kB' 'MemAvailable: 7 kB' " \
        "$total" $((free - buffers - cached))
      printf "'Buffers: %d kB' 'Cached: %d kB' 'SwapCached: 5 kB' >meminfo\n" "$buffers" "$cached"
      printf "printf '%%s\\\\n' '7 99999999 qemu-system-x86_64 -accel kvm -m 9' "
      ((committed == 0)) ||
        printf "'8 %d qemu-system-i386 -m 1 -enable-kvm' '90 %d qemu-system-i386 -enable-kvm' " \
          $first $((committed - first))
      printf "'9 88888888 bash -c qemu-system-x86_64 -enable-kvm' >processes\n"
    } >steps/$step
    echo "$total,$free,$committed" >>inputs.csv
  done
}

# decides CONSTANT...: what ours says to the same steps. (Remarks on stderr are for people.)
decides() {
  run controller ksmtuned --inputs inputs.csv "$@"
  ((status == 0)) || fail "exit status $status"
}

# compare NAME TOTAL COEF CONST COUNT [KSM_X=VALUE...]: both, over COUNT steps.
all_steps=0
compare() {
  local name=$1 total=$2 coef=$3 const=$4 count=$5 setting constants=()
  shift 5
  local threshold=$((total * coef / 100))
  ((threshold >= const)) || threshold=$const
  set -- "$@" "KSM_THRES_COEF=$coef" "KSM_THRES_CONST=$const"
  printf '%s\n' "$@" >ksmtuned.conf
  for setting; do constants+=(--constant "$setting"); done
  make_steps $((total + count)) "$count" "$total" "$threshold"
  rm -f script.csv
  echo 0 >step
  # Whoever still holds the pipe is the loop: this waits for its end.
  . steps/0
  env -i PATH="$place/stubs:$PATH" PIDFILE="$place/pid" bash script 2>script.err | cat
  if [[ -s script.err ]]; then
    echo "FAILED: $name: the script says:"
    cat script.err
    ((++failures))
  fi

  decides "${constants[@]}"
  (($(wc -l <stdout.txt) == count + 1)) || fail "$name: not $count rows"
  if ! diff <(sed 1d stdout.txt) script.csv >differences; then
    echo "FAILED: $name: ksmsim (<) and the script (>) differ:"
    head -n 10 differences
    ((++failures))
  fi
  all_steps=$((all_steps + count))

  # The comparison sees a constant that is off by little.
  decides "${constants[@]}" --constant npages_min=65
  ! diff -q <(sed 1d stdout.txt) script.csv >/dev/null || fail "$name: blind to npages_min 65"
}

# Every branch is taken: KSM stopped, started, at full speed, decayed.
covered() {
  local row
  for row in '0,-,-' '1,64,' '1,1250,'; do
    grep -q "^$row" script.csv || { echo "FAILED: $1: no step gave $row"; ((++failures)); }
  done
}

gib=$((1024 * 1024))
# Steps that come by a signal.
mkdir retune && touch retune/3 retune/7 retune/20
compare '16 GiB, defaults' $((16 * gib)) 20 2048 200
covered '16 GiB, defaults'
[[ -s retunes ]] || { echo 'FAILED: no step came by a signal'; ((++failures)); }
rm -r retune
compare '6 GiB, defaults' $((6 * gib - 12345)) 20 2048 130
covered '6 GiB, defaults'
compare '1.5 TiB, defaults' $((1536 * gib)) 20 2048 130
covered '1.5 TiB, defaults'
compare '8 MiB, where the constant is the threshold' 8192 20 2048 60
compare '1 GiB, other numbers' $gib 35 400000 90 KSM_NPAGES_BOOST=77 KSM_NPAGES_DECAY=-13 \
  KSM_NPAGES_MAX=500 KSM_SLEEP_MSEC=33
compare '64 GiB, Proxmox sleep' $((64 * gib)) 10 0 60 KSM_SLEEP_MSEC=100
[[ ! -e surprises ]] || { echo 'FAILED: called otherwise:'; cat surprises; ((++failures)); }
echo "$all_steps steps compared"
finish
