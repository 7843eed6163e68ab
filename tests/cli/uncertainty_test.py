#!/usr/bin/python3
"""Runs of scenarios whose inputs are ranges: the band, who is to blame for it, and what is wrong with a range."""

import csv
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = sys.argv.pop(1)

SCENARIO = """\
name: ranges
platform: {use: v100-node-x8, clusters: {main: {site: {use: france, pue: %(pue)s, intensity: {from: 30 g/kWh, to: 90 g/kWh}}}}}
workload: {kind: fixed, seconds_per_unit: 2 s, power: %(power)s, quality: {kind: random}}
space: {x: {float: [0, 1]}}
search: {strategy: random, resource: {unit: epoch, max: %(epochs)s}}
stop: {trials: 8}
"""
USUAL = {"pue": "1.2", "power": "{value: 240 W, from: 180 W, to: 250 W}", "epochs": "5"}


class UncertaintyTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_program(self, *arguments, command="run", **values):
        (self.folder / "ranges.yaml").write_text(SCENARIO % {**USUAL, **values}, encoding="utf-8")
        return subprocess.run([PROGRAM, command, "ranges.yaml", *arguments], cwd=self.folder, text=True,
                              capture_output=True, check=False, timeout=300)

    def summary(self, out):
        return json.loads((self.folder / out / "summary.json").read_text(encoding="utf-8"))

    def test_a_single_run_shows_no_band(self):
        done = self.run_program("--out", "one", "--uncertainty", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"CO2e, operational .* a single run does not show how far it may lie")
        self.assertNotIn("no input moves it", done.stdout)

    def test_the_band_is_around_the_answer_and_says_who_is_to_blame(self):
        done = self.run_program("--out", "a", "--uncertainty", "40")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("40 runs over the range of 2 inputs (--uncertainty 0: none)", done.stderr)
        self.assertIn("What it may be, given the ranges of 2 inputs (5 % to 95 % of 40 runs)", done.stdout)
        self.assertRegex(done.stdout, r"CO2e, operational .* most by platform\.clusters\.main\.site\.intensity \(9\d %\)")
        self.assertRegex(done.stdout, r"duration .* no input moves it")
        summary = self.summary("a")
        found = summary["uncertainty"]
        self.assertEqual((found["samples"], found["samples_failed"]), (40, 0))
        self.assertEqual([i["distribution"] for i in found["inputs"]], ["uniform", "triangular"])
        energy = found["figures"]["energy_facility_kwh"]
        self.assertLess(energy["p5"], energy["p50"])
        self.assertLess(energy["p50"], summary["energy_facility_kwh"])  # the triangle leans to lower watts
        self.assertLess(summary["energy_facility_kwh"], energy["p95"])
        self.assertGreater(energy["shares"][1], 0.95)
        # Nothing but the watts changes the energy, and it is linear in them.
        with (self.folder / "a" / "uncertainty.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 40)
        watts = [float(row["workload.power [W]"]) for row in rows]
        kwh = [float(row["energy_facility_kwh"]) for row in rows]
        slope = (kwh[0] - kwh[1]) / (watts[0] - watts[1])
        for w, e in zip(watts, kwh):
            self.assertTrue(180 <= w <= 250)
            self.assertAlmostEqual(e, kwh[0] + slope * (w - watts[0]), places=9)
        self.assertNotIn("samples", [path.name for path in (self.folder / "a").iterdir()])

    def test_the_bytes_do_not_depend_on_how_many_run_at_a_time(self):
        for jobs in ("1", "3"):
            self.assertEqual(self.run_program("--out", jobs, "--jobs", jobs, "--uncertainty", "7").returncode, 0)
        for file in ("summary.json", "uncertainty.csv", "manifest.json"):
            self.assertEqual((self.folder / "1" / file).read_bytes(), (self.folder / "3" / file).read_bytes())

    def test_a_run_itself_uses_the_values(self):
        self.run_program("--out", "range", "--uncertainty", "0")
        self.run_program("--out", "plain", "--uncertainty", "0", power="240 W")
        range_, plain = self.summary("range"), self.summary("plain")
        self.assertNotIn("uncertainty", range_)
        self.assertFalse((self.folder / "range" / "uncertainty.csv").exists())
        self.assertEqual(range_["energy_facility_kwh"], plain["energy_facility_kwh"])
        self.assertEqual(range_["inputs_unmarked"], plain["inputs_unmarked"])

    def test_a_shared_library_entry_is_drawn_once(self):
        self.folder.joinpath("platforms/accelerators").mkdir(parents=True)
        (self.folder / "platforms/accelerators/mine.yaml").write_text(
            "use: v100-sxm2\nidle: {from: 20 W, to: 36 W}\n", encoding="utf-8")
        clusters = ", ".join(f"{name}: {{site: france, accelerator: mine, nodes: 1, accelerators_per_node: 8}}"
                             for name in ("a", "b"))
        done = self.run_program("--out", "two", "--uncertainty", "9", "--set", f"platform={{clusters: {{{clusters}}}}}")
        self.assertEqual(done.returncode, 0, done.stderr)
        inputs = self.summary("two")["uncertainty"]["inputs"]
        self.assertIn(["platform.clusters.a.accelerator.idle", "platform.clusters.b.accelerator.idle"],
                      [i["keys"] for i in inputs])

    def test_mistakes_are_shown_where_they_stand(self):
        done = self.run_program(power="{value: 240 W, from: 250 W, to: 180 W}", pue="{value: 1.2, from: 0.9, to: 1.5}")
        self.assertEqual(done.returncode, 2)
        self.assertIn("error: 'power.from' must be less than 'power.to'; swap them", done.stderr)
        self.assertIn("ranges.yaml:3:", done.stderr)
        self.assertIn("error: 'pue.from' must be at least 1 (it is 0.9)", done.stderr)
        self.assertFalse((self.folder / "results").exists())
        done = self.run_program("--set", "seed={from: 1, to: 9}")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'seed' takes no range; give one value", done.stderr)
        done = self.run_program("--set", "search.strategy={value: random, from: a, to: b}")
        self.assertIn("'strategy' takes no range; give one value", done.stderr)

    def test_draws_that_are_no_scenario_are_reported_before_anything_runs(self):
        done = self.run_program("--set", "platform.clusters.main.accelerator.idle={value: 36 W, from: 20 W, to: 900 W}",
                                "--uncertainty", "5")
        self.assertEqual(done.returncode, 2)
        self.assertIn("variant 'sample-", done.stderr)
        self.assertIn("'idle' must be less than 'max' (nothing running draws less than full load)", done.stderr)
        self.assertFalse((self.folder / "results" / "ranges").exists())

    def test_whole_numbers_stay_whole(self):
        done = self.run_program("--out", "w", "--uncertainty", "12",
                                "--set", "platform.clusters.main.nodes={from: 3, to: 6}")
        self.assertEqual(done.returncode, 0, done.stderr)
        with (self.folder / "w" / "uncertainty.csv").open(encoding="utf-8") as file:
            nodes = [float(row["platform.clusters.main.nodes"]) for row in csv.DictReader(file)]
        self.assertEqual(sorted(set(nodes)), [3, 4, 5, 6])


if __name__ == "__main__":
    unittest.main()
