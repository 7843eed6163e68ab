#!/usr/bin/python3
"""The `search:` and `space:` sections as a user meets them: each mistake one message with its place, and each variant
of a rule named in what a campaign leaves.

Usage: search_test.py CAMPAIGN_SIM [unittest arguments]
"""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(sys.argv.pop(1)).resolve()
LIMIT_S = 120  # no call takes so long: it hangs

SCENARIO = """\
name: small
seed: 3
platform: v100-node-x8
workload: {{kind: fixed, seconds_per_unit: 2 s, power: 250 W, start_up: 1 s, quality: {{kind: random}}}}
space: {space}
search: {{{search}, resource: {{unit: epoch, min: {smallest}, max: {largest}}}}}
stop: {{trials: 10}}
"""
X = "{x: {float: [0, 1]}}"
USUAL = {"smallest": 1, "largest": 81, "space": X}

# What is wrong, the section, and all that `check` says of it: line:column and message.
MISTAKES = (
    ("a bracket table that starts elsewhere", {"search": "strategy: hyperband, variant: ray", "smallest": 3},
     "6:74: error: this tool's Hyperband always starts from resource 1; set the smallest resource to 1, or use "
     "another variant"),
    ("a bracket that ends empty", {"search": "strategy: successive_halving, configurations: 3, halvings: 2"},
     "6:69: error: too few configurations, 3, for 2 halvings by 3 (none would be left at the largest resource); "
     "at most 1"),
    ("no configurations, so no halvings to count",
     {"search": "strategy: successive_halving, configurations: 0, halvings: 2"},
     "6:56: error: 'configurations' must be from 1 to 1000000000000 (it is 0)"),
    ("more than 10^12 rungs apart", {"search": "strategy: asha", "largest": "1e15"},
     "6:63: error: the largest resource is more than 10^12 times the smallest (the first rung would need as many "
     "configurations); lower 'max' or raise 'min'"),
    ("one rung where one must promote", {"search": "strategy: dehb", "smallest": 3, "largest": 3},
     "6:63: error: DEHB needs a largest resource above the smallest (its first bracket promotes); raise 'max' or lower "
     "'min'"),
    ("a first rung of 10^6", {"search": "strategy: dehb, eta: 2", "largest": 2 ** 21},
     "6:71: error: the first rung would have more than 10^6 configurations; lower 'max' or raise 'min'"),
    ("a report after the training", {"search": "strategy: median_stopping, report_every: 100"},
     "6:51: error: a report every 100 comes after a whole training, 81, when there is nothing left to stop; make it "
     "smaller"),
    ("too many reports", {"search": "strategy: pasha, report_every: 1e-6"},
     "6:41: error: more than 10^6 reports a trial, and every report of a running trial is kept; at least 8.1e-05"),
    ("too many exchanges", {"search": "strategy: pbt, population: 4, interval: 1e-6"},
     "6:50: error: more than 10^6 exchanges a training; at least 8.1e-05"),
    ("more halvings than the resource has", {"search": "strategy: successive_halving, halvings: 9"},
     "6:50: error: 9 halvings by 3 are too many (the first rung would get less than the smallest resource); at most 4"),
    ("PBT's population of one", {"search": "strategy: pbt, population: 1, interval: 9"},
     "6:37: error: 'population' must be from 2 to 100000 (it is 1)"),
    ("a population of one", {"search": "strategy: regularized_evolution, population: 1, tournament_size: 1"},
     "6:55: error: 'population' must be from 2 to 100000 (it is 1)"),
    ("a population of one", {"search": "strategy: tournament_evolution, population: 1, tournament_size: 1"},
     "6:54: error: 'population' must be from 2 to 100000 (it is 1)"),
    ("too few for a difference", {"search": "strategy: differential_evolution, population: 1"},
     "6:56: error: 'population' must be from 4 to 100000 (it is 1)"),
    ("a population of one", {"search": "strategy: nsga2, population: 1"},
     "6:39: error: 'population' must be from 2 to 10000 (it is 1)"),
    ("a population of one", {"search": "strategy: cmaes, population: 1"},
     "6:39: error: 'population' must be from 4 to 1000000 (it is 1)"),
    ("a tournament larger than the population",
     {"search": "strategy: regularized_evolution, population: 5, tournament_size: 6"},
     "6:75: error: a tournament of 6 is larger than the population of 5; make it smaller"),
    ("a tournament larger than the population",
     {"search": "strategy: tournament_evolution, population: 5, tournament_size: 6"},
     "6:74: error: a tournament of 6 is larger than the population of 5; make it smaller"),
    ("a population smaller than the usual tournament", {"search": "strategy: regularized_evolution, population: 20"},
     "6:55: error: a tournament of 25 ('tournament_size' where none is given) is larger than the population of 20; "
     "give a smaller one"),
    ("two lists to replay", {"search": "strategy: replay, configurations: [{x: 1}], file: list.csv"},
     "6:60: error: there are 'configurations' already; give one list, here or in a file"),
    ("an empty space", {"search": "strategy: tpe", "space": "{}"},
     "6:20: error: the search space is empty, so there is nothing to search; add a `space:` section"),
    ("an empty range", {"search": "strategy: random", "space": "{x: {float: [1, 0]}}"},
     "5:20: error: the range is empty (1 is larger than 0); swap its ends"),
    ("no choices", {"search": "strategy: random", "space": "{x: {choice: []}}"},
     "5:21: error: there are no choices; name at least one"),
    ("a log range through zero", {"search": "strategy: random", "space": "{x: {float: [-1, 1], log: true}}"},
     "5:20: error: a log range must start above zero (the logarithm of -1 does not exist)"),
    ("a log range from zero", {"search": "strategy: random", "space": "{x: {int: [0, 9], log: true}}"},
     "5:18: error: a log range must start above zero (the logarithm of 0 does not exist)"),
    ("a condition on an unknown parameter",
     {"search": "strategy: random", "space": "{x: {float: [0, 1], when: {optimiser: adam}}}"},
     "5:46: error: there is no parameter 'optimiser' in the space"),
    ("a space with nothing to vary", {"search": "strategy: nsga2", "space": "{x: 3}"},
     "6:20: error: every parameter of the search space has one value only, so there is nothing to search; let one of "
     "them vary"),
    ("nothing with an order", {"search": "strategy: cmaes", "space": "{c: {choice: [a, b]}}"},
     "6:20: error: CMA-ES needs a parameter with an order (float, int or ordinal) to vary, and the space has none; use "
     "tpe, gp or random"),
    ("nothing with an order, for a sampler",
     {"search": "strategy: asha, sampler: cmaes", "space": "{c: {choice: [a, b]}}"},
     "6:35: error: CMA-ES needs a parameter with an order (float, int or ordinal) to vary, and the space has none; use "
     "tpe, gp or random"),
    ("a grid of 10^12 points",
     {"search": "strategy: grid", "space": "{a: {int: [1, 1000000]}, b: {int: [1, 1000000]}}"},
     "6:20: error: the grid has about 1e+12 points, and a campaign at most 10^9 trials; make it coarser ('points', or "
     "'step' in the space), or draw from it with random or sobol"),
) + tuple(
    (f"eta of one in {strategy}", {"search": f"strategy: {strategy}, eta: 1"},
     f"6:{len('search: {strategy: , eta: ') + len(strategy) + 1}: error: eta must be at least 2 (a rung promotes the "
     "eta-th part of the one below)")
    for strategy in ("successive_halving", "hyperband", "bohb", "dehb", "asha", "pasha", "asynchronous_hyperband",
                     "asha_stopping")
) + tuple(
    (f"R below r_min in {strategy}", {"search": f"strategy: {strategy}, eta: 3", "smallest": 10, "largest": 9},
     f"6:{len('search: {strategy: , eta: 3, resource: {unit: epoch, min: ') + len(strategy) + 1}: error: 'min' is more "
     "than 'max': no trial could ever be judged")
    for strategy in ("hyperband", "asha", "pasha")
)

