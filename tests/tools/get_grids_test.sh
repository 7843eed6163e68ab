#!/usr/bin/env bash
# tools/get-grids with a stand-in for npm, which lays out a package such as @tgwf/co2 with made-up values; nothing
# is fetched. What comes out is read by the program.
#
# Usage: get_grids_test.sh CAMPAIGN_SIM
set -u
program=$(readlink -f "$1")
source_root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
command -v node >/dev/null || {
  echo "SKIPPED: there is no node"
  exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# expect WHAT ACTUAL PATTERN
expect() {
  # shellcheck disable=SC2053  # a pattern
  if [[ $2 != $3 ]]; then
    printf 'FAILED: %s\n  got:      %s\n  expected: %s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

# package UNIT: what npm lays out; a zone that says its country, one that has a comma, two years.
package() {
  cat <<NPM
#!/bin/bash
[[ \$1 == ci && -f package-lock.json ]] || exit 1
mkdir -p node_modules/@tgwf/co2/data
cat >node_modules/@tgwf/co2/package.json <<'JSON'
{"name": "@tgwf/co2", "version": "9.9.9", "type": "module",
 "exports": {"./data/electricity-maps": "./data/electricity-maps.js"}}
JSON
cat >node_modules/@tgwf/co2/data/electricity-maps.js <<'JS'
const of = (value, zoneName, countryName) =>
  ({zone: {zoneName, countryName}, carbonIntensity: {value, unit: "$1"}});
export const yearly2022 = {data: {"ZZ-TEST": of(111, "Testland", "")}};
export const yearly2023 = {data: {"ZZ-TEST": of(123.5, "Testland", ""), "ZZ-E": of(44, "East, far", "Testland")}};
JS
NPM
}

fresh() {
  rm -rf "${work:?}/tools" "${work:?}/fetched" "${work:?}/bin"
  mkdir -p "$work/tools" "$work/bin"
  cp "$source_root/tools/get-grids" "$work/tools/"
  cp -r "$source_root/tools/grids" "$work/tools/"
  package "${1:-gCO2eq/kWh}" >"$work/bin/npm"
  chmod +x "$work/bin/npm"
}
get() { PATH="$work/bin:$PATH" "$work/tools/get-grids" "$@" 2>&1; }

fresh
expect "it says what it fetched and where" "$(get)" "Annual averages of 3 grid zones and years are in $work/fetched/grids"
expect "nothing else is left" "$(ls -A "$work/fetched")" "grids"
source="Electricity Maps: annual average of consumption (ODbL), via co2.js 9.9.9"
expect "a row a zone and year, the latest first" "$(<"$work/fetched/grids/electricity-maps.csv")" \
  "region,code,name,g_per_kwh,year,scope,source
zz-test,ZZ-TEST,Testland,123.5,2023,life-cycle,\"$source\"
zz-e,ZZ-E,\"East, far (Testland)\",44,2023,life-cycle,\"$source\"
zz-test,ZZ-TEST,Testland,111,2022,life-cycle,\"$source\""

mkdir -p "$work/platforms"
cp -r "$work/fetched/grids" "$work/platforms/"
grid_of() {
  (cd "$work" && "$program" check "$source_root/scenarios/quick.yaml" \
    --set "platform.clusters.main.site.intensity={region: $1}" 2>&1)
}
expect "the program knows the zone" "$(grid_of ZZ-TEST | grep -c 'error:')" 0
expect "and its years" "$(grid_of 'ZZ-TEST, year: 2022' | grep -c 'error:')" 0
expect "and no others" "$(grid_of 'ZZ-TEST, year: 2020')" "*there is no value of 2020 for 'zz-test', only of 2022, 2023*"

fresh "lb/MWh"
expect "another unit is refused" "$(get)" "*ZZ-TEST: lb/MWh*the package is not as it was*"
expect "and leaves no table" "$(ls "$work/fetched/grids")" ""

fresh
printf '#!/bin/bash\nexit 1\n' >"$work/bin/npm"
expect "a failing npm is said" "$(get)" "*npm could not fetch the package*"
expect "options are refused" "$(get --all)" "get-grids: there are no options"

((failures == 0)) || exit 1
echo "get-grids: all as expected"
