#!/usr/bin/python3
"""A campaign that an outside program leads: its results, its mistakes, and what is left when it is cut short."""

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = sys.argv.pop(1)
PYTHON = sys.executable


def has_optuna():
    return subprocess.run([PYTHON, "-c", "import optuna"], capture_output=True, check=False).returncode == 0


class ExternalTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def command(self, scenario, out, *more):
        return [PROGRAM, "run", ROOT / "scenarios" / scenario, "--out", self.folder / out, "--quiet",
                "--set", f"search.command.0={PYTHON}", *more]

    def run_program(self, scenario, out, *more):
        return subprocess.run(self.command(scenario, out, *more), capture_output=True, text=True, check=False,
                              timeout=300)

    def summary(self, out):
        return json.loads((self.folder / out / "summary.json").read_text(encoding="utf-8"))

    def script(self, text):
        file = self.folder / "search.py"
        file.write_text(text, encoding="utf-8")
        return ("--set", f"search.command=[{PYTHON}, -S, {file}]")

    def test_a_python_program_leads_a_campaign_and_repeats_it(self):
        for out in ("first", "second"):
            done = self.run_program("external.yaml", out)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        summary = self.summary("first")
        self.assertEqual(summary["trials_completed"], 24)
        self.assertEqual(summary["ended_by"], "strategy")
        self.assertIsNone(summary["strategy_variant"])
        self.assert_same("first", "second")

    def assert_same(self, first, second):
        for name in ("summary.json", "trials.csv", "segments.csv", "incumbent.csv"):
            self.assertEqual((self.folder / first / name).read_bytes(), (self.folder / second / name).read_bytes())

    @unittest.skipUnless(has_optuna(), "Optuna is not installed for this Python")
    def test_optuna_leads_a_campaign_and_repeats_it(self):
        for out in ("first", "second"):
            done = self.run_program("external_optuna.yaml", out)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_same("first", "second")
        summary = self.summary("first")
        self.assertEqual(summary["trials_started"], 24)
        self.assertGreater(summary["trials_stopped"], 0)  # the median pruner prunes,
        self.assertGreater(summary["trials_completed"], 4)  # but none of the first
        done = self.run_program("external_optuna.yaml", "other", "--seed", "2")
        self.assertEqual(done.returncode, 0)
        with open(self.folder / "first/trials.csv", encoding="utf-8") as one, \
                open(self.folder / "other/trials.csv", encoding="utf-8") as two:
            self.assertNotEqual([row["learning_rate"] for row in csv.DictReader(one)],
                                [row["learning_rate"] for row in csv.DictReader(two)])

    def test_a_program_that_cannot_be_started_leaves_nothing(self):
        done = self.run_program("external.yaml", "none", "--set", "search.command=[no-such-program]")
        self.assertEqual(done.returncode, 2)
        self.assertIn("the search program 'no-such-program' cannot be started: No such file or directory", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_program_that_dies_leaves_a_partial_result(self):
        program = (ROOT / "scenarios/programs/random_search.py").read_text(encoding="utf-8")
        dying = program.replace('elif kind == "tell":', 'elif kind == "tell" and started == 16:\n'
                                '            raise MemoryError("out of ideas")\n        elif kind == "tell":')
        self.assertNotEqual(dying, program)
        done = self.run_program("external.yaml", "partial", *self.script(dying))
        self.assertEqual(done.returncode, 2)
        self.assertIn("ended with status 1 before it answered", done.stderr)
        self.assertIn("MemoryError: out of ideas", done.stderr)
        self.assertIn("what was simulated until then is kept in", done.stderr)
        summary = self.summary("partial")
        self.assertEqual((summary["partial"], summary["ended_by"]), (True, "external_error"))
        self.assertEqual(summary["trials_started"], 16)
        self.assertLess(summary["ledger_energy_error"], 1e-9)
        manifest = json.loads((self.folder / "partial/manifest.json").read_text(encoding="utf-8"))
        self.assertEqual((manifest["partial"], manifest["ended_by"]), (True, "external_error"))

    def test_ctrl_c_is_heard_while_the_program_thinks(self):
        note = self.folder / "pid"
        script = self.script(
            "import json, os, pathlib, sys, time\n"
            "for line in sys.stdin:\n"
            "    message = json.loads(line)\n"
            "    if message['message'] == 'ask':\n"
            f"        pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
            "        time.sleep(300)\n"
            "    print(json.dumps({'id': message['id'], 'answer': 'ready', 'protocol': 1}), flush=True)\n")
        with subprocess.Popen(self.command("external.yaml", "stopped", *script), stderr=subprocess.PIPE) as running:
            self.wait_for(lambda: note.exists() and note.read_text(encoding="utf-8"))
            running.send_signal(signal.SIGINT)
            self.assertEqual(running.wait(60), 130)
        self.assertTrue(self.wait_for(lambda: self.is_dead(int(note.read_text(encoding="utf-8")))))

    def test_a_killed_campaign_takes_its_program_along(self):
        note = self.folder / "pid"
        script = self.script(f"import os, pathlib, time\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
                             "time.sleep(300)\n")
        with subprocess.Popen(self.command("external.yaml", "killed", *script), stderr=subprocess.PIPE) as running:
            self.wait_for(lambda: note.exists() and note.read_text(encoding="utf-8"))
            running.kill()
        self.assertTrue(self.wait_for(lambda: self.is_dead(int(note.read_text(encoding="utf-8")))))

    def wait_for(self, condition):
        for _ in range(600):
            if condition():
                return True
            time.sleep(0.1)
        return False

    @staticmethod
    def is_dead(process):
        try:  # who is dead but not yet buried has state Z
            return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] in "ZX"
        except OSError:
            return True