# The search program's side of the conversation, as shell; and what the campaign ends with.
READY = """read -r m; echo '{"id":1,"answer":"ready","protocol":1}'; """
MISBEHAVIOUR = (
    ("hangs", READY + "sleep 60", "gave no answer within 0.5 s"),
    ("dies", READY + "read -r m; exit 7", "ended with status 7 before it answered"),
    ("is killed", READY + "read -r m; kill -9 $$", "was killed by signal 9 (Killed)"),
    ("floods a line", READY + "cat /dev/zero", "printed a line of more than 1048576 bytes"),
    ("floods its errors", READY + "yes trouble | head -c 5000000 >&2; exit 7",
     "ended with status 7 before it answered"),
    ("answers what comes later", READY + """read -r m; echo '{"id":3,"answer":"wait"}'; sleep 60""",
     "answered out of order: 'id' must be 2"),
    ("answers twice", READY + """echo '{"id":1,"answer":"ready","protocol":1}'; sleep 60""",
     "answered out of order: 'id' must be 2"),
)


class SearchTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_program(self, *arguments):
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.folder, timeout=LIMIT_S, capture_output=True,
                              text=True, errors="replace", check=False)

    def write(self, **parts):
        (self.folder / "s.yaml").write_text(SCENARIO.format(**{**USUAL, **parts}), encoding="utf-8")

    def test_each_mistake_is_one_message_with_its_place(self):
        for what, parts, message in MISTAKES:
            with self.subTest(what, **parts):
                self.write(**parts)
                for command in (("check", "s.yaml"), ("run", "s.yaml", "--out", "out")):
                    done = self.run_program(*command)
                    self.assertEqual(done.returncode, 2)
                    said = [line for line in done.stderr.splitlines() if "error:" in line]
                    self.assertEqual(said, [f"s.yaml:{message}"])
                self.assertFalse((self.folder / "out").exists())

    def test_a_search_program_that_misbehaves_is_one_error(self):
        for what, script, message in MISBEHAVIOUR:
            with self.subTest(what):
                (self.folder / "search.sh").write_text(script + "\n", encoding="utf-8")
                timeout = "500 ms" if what == "hangs" else "60 s"
                self.write(search=f"strategy: external, command: [sh, search.sh], timeout: {timeout}")
                done = self.run_program("run", "s.yaml", "--out", "out", "--force", "--quiet")
                self.assertEqual(done.returncode, 2)
                self.assertEqual(done.stderr.count("the search program"), 1, done.stderr)
                self.assertIn(message, done.stderr)
                self.assertLess(len(done.stderr), 5000)

    def rows_with_variants(self):
        """Name, example and variants of each row; the default stands first."""
        listed = self.run_program("list", "strategies", "--verbose").stdout
        row = re.compile(r"^(\w+) .*?e\.g\.: \{(.*?)\}\n\s+parameters: (.*?)$", re.MULTILINE | re.DOTALL)
        for name, example, parameters in row.findall(listed):
            for named in re.findall(r"(?:^|; )variant = ([^;]*)", parameters):
                yield name, example, named

    def test_every_variant_is_named_in_summary_and_manifest(self):
        rows = {name: (example, named) for name, example, named in self.rows_with_variants()}
        hyperbands = [v.strip() for v in rows["hyperband"][1].split("|")]
        self.assertGreaterEqual(set(rows), {"tpe", "pbt", "hyperband", "bohb", "asha", "asha_stopping",
                                            "median_stopping"})
        for name, (example, named) in rows.items():
            variants = [v.strip() for v in named.split("|")]
            if name == "bohb":
                self.assertEqual(named, "hpbandster, or another of hyperband's")
                variants = ["hpbandster", *(v for v in hyperbands if v != "hpbandster")]
            self.assertGreater(len(variants), 1)
            for variant in (None, *variants):
                with self.subTest(strategy=name, variant=variant):
                    self.write(search=example + (f", variant: {variant}" if variant else ""))
                    done = self.run_program("run", "s.yaml", "--out", "out", "--force")
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    expected = variant or variants[0]
                    for file in ("summary.json", "manifest.json"):
                        left = json.loads((self.folder / "out" / file).read_text(encoding="utf-8"))
                        self.assertEqual(left["strategy_variant"], expected)
                    self.assertIn(f"{name} ({expected})", done.stdout)
            self.write(search=example + ", variant: no_such_tool")
            refused = self.run_program("check", "s.yaml")
            self.assertEqual(refused.returncode, 2)
            for variant in variants:
                self.assertIn(variant, refused.stderr)


if __name__ == "__main__":
    unittest.main()
