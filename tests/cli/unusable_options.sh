#!/usr/bin/env bash
# Options that cannot be meant are refused before anything runs: one line, exit status 2.
source "$(dirname "$0")/checks.bash"
make_trace guests.bin
refused() { refuses "$1" --trace guests.bin "${@:2}"; }

refused '--set pages_to_scan: should be KNOB=VALUE' --set pages_to_scan
refused '--set =5: should be KNOB=VALUE' --set =5
refused "there is no knob 'pages_to_scann'" --set pages_to_scann=100
refused "pages_to_scan = '-1' is refused (EINVAL)" --set pages_to_scan=-1
refused "max_page_sharing = '2147483648' is refused (ERANGE)" --set max_page_sharing=2147483648
refused "max_page_sharing = '1' is refused (EINVAL): 2 to 2147483647" --set max_page_sharing=1
refused "use_zero_pages = 'x' is refused (EINVAL): 0 or 1" --set use_zero_pages=x
refused 'pages_shared is a counter' --set pages_shared=0
refused 'advisor_mode none' --set advisor_mode=scan-time --set pages_to_scan=100

for until in soon 12x nan inf 1e10 settledd; do
  refused "--until: '$until' " "--until=$until"
done
for sample in 0 -1 nan 1e7 0.0001; do refused '--sample' "--sample=$sample"; done
refused '--sample' --sample often
refused '--seed' --seed x

refused "--kernel: kernel '6.5' is not known; known: 2.6.32, 3.13, 4.19, 5.8, 6.1, 6.8," \
  --kernel 6.5
refused '--kernel' --kernel six
refused '--kernel' --kernel ''
exits 0 --trace guests.bin --kernel 6.18.44-amd64 --quiet
# virsh's name of a knob is that knob.
refused "pages_to_scan = '-1' is refused (EINVAL)" --set=--shm-pages-to-scan=-1
exits 0 --trace guests.bin --set shm_sleep_millisecs=5 --quiet

refused 'missing.toml: No such file or directory' --host missing.toml
mkdir folder
refused 'folder: Is a directory' --host folder
host() {
  printf '%b' "$2" >host.toml
  refused "$1" --host host.toml
}
host 'host.toml:2:11: not TOML' 'hz = 250\nboot_ms = = 3\n'
host "host.toml:1:1: there is no key 'herz'; the nearest is 'hz'" 'herz = 250\n'
host 'host.toml:1:6: hz has to be a whole number from 24 to 1000' 'hz = "250"\n'
host 'host.toml:1:6: hz has to be a whole number from 24 to 1000' 'hz = 250.0\n'
host 'host.toml:1:6: hz has to be a whole number from 24 to 1000' 'hz = 0\n'
host 'boot_ms has to be a whole number' 'boot_ms = -1\n'
host "host.toml:1:11: ram_mib = '64 gigs': should be a size, such as" 'ram_mib = "64 gigs"\n'
host "host.toml:1:11: boot_ms = '2 hours': should be a time, such as 2h" 'boot_ms = "2 hours"\n'
host 'agreed_bytes has to be a whole number from 0 to 4096' 'agreed_bytes = 4097\n'
host "host.toml:2:1: there is no key 'checksum'; the nearest is 'checksums'" \
  '[prices_ps]\nchecksum = 1\n'
host 'host.toml:2:13: checksums has to be a whole number' '[prices_ps]\nchecksums = -1\n'
host 'prices_ps has to be a table: [prices_ps]' 'prices_ps = 7\n'
host "host.toml:2:9: there is no class 'stack'; the nearest is 'heap'" \
  '[agreed_bytes_of]\nstack = 1\n'
host 'host.toml:2:8: heap has to be a whole number' '[agreed_bytes_of]\nheap = true\n'
host 'host.toml:1:1: not TOML' '\x00\xff\xfe'
cat >host.toml <<'TOML'
hz = 1000
boot_ms = 1234567
agreed_bytes = 8
ram_mib = 16384
[agreed_bytes_of]
heap = 100
[prices_ps]
checksums = 800000
TOML
exits 0 --trace guests.bin --host host.toml --quiet

finish