class BracketsTest(unittest.TestCase):
    def brackets(self, *settings):
        command = [PROGRAM, "brackets", ROOT / "scenarios" / "quick.yaml"]
        for setting in ("search.resource.max=81", *settings):
            command += ["--set", setting]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def test_hyperband_prints_the_table_of_the_paper(self):
        # Li et al., JMLR 18-185, 2018, table 1: R = 81, eta = 3; 81 + 34 + 15 + 8 + 5 configurations.
        done = self.brackets("search.strategy=hyperband", "stop.trials=143")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split() for line in done.stdout.splitlines()]
        table = [row[-4:] for row in rows if len(row) in (5, 7) and row[-1][0].isdigit() and row[0].isdigit()]
        self.assertEqual([(row[0], row[1]) for row in table][:5],
                         [("81", "1"), ("27", "3"), ("9", "9"), ("3", "27"), ("1", "81")])
        self.assertIn(["in", "all", "143"], [row[:3] for row in rows])
        self.assertIn("this scenario resumes", done.stdout)

    def test_trials_beyond_one_round_are_dealt_out(self):
        done = self.brackets("search.strategy=successive_halving", "search.configurations=27", "stop.trials=60")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split()[:4] for line in done.stdout.splitlines()]
        self.assertIn(["1", "2", "1", "27"], rows)
        self.assertIn(["1", "1", "1", "6"], rows)

    def test_rounds_repeat_where_another_budget_ends_them(self):
        for stop, says in (("energy: 2 kWh", "this is one round, which repeats until another stop rule is met."),
                           ("target: 0.1", "this is one round.")):
            for strategy in ("hyperband", "successive_halving", "bohb"):
                done = self.brackets(f"search.strategy={strategy}", f"stop={{{stop}}}")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(says, done.stdout)

    def test_a_strategy_without_rungs_says_so(self):
        done = self.brackets()
        self.assertEqual(done.returncode, 2)
        self.assertIn("the strategy 'random' has no rungs or brackets to print", done.stderr)

    def test_nothing_is_started(self):
        done = self.brackets("search={strategy: external, command: [no-such-program]}")
        self.assertEqual(done.returncode, 2)
        self.assertIn("'external' has no rungs", done.stderr)


if __name__ == "__main__":
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"{PROGRAM} is not a program")
    unittest.main()
