#!/bin/sh
# Billing again, end to end: the same bytes as a fresh run under the same terms, from the results' files alone;
# and folders that are not as a run left them are refused.
set -eu
program=$1
top=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$top"
fail() { echo "bill_test: $1" >&2; exit 1; }
refused() {  # refused "text of the message" arguments…
  expected=$1
  shift
  if "$program" bill "$@" >"$work/out" 2>&1; then fail "accepted: $*"; fi
  status=0
  "$program" bill "$@" >"$work/out" 2>&1 || status=$?
  [ "$status" = 2 ] || fail "status $status for: $* ($(cat "$work/out"))"
  grep -q -- "$expected" "$work/out" || fail "no '$expected' in: $(cat "$work/out")"
}

# A trace of three days, hourly, that is not flat.
awk 'BEGIN { print "time,value"; for (d = 1; d <= 3; ++d) for (h = 0; h < 24; ++h)
  printf "2023-07-%02dT%02d:00,%d\n", d, h, 100 + (h * 37 + d * 11) % 300 }' >"$work/grid.csv"
trace="{trace: $work/grid.csv, unit: g/kWh}"
site=platform.clusters.main.site

"$program" run scenarios/quick.yaml --quiet --out "$work/plain"
"$program" bill "$work/plain" --quiet --out "$work/same"
cmp "$work/plain/bill.json" "$work/same/bill.json"
cmp "$work/plain/bill_trials.csv" "$work/same/bill_trials.csv"

"$program" run scenarios/quick.yaml --quiet --out "$work/traced" --set start=2023-07-01T06:00 \
  --set "$site.intensity=$trace" --set $site.pue=1.2
"$program" bill "$work/plain" --quiet --out "$work/again" --start 2023-07-01T06:00 --intensity "$trace" --pue 1.2
cmp "$work/traced/bill.json" "$work/again/bill.json"
cmp "$work/traced/bill_trials.csv" "$work/again/bill_trials.csv"
rm "$work/grid.csv"  # the run kept a copy
"$program" bill "$work/traced" --quiet --out "$work/from-copy"
cmp "$work/traced/bill.json" "$work/from-copy/bill.json"

"$program" bill "$work/traced" --when best --out "$work/best" --quiet --export codecarbon,mlco2,paper,huggingface
for file in when.csv when.svg emissions.csv mlco2.txt paper.txt co2_eq_emissions.yaml; do
  [ -s "$work/best/$file" ] || fail "no $file"
done
"$program" bill "$work/plain" --site fr --method strubell2019,llama,ghg-location >"$work/out"
grep -q "strubell2019 / llama" "$work/out" || fail "no factors"
"$program" bill "$work/plain" --site france --quiet
"$program" bill "$work/plain" "$work/traced" >/dev/null

refused "did you mean 'france'" "$work/plain" --site frnace
refused "must be at least 1" "$work/plain" --pue 0.9
refused "must be at least 1" "$work/plain" --pue -1.1
refused "did you mean 475 g/kWh" "$work/plain" --intensity "475 kg/kWh"
refused "did you mean 'llama'" "$work/plain" --method lama
refused "is missing" "$work/plain" --intensity "{trace: $work/traced/trace-1.csv, unit: g/kWh}"
refused "outside a trace" "$work/traced" --start 2024-01-01
refused "no manifest.json" "$work"
cp -r "$work/plain" "$work/edited"
sed -i 's/train,0,27/train,0,26/' "$work/edited/segments.csv"
refused "truncated or edited" "$work/edited"
cp -r "$work/plain" "$work/old"
sed -i 's/"results_format": 1/"results_format": 0/' "$work/old/manifest.json"
refused "results of format 0" "$work/old"
rm "$work/edited/segments.csv"
refused "is missing" "$work/edited"
echo "bill_test: all as it should be"
