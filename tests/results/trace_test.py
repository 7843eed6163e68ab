#!/usr/bin/python3
"""`campaign-sim run --trace` writes a trace that follows the Trace Event Format and agrees with the ledger."""

import csv
import json
import subprocess
import sys
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else ROOT / "build/dev/campaign-sim"

# What an event of each phase must have, beyond ph, ts, pid, tid and name; from the Trace Event Format.
NEEDED = {"X": {"dur": (int, float), "cat": str, "args": dict}, "b": {"id": int, "cat": str, "args": dict},
          "e": {"id": int, "cat": str}, "i": {"s": str, "cat": str}, "C": {"args": dict}, "M": {"args": dict}}
SCENARIO = """
name: traced
seed: 3
platform: v100-node-x8
workload:
  kind: fixed
  seconds_per_unit: 4 min
  power: 220 W
  start_up: 1 min
  checkpoint: 1 GB
  accelerators: 2
  quality: {kind: random, best: 0.2, worst: 0.5, start: 2}
space: {learning_rate: {float: [1e-5, 1e-1], log: true}}
search: {strategy: asha, eta: 3, resource: {unit: epoch, min: 1, max: 9}}
stop: {trials: 30}
objective: {minimise: validation_error}
"""


def near(a, b, slack):
    return abs(a - b) <= slack


class TraceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        scenario = Path(cls.temporary.name) / "traced.yaml"
        scenario.write_text(SCENARIO, encoding="utf-8")
        cls.out = Path(cls.temporary.name) / "out"
        cls.run_program(scenario, cls.out)
        cls.trace = json.loads((cls.out / "trace.json").read_text(encoding="utf-8"))
        cls.events = cls.trace["traceEvents"]
        with open(cls.out / "segments.csv", encoding="utf-8", newline="") as file:
            cls.rows = [row for row in csv.DictReader(file) if row["trial"]]
        cls.summary = json.loads((cls.out / "summary.json").read_text(encoding="utf-8"))

    @staticmethod
    def run_program(scenario, out, *more):
        subprocess.run([PROGRAM, "run", scenario, "--out", out, "--quiet", "--trace", *more], check=True)

    def of(self, *phases):
        return [event for event in self.events if event["ph"] in phases]

    def test_every_event_has_what_its_phase_needs(self):
        self.assertGreater(len(self.events), 100)
        for event in self.events:
            self.assertIn(event["ph"], NEEDED)
            for key, kind in {"ts": (int, float), "pid": int, "tid": int, "name": str,
                              **NEEDED[event["ph"]]}.items():
                self.assertIsInstance(event[key], kind, event)
            self.assertGreaterEqual(event["ts"], 0)
        for event in self.of("i"):
            self.assertIn(event["s"], ("t", "p", "g"))
        for event in self.of("C"):
            self.assertTrue(event["args"])
            for value in event["args"].values():
                self.assertIsInstance(value, (int, float))

    def test_every_process_and_thread_in_use_has_a_name(self):
        names = {(event["pid"], event["tid"]) for event in self.of("M") if event["name"] == "thread_name"}
        processes = {event["pid"] for event in self.of("M") if event["name"] == "process_name"}
        for event in self.of("X", "i"):
            self.assertIn((event["pid"], event["tid"]), names)
        self.assertEqual(processes, {event["pid"] for event in self.events})

    def test_on_every_thread_events_are_in_order_and_slices_do_not_overlap(self):
        last = defaultdict(float)
        for event in self.of("X", "i", "C"):
            track = (event["pid"], event["tid"])
            self.assertGreaterEqual(round(event["ts"] * 1000), round(last[track] * 1000), event)
            last[track] = event["ts"] + event.get("dur", 0)

    def test_what_begins_ends(self):
        open_trials = defaultdict(list)
        for event in self.of("b", "e"):
            if event["ph"] == "b":
                self.assertFalse(open_trials[event["id"]])
                open_trials[event["id"]].append(event)
            else:
                begun = open_trials[event["id"]].pop()
                self.assertGreaterEqual(event["ts"], begun["ts"])
                self.assertEqual((event["cat"], event["name"]), (begun["cat"], begun["name"]))
        self.assertFalse(any(open_trials.values()))

    def test_slices_are_the_rows_of_the_ledger(self):
        slices = iter(self.of("X"))
        for row in self.rows:
            of_row = [next(slices) for _ in range(int(row["accelerators"]))]
            for event in of_row:
                self.assertEqual(event["cat"], row["cause"])
                self.assertEqual(event["args"]["trial"], int(row["trial"]))
                self.assertEqual(event["args"]["segment"], int(row["segment"]))
                self.assertTrue(near(event["ts"], float(row["start_s"]) * 1e6, 1e-3))
                self.assertTrue(near(event["ts"] + event["dur"], float(row["end_s"]) * 1e6, 1e-2))
            joules = sum(event["args"]["energy_j"] for event in of_row)
            self.assertTrue(near(joules, float(row["energy_j"]), 1e-9 * joules))
        self.assertIsNone(next(slices, None))

    def test_power_adds_up_to_the_energy_of_the_summary(self):
        counters = self.of("C")
        joules = sum((after["ts"] - event["ts"]) / 1e6 * sum(event["args"].values())
                     for event, after in zip(counters, counters[1:]))
        self.assertTrue(near(joules / 3.6e6, self.summary["energy_it_kwh"], 1e-6 * self.summary["energy_it_kwh"]))
        self.assertEqual(sum(counters[-1]["args"].values()), 0)
        self.assertTrue(near(counters[-1]["ts"] / 1e6, self.summary["makespan_s"], 1e-6))

    def test_rungs_are_reached_by_the_trials_of_the_ledger(self):
        names = {event["tid"]: event["args"]["name"] for event in self.of("M")
                 if event["name"] == "thread_name" and event["pid"] == self.of("i")[0]["pid"]}
        self.assertEqual(set(names.values()), {"1 epoch", "3 epochs", "9 epochs"})
        reached = sorted((names[event["tid"]].split()[0], event["args"]["trial"]) for event in self.of("i"))
        self.assertEqual(reached, sorted((row["to_resource"], int(row["trial"])) for row in self.rows
                                         if row["cause"] == "train"))

    def test_a_checkpoint_on_the_way_is_no_rung(self):
        saved = Path(self.temporary.name) / "saved"
        self.run_program(self.out.parent / "traced.yaml", saved, "--set", "checkpoint.every=5 min")
        with open(saved / "segments.csv", encoding="utf-8", newline="") as file:
            stops = {row["to_resource"] for row in csv.DictReader(file) if row["cause"] == "checkpoint"}
        self.assertGreater(len(stops), 3)
        events = json.loads((saved / "trace.json").read_text(encoding="utf-8"))["traceEvents"]
        marks = {event["pid"] for event in events if event["ph"] == "i"}
        names = {event["args"]["name"] for event in events
                 if event["name"] == "thread_name" and event["pid"] in marks}
        self.assertEqual(names, {"1 epoch", "3 epochs", "9 epochs"})

    def test_the_same_scenario_gives_the_same_bytes_and_is_in_the_manifest(self):
        again = Path(self.temporary.name) / "again"
        self.run_program(self.out.parent / "traced.yaml", again, "--only-summary")
        self.assertEqual((again / "trace.json").read_bytes(), (self.out / "trace.json").read_bytes())
        manifest = json.loads((self.out / "manifest.json").read_text(encoding="utf-8"))
        self.assertIn("trace.json", manifest["crc32"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
