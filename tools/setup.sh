# Gets from a bare checkout to an up-to-date build: installs what is missing, configures, compiles.
#
# Sourced by ./campaign-sim, tests/run and .ci/run, which differ only in the preset they need and in what
# they start afterwards; in one place, so that the three cannot drift apart. The usual call finds the
# build up to date by asking `find` whether anything is newer than the last build, a few milliseconds; ninja,
# which looks more closely and takes ten times as long, is only asked when something is.
#
# Everything is said on standard error: standard output belongs to the program that is started.
# shellcheck shell=bash

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
package_state=/var/lib/dpkg/status  # changes whenever Debian installs, upgrades or removes something

say() { printf 'campaign-sim: %s\n' "$*" >&2; }

# give_up STATUS WORDS…   (2: whoever runs this can mend it, 3: it is our fault)
give_up() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# The packages for the given purposes (`build`, `test`, `browser`).
packages_for() {
  local purpose package wanted
  while read -r purpose package; do
    for wanted in "$@"; do
      if [[ $purpose == "$wanted" ]]; then printf '%s\n' "$package"; fi
    done
  done <"$root/tools/packages.txt"
}

install_missing() {
  local -a wanted installed missing=() as_root=()
  local package state
  mapfile -t wanted < <(packages_for "$@")
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    for package in cmake ninja pkg-config c++; do
      command -v "$package" >/dev/null ||
        give_up 2 "'$package' is missing. This is not a Debian system, so please install yourself what these" \
          "Debian 12 packages hold: ${wanted[*]}"
    done
    return
  fi

  mapfile -t installed < <(
    dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null |
    while read -r package state; do if [[ $state == installed ]]; then printf '%s\n' "$package"; fi; done
  )
  for package in "${wanted[@]}"; do
    [[ " ${installed[*]} " == *" $package "* ]] || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return; fi

  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      give_up 2 "these Debian packages are missing; as root, run:" \
        "apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
    [[ -t 2 && -t 0 ]] || as_root=(sudo --non-interactive)  # nobody is there to type a password
  fi
  say "installing from Debian${as_root[0]:+ with sudo}: ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
  logged install "${as_root[@]}" update ||
    give_up 2 "apt-get update failed (see above); the packages needed are: ${missing[*]}"
  logged install "${as_root[@]}" install --yes --no-install-recommends "${missing[@]}" ||
    give_up 2 "apt-get install failed (see above); the packages needed are: ${missing[*]}"
}

# logged NAME COMMAND…   shows the command's output only if it fails. On a terminal sudo still asks: it
# does so on /dev/tty.
logged() {
  local log=$root/build/$1.log status=0
  shift
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status != 0)); then cat "$log" >&2; fi
  return "$status"
}

# The folder is part of it because a copied or moved checkout brings a build that still points at the
# old place; so is ccache, because a build that was configured with it cannot do without.
configuration() { printf '%s\n%s' "$root" "$(command -v ccache)"; }

configured() {
  local stamp=$root/build/$1/.configured
  [[ -f $stamp && ! $root/CMakePresets.json -nt $stamp && "$(<"$stamp")" == "$(configuration)" ]]
}

configure() {
  local preset=$1 ccache
  ccache=$(command -v ccache)
  local -a cmake=(cmake --fresh --preset "$preset" ${ccache:+"-DCMAKE_CXX_COMPILER_LAUNCHER=$ccache"})
  (cd "$root" && logged "$preset" "${cmake[@]}") ||
    give_up 3 "CMake could not configure the build (see above)"
  configuration >"$root/build/$preset/.configured"
}

compile() {
  local -a ninja=(ninja -C "$root/build/$1")
  if [[ -t 2 ]]; then
    "${ninja[@]}" >&2
  else
    logged "$1" "${ninja[@]}"
  fi
}

# Nothing that goes into the build, Debian's libraries included, is newer than the last build. Folders count
# as well: they change when a file comes or goes.
up_to_date() {
  local preset=$1 place
  local -a places=()
  for place in "$root"/{sim,analysis,CMakeLists.txt,CMakePresets.json,tools/packages.txt} "$package_state"; do
    if [[ -e $place ]]; then places+=("$place"); fi
  done
  if [[ $preset != release ]]; then places+=("$root/tests"); fi
  configured "$preset" && [[ -f $root/build/$preset/.built ]] &&
    [[ -z $(find "${places[@]}" -newer "$root/build/$preset/.built" -print -quit) ]]
}

# bring_up_to_date PRESET PURPOSE…
bring_up_to_date() {
  local preset=$1
  if up_to_date "$preset"; then return; fi
  # Someone else's checkout, say one for a whole laboratory: use what was built there.
  if [[ -x $root/build/$preset/campaign-sim && ! -w $root/build ]]; then return; fi
  mkdir -p "$root/build" || give_up 2 "cannot write to $root, where the program is to be built"
  (
    # First calls made at the same time take turns; all but one find the work done.
    if command -v flock >/dev/null && ! flock --nonblock 9; then
      say "waiting for another build in $root/build"
      flock 9
    fi
    if up_to_date "$preset"; then exit 0; fi
    shift
    printf -v checked '.%s' "$@"
    checked=$root/build/.packages$checked
    if [[ ! -f $checked || $root/tools/packages.txt -nt $checked || $package_state -nt $checked ]]; then
      install_missing "$@"
      : >"$checked"
    fi
    if [[ ! -f $root/build/$preset/.built ]]; then
      say "building in $root/build/$preset (this takes minutes, but only the first time)"
    fi
    configured "$preset" || configure "$preset"
    : >"$root/build/$preset/.building"  # what is edited from here on is for the next build
    compile "$preset" || give_up 3 "the build failed (see above)"
    mv "$root/build/$preset/.building" "$root/build/$preset/.built"
  ) 9>"$root/build/.lock" || exit
}
