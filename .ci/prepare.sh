# What run, test and .ci/run share: packages and builds. To be sourced; needs `root`, the project's
# folder. Everything is said on stderr, so that stdout stays the program's own.

say() { printf 'ksmsim: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

# The packages of the named sections of packages.txt, one a line.
listed_packages() {
  local section='' line wanted=" $* "
  while read -r line; do
    line=${line%%#*}
    line=${line%"${line##*[! ]}"}
    case $line in
      '') ;;
      '['*']') section=${line:1:-1} ;;
      *) [[ $wanted != *" $section "* ]] || printf '%s\n' "$line" ;;
    esac
  done < "$root/.ci/packages.txt"
}

# Installs those packages of the named sections that are missing. Asks dpkg only, and needs neither
# root nor apt, when none is.
install_packages() {
  local packages missing=() package installed as_root=() log="$root/build/apt.log"
  # No <(...): in a chroot there may be no /proc, which it needs.
  packages=($(listed_packages "$@"))
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    # Another system may have all of it under other names: say it once and try.
    [[ -e $root/build/release/build.ninja ]] ||
      say "no apt here; needed, by their Debian names: ${packages[*]}"
    return
  fi
  installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' \
    "${packages[@]}" 2> /dev/null || true)
  for package in "${packages[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  if ((EUID != 0)); then
    command -v sudo > /dev/null ||
      fail "not root and no sudo; as root, call: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} Debian packages (a minute or two): ${missing[*]}"
  mkdir -p "$root/build"
  # A list that cannot be fetched need not matter; whether the packages come decides.
  "${as_root[@]}" apt-get -q update > "$log" 2>&1 || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends install "${missing[@]}" >> "$log" 2>&1 < /dev/null ||
    { tail -n 15 "$log" >&2; fail "apt-get failed; all it said is in $log"; }
}

# What a first build costs, in CPU seconds of a slow core: docs/architecture.md, *How it is built*.
cpu_seconds_of_program=450
cpu_seconds_of_all=1500

# How long a build from nothing takes here, for people: "about 4 minutes on 2 cores".
first_build() {
  local cores cpu_seconds=$cpu_seconds_of_all
  [[ $* != ksmsim ]] || cpu_seconds=$cpu_seconds_of_program
  cores=$(nproc)
  printf 'about %d minutes on %d cores' $(((cpu_seconds / cores + 59) / 60)) "$cores"
}

# Passes on what a build says that matters; its steps become one line on a terminal that is written
# over, and nothing elsewhere. A build with nothing to do is silent.
show_build() {
  local preset=$1 first=$2 line building='' shown=''
  while IFS= read -r line; do
    case $line in
      'ninja: no work to do.' | 'ninja: Entering directory'* | '[0/'* | '-- '*) continue ;;
      '['[0-9]*'/'[0-9]*']'*)
        if [[ ! $building ]]; then
          building=yes
          say "building ($preset${first:+; from nothing it takes $first})"
        fi
        if [[ -t 2 ]]; then
          shown=yes
          printf '\r\033[K%s' "${line:0:78}" >&2
        fi
        ;;
      *)
        [[ ! $shown ]] || printf '\r\033[K' >&2
        shown=''
        printf '%s\n' "$line" >&2
        ;;
    esac
  done
  [[ ! $shown ]] || printf '\r\033[K' >&2
}

# Brings build/PRESET up to date: all of it, or the named targets. Calls at the same time (a pipe of
# two programs) wait for one another.
build_preset() (
  preset=$1 dir="$root/build/$1" log="$root/build/configure-$1.log" fresh=()
  shift
  mkdir -p "$root/build"
  exec 9> "$root/build/lock"
  ! command -v flock > /dev/null || flock 9
  # A tree that was copied together with its build folder starts again.
  [[ ! -e $dir/CMakeCache.txt ]] ||
    grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt" || fresh=(--fresh)
  first=''
  [[ -e $dir/.ninja_log && ! ${fresh[*]} ]] || first=$(first_build "$@")
  if [[ ! -e $dir/build.ninja || ${fresh[*]} ]]; then
    say "configuring build/$preset"
    command -v cmake > /dev/null || fail "cmake is not there"
    (cd "$root" && cmake --preset "$preset" "${fresh[@]}" > "$log" 2>&1 < /dev/null 9>&-) ||
      { cat "$log" >&2; fail "configuring failed"; }
  fi
  set -o pipefail
  cmake --build "$dir" ${1+--target "$@"} 2>&1 < /dev/null 9>&- | show_build "$preset" "$first" ||
    fail "the build of $preset failed"
)
