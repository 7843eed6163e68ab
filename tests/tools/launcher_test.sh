#!/usr/bin/env bash
# What ./campaign-sim does before the program starts, with stand-ins for Debian, CMake and ninja: they write
# down how they were called. Nothing is installed or compiled.
set -u
source_root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checkout="$work/a checkout"
stand_ins="$work/bin"
calls="$work/calls"
failures=0

# expect WHAT ACTUAL EXPECTED
expect() {
  if [[ $2 != "$3" ]]; then
    printf 'FAILED: %s\n  got:      %s\n  expected: %s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

stand_in() {
  printf '#!/bin/bash\n%s\n' "$2" >"$stand_ins/$1"
  chmod +x "$stand_ins/$1"
}

fresh_checkout() {
  rm -rf "$checkout" "$stand_ins" "$work/installed" "$calls"
  mkdir -p "$checkout/tools" "$checkout/sim" "$stand_ins"
  cp "$source_root/campaign-sim" "$checkout/"
  cp "$source_root/tools/setup.sh" "$source_root/tools/packages.txt" "$checkout/tools/"
  touch "$checkout/CMakeLists.txt" "$checkout/CMakePresets.json" "$checkout/sim/main.cpp" "$calls"
  printf 'g++\ncmake\nninja-build\n' >"$work/installed"

  stand_in dpkg-query "while read -r p; do echo \"\$p installed\"; done <'$work/installed'"
  stand_in apt-get "echo \"apt-get \$DEBIAN_FRONTEND \$*\" >>'$calls'"
  stand_in sudo "echo sudo >>'$calls'; while [[ \$1 == -* ]]; do shift; done; exec \"\$@\""
  stand_in cmake "echo \"cmake \$*\" >>'$calls'; mkdir -p build/release"
  # Slow enough that first calls made together overlap; finds them out if they do.
  stand_in ninja "echo ninja >>'$calls'
[[ ! -e '$work/compiling' ]] || echo 'two at once' >>'$calls'
touch '$work/compiling'; sleep 0.2; rm '$work/compiling'
cat >'$checkout/build/release/campaign-sim' <<'PROGRAM'
#!/bin/bash
printf '%s:' \"\$PWD\"; printf '[%s]' \"\$@\"; echo
PROGRAM
chmod +x '$checkout/build/release/campaign-sim'"
}

launch() { PATH="$stand_ins:$PATH" "$checkout/campaign-sim" "$@" 2>"$work/stderr"; }
count() { grep -c -- "$1" "$calls"; }

fresh_checkout
mkdir -p "$work/here"
cd "$work/here" || exit 1
expect "arguments and folder arrive untouched" \
  "$(launch run 'two words' '' '*' $'new\nline' --set a.b=c)" \
  "$work/here:[run][two words][][*]"$'[new\nline][--set][a.b=c]'
expect "only what is missing is installed, without questions" \
  "$(grep -o 'apt-get noninteractive .* install .*' "$calls" | sed 's/.* --no-install-recommends //')" \
  "pkg-config libsimgrid-dev libyaml-cpp-dev libpugixml-dev libeigen3-dev libfmt-dev nlohmann-json3-dev libcli11-dev libboost-dev zlib1g-dev"
expect "package lists are fetched before the packages" "$(grep -c 'apt-get.* update' "$calls")" 1
expect "sudo only for who is not root" "$(count '^sudo')" "$((EUID == 0 ? 0 : 2))"
expect "it says what it installs" "$(grep -c 'installing from Debian.*libsimgrid-dev' "$work/stderr")" 1

: >"$calls"
launch again >/dev/null
expect "a second call calls nothing" "$(<"$calls")" ""
expect "a second call says nothing" "$(<"$work/stderr")" ""

sleep 0.02
touch "$checkout/sim/main.cpp"
launch >/dev/null
expect "a changed source is compiled" "$(<"$calls")" "ninja"
: >"$calls"
sleep 0.02
touch "$checkout/sim/added.cpp"
launch >/dev/null
expect "an added source is compiled" "$(<"$calls")" "ninja"

ln -s "$checkout/campaign-sim" "$work/link"
expect "it works through a symbolic link" "$(PATH="$stand_ins:$PATH" "$work/link" x 2>&1)" "$work/here:[x]"

: >"$calls"
mv "$checkout" "$work/moved"
checkout="$work/moved"
sed -i "s|a checkout|moved|" "$stand_ins/ninja"
launch >/dev/null
expect "a moved checkout is configured anew" "$(count '^cmake --fresh')" 1
checkout="$work/a checkout"
rm -rf "$work/moved"

fresh_checkout
for caller in 1 2 3 4; do launch "$caller" >"$work/out.$caller" & done
wait
expect "first calls made together build once" "$(count '^ninja')" 1
expect "and never at the same time" "$(count 'two at once')" 0
expect "and all of them run" "$(cat "$work"/out.?)" \
  "$(for caller in 1 2 3 4; do echo "$work/here:[$caller]"; done)"

fresh_checkout
stand_in ninja "echo 'main.cpp:1: error: no such thing'; exit 1"
launch >/dev/null
expect "a failed build is our fault" "$?" 3
expect "a failed build shows why" "$(grep -c 'no such thing' "$work/stderr")" 1

fresh_checkout
stand_in apt-get "echo 'E: no network'; exit 100"
launch >/dev/null
expect "a failed installation can be mended by the user" "$?" 2
expect "a failed installation shows why" "$(grep -c 'E: no network' "$work/stderr")" 1
expect "a failed installation names the packages" \
  "$(grep -c 'packages needed are:.*libsimgrid-dev' "$work/stderr")" 1
expect "nothing is configured without the packages" "$(count cmake)" 0

# A system without apt-get: only these few commands are on its PATH.
fresh_checkout
rm "$stand_ins/dpkg-query" "$stand_ins/apt-get" "$stand_ins/cmake"
for tool in bash dirname readlink find mkdir cat rm mv flock; do ln -s "$(command -v "$tool")" "$stand_ins/$tool"; done
PATH="$stand_ins" "$checkout/campaign-sim" >/dev/null 2>"$work/stderr"
expect "elsewhere than on Debian it stops" "$?" 2
expect "and says what to install" \
  "$(grep -c "'cmake' is missing.*not a Debian system.*libsimgrid-dev" "$work/stderr")" 1

if ((failures == 0)); then echo "the launcher does what it should"; fi
exit "$((failures > 0))"
