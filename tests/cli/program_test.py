#!/usr/bin/python3
"""The program as a process: what it prints, what it leaves behind, and its exit status.

Usage: program_test.py CAMPAIGN_SIM [unittest arguments]
"""

import csv
import json
import os
import pty
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUICK = ROOT / "scenarios" / "quick.yaml"
PROGRAM = ""
LIMIT_S = 120  # no call takes so long: it hangs
FILES = {"summary.json", "manifest.json", "trials.csv", "segments.csv", "power.csv", "incumbent.csv", "nodes.csv",
         "bill.json", "bill_trials.csv"}
ENDLESS = ("--set", "stop.trials=100000000")

SMALL = """\
name: small
seed: 3
platform: v100-node-x8
workload: {kind: fixed, seconds_per_unit: 2 s, power: 250 W, start_up: 1 s, quality: {kind: random}}
space: {x: {float: [0, 1]}, n: {int: [1, 9]}}
search: {strategy: random, resource: {unit: epoch, max: 5}}
stop: {trials: 10}
"""


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="campaign-sim-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.write("small.yaml", SMALL)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run_program(self, *arguments, program=None, **options):
        return subprocess.run([program or PROGRAM, *map(str, arguments)], cwd=self.folder, timeout=LIMIT_S,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", **options)

    def start_program(self, *arguments):
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def left_behind(self, folder="."):
        return sorted(path.name for path in (self.folder / folder).iterdir()) if (self.folder / folder).exists() else []

    def rejected(self, *arguments, says, **options):
        """Status 2, a message, and nothing written."""
        before = self.left_behind()
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertRegex(result.stderr, says)
        self.assertNotIn("internal error", result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(self.left_behind(), before)
        return result.stderr


class Commands(ProgramTest):
    def test_a_run_leaves_all_its_files_and_says_where(self):
        result = self.run_program("run", "small.yaml")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("Written to results/small", result.stdout)
        self.assertEqual(set(self.left_behind("results/small")), FILES)
        self.assertEqual(self.left_behind("results"), ["small"])
        summary = json.loads((self.folder / "results/small/summary.json").read_text())
        for key in ("scenario, seed, strategy, workload, trials_started, trials_completed, trials_stopped, "
                    "trials_failed, resource_unit, resource_total, makespan_s, accelerators, "
                    "accelerator_h_available, accelerator_h_busy, energy_it_kwh, energy_facility_kwh, "
                    "energy_idle_kwh, co2e_operational_kg, cost_electricity, cost_accelerators, currency, "
                    "best_metric, best_trial, trainings_equivalent, ledger_energy_error, "
                    "ledger_time_error").split(", "):
            self.assertIn(key, summary)
        # 10 trials of 11 s, 8 at a time.
        self.assertEqual(summary["makespan_s"], 22)
        self.assertEqual(summary["trials_completed"], 10)
        self.assertLessEqual(summary["ledger_energy_error"], 1e-9)

    def test_the_command_in_the_manifest_can_be_pasted_into_a_shell(self):
        shutil.copy(self.folder / "small.yaml", self.folder / "two words.yaml")
        typed = ["run", "two words.yaml", "--seed", "4", "--set", "description=it's \"$HOME\" & `more`",
                 "--set", "stop.trials=3"]
        self.assertEqual(self.run_program(*typed).returncode, 0)
        command = json.loads((self.folder / "results/small/manifest.json").read_text())["command"]
        self.assertEqual(shlex.split(command), ["campaign-sim", *typed])
        self.assertTrue(command.endswith(" --set stop.trials=3"), command)  # no quotes where none are needed

    def test_the_csv_files_agree_with_the_summary(self):
        self.run_program("small.yaml", "--out", "o")
        summary = json.loads((self.folder / "o/summary.json").read_text())
        rows = {name: list(csv.DictReader((self.folder / "o" / name).read_text().splitlines())) for name in FILES if name.endswith("csv")}
        joules = sum(float(row["energy_j"]) for row in rows["segments.csv"])
        self.assertAlmostEqual(joules / 3.6e6, summary["energy_it_kwh"], delta=1e-12)
        held = sum(float(row["energy_kwh"]) for row in rows["trials.csv"])
        self.assertAlmostEqual(held + summary["energy_idle_kwh"], summary["energy_it_kwh"], delta=1e-12)
        over_time = sum((float(row["end_s"]) - float(row["start_s"])) * float(row["it_w"]) for row in rows["power.csv"])
        self.assertAlmostEqual(over_time / 3.6e6, summary["energy_it_kwh"], delta=1e-12)
        nodes = sum(float(row["energy_kwh"]) for row in rows["nodes.csv"])
        self.assertAlmostEqual(nodes, summary["energy_it_kwh"], delta=1e-12)
        self.assertEqual(float(rows["incumbent.csv"][-1]["metric"]), summary["best_metric"])
        for row in rows["power.csv"]:
            for column, value in row.items():
                self.assertGreaterEqual(float(value), 0, column)

    def test_the_short_form_is_run(self):
        self.assertEqual(self.run_program("small.yaml", "--out", "a").returncode, 0)
        self.assertEqual(self.run_program("run", "small.yaml", "--out", "b").returncode, 0)
        self.assertEqual(self.run_program("--out", "c", "small.yaml").returncode, 0)
        for other in ("b", "c"):
            for name in FILES:
                self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / other / name).read_bytes(), name)

    def test_help_and_version_are_everywhere(self):
        for command in ([], ["run"], ["check"], ["list"]):
            for option, says in (("--help", "Usage"), ("--version", r"campaign-sim \d+\.\d+\.\d+")):
                result = self.run_program(*command, option)
                self.assertEqual((result.returncode, result.stderr), (0, ""), command)
                self.assertRegex(result.stdout, says)
        self.assertEqual(self.left_behind(), ["small.yaml"])

    def test_a_wrong_command_line_is_the_users_mistake(self):
        for arguments in ([], ["run"], ["check"], ["list", "nothing"], ["small.yaml", "--sed", "3"],
                          ["small.yaml", "--seed", "x"], ["small.yaml", "--seed", "-1"], ["small.yaml", "more.yaml"],
                          ["small.yaml", "--set"], ["check", "small.yaml", "--force"]):
            self.rejected(*arguments, says=".")

    def test_an_empty_value_is_no_default(self):
        """What a shell makes of a variable that is not set."""
        for arguments, name in ((("run", ""), "scenario"), (("run", QUICK, "--out", ""), "--out"),
                                (("check", QUICK, "--variant", ""), "--variant"), (("list", ""), "what"),
                                (("compare", QUICK, "--vary", ""), "--vary"), (("report", ""), "results"),
                                (("bill", "x", "--site", ""), "--site"), (("brackets", ""), "scenario"),
                                (("sensitivity", QUICK, "--input", ""), "--input")):
            self.rejected(*arguments, says=f"{arguments[0]}: error: {name} is empty; give it a value, or leave it out\n")

    def test_list_knows_everything(self):
        for what, name in (("strategies", "random"), ("workloads", "transformer"), ("accelerators", "v100-sxm2"),
                           ("sites", "france"), ("platforms", "v100-node-x8"), ("policies", "fifo")):
            result = self.run_program("list", what)
            self.assertEqual((result.returncode, result.stderr), (0, ""), what)
            self.assertRegex(result.stdout, rf"(?m)^{name} +\S")
            self.assertRegex(self.run_program("list").stdout, rf"(?m)^{what} +\S")
        self.assertIn("rule:", self.run_program("list", "strategies", "-v").stdout)
        for others in ((), ("sites",), ("workloads",)):
            self.rejected("list", *others, "-v", says="--verbose goes with strategies only")

    def test_a_list_that_is_not_there_has_a_nearest_name(self):
        self.rejected("list", "strategy", says="^list strategy: error: there is no such list; did you mean 'strategies'?")
        self.rejected("list", "nothing", says="there is no such list; there are strategies, workloads, ")

    def test_a_seed_and_a_set_value_replace_the_files(self):
        self.run_program("small.yaml", "--seed", "9", "--set", "stop.trials=3", "--set", "name=other")
        summary = json.loads((self.folder / "results/other/summary.json").read_text())
        self.assertEqual((summary["seed"], summary["trials_started"]), (9, 3))
        self.rejected("small.yaml", "--set", "stop.trial=3", says="(?s)unknown key 'trial'.*did you mean 'trials'")
        self.rejected("small.yaml", "--set", "stop.trials", says="path.to.key=value|=")
        self.rejected("small.yaml", "--set", "stop.trials=few", says="--set stop.trials=few: error: 'trials'")

    def test_what_is_misspelt_is_named_as_it_was_typed(self):
        for seed in ("18446744073709551615", "99999999999999999999", "-1", "1.5", "x"):
            self.rejected("small.yaml", "--seed", seed, says=f"^--seed: {seed} is no whole number from 0 to 9223372036854775807")
        self.rejected("chek", "small.yaml", says="no command, and no scenario file, 'chek'; did you mean 'check'")

    def test_what_check_prints_runs_the_same(self):
        for scenario in (self.folder / "small.yaml", QUICK):
            checked = self.run_program("check", scenario, "--seed", "5")
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))
            self.write("checked.yaml", checked.stdout)
            for name, arguments in (("a", [scenario, "--seed", "5"]), ("b", ["checked.yaml"])):
                result = self.run_program(*arguments, "--out", name, "--force", "--quiet")
                self.assertEqual(result.returncode, 0, result.stderr)
            for name in sorted(FILES - {"manifest.json", "summary.json"}):
                self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)
            self.assertEqual(self.left_behind(), ["a", "b", "checked.yaml", "small.yaml"])

    def test_check_says_what_a_whole_training_comes_to(self):
        """As summary.json has it of the same configuration: a run of one trial, which is the final model."""
        said = self.run_program("check", "small.yaml", "--set", "stop.trials=1").stdout.splitlines()[-1]
        self.run_program("small.yaml", "--set", "stop.trials=1", "--quiet", "--out", "one")
        summary = json.loads((self.folder / "one" / "summary.json").read_text())
        self.assertEqual(summary["makespan_s"], 11)
        self.assertEqual(said, "#   a whole training: 5 epochs, 11 s on 1 accelerator, "
                               f"{summary['final_training_energy_kwh'] * 1000:.4g} Wh of the machines")

    def test_check_says_how_much_of_a_training_waits_for_exchanges(self):
        """As segments.csv has it of one trial that shares its links with nobody."""
        alone = [ROOT / "scenarios" / "gangs_on_a_fat_tree.yaml", "--set", "search={strategy: random, resource: {max: 20}}",
                 "--set", "stop.trials=1", "--set", "workload.input_per_unit=0 B"]
        said = self.run_program("check", *alone).stdout.splitlines()[-1]
        self.assertEqual(self.run_program(*alone, "--quiet", "--out", "alone").returncode, 0)
        with open(self.folder / "alone" / "segments.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        spent = {cause: sum(float(row["end_s"]) - float(row["start_s"]) for row in rows
                            if row["cause"] == cause and row["trial"] == "0") for cause in ("train", "communicate")}
        share = 100 * spent["communicate"] / (spent["train"] + spent["communicate"])
        self.assertGreater(share, 5)
        self.assertRegex(said, rf"; {share:.2g} % of the time waits for exchanges$")

    def test_quiet_prints_nothing(self):
        result = self.run_program("small.yaml", "--quiet")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertEqual(set(self.left_behind("results/small")), FILES)

    def test_only_summary_writes_no_csv(self):
        self.run_program("small.yaml", "--out", "all")
        self.assertEqual(self.run_program("small.yaml", "--only-summary", "--out", "few").returncode, 0)
        self.assertEqual(self.left_behind("few"), ["manifest.json", "summary.json"])
        self.assertEqual((self.folder / "few/summary.json").read_text(), (self.folder / "all/summary.json").read_text())

    def test_two_runs_give_the_same_bytes(self):
        for name in ("a", "b"):
            self.assertEqual(self.run_program(QUICK, "--out", name).returncode, 0)
        for name in FILES:
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)

    def test_the_manifest_knows_the_files(self):
        import zlib
        self.run_program("small.yaml", "--out", "o")
        manifest = json.loads((self.folder / "o/manifest.json").read_text())
        self.assertEqual(set(manifest["crc32"]), FILES - {"manifest.json"})
        for name, crc in manifest["crc32"].items():
            self.assertEqual(f"{zlib.crc32((self.folder / 'o' / name).read_bytes()):08x}", crc)
        self.assertFalse(manifest["partial"])


class Output(ProgramTest):
    def test_results_are_overwritten_only_by_force(self):
        self.assertEqual(self.run_program("small.yaml").returncode, 0)
        before = (self.folder / "results/small/trials.csv").read_bytes()
        self.rejected("small.yaml", "--seed", "8", says="results/small exists; .*--force")
        self.assertEqual((self.folder / "results/small/trials.csv").read_bytes(), before)
        self.assertEqual(self.run_program("small.yaml", "--seed", "8", "--force").returncode, 0)
        self.assertNotEqual((self.folder / "results/small/trials.csv").read_bytes(), before)
        self.assertEqual(self.left_behind("results"), ["small"])

    def test_force_spares_what_is_not_ours(self):
        self.write("mine/thesis.tex", "years of work")
        self.rejected("small.yaml", "--out", "mine", "--force", says="mine is not a folder of results")
        self.write("web/manifest.json", '{"name": "some web page"}')
        self.rejected("small.yaml", "--out", "web", "--force", says="web is not a folder of results")
        self.write("file", "text")
        self.rejected("small.yaml", "--out", "file", "--force", says="file is not a folder of results")
        self.rejected("small.yaml", "--out", ".", "--force", says="is not a folder of results")
        self.assertEqual((self.folder / "mine/thesis.tex").read_text(), "years of work")
        (self.folder / "empty").mkdir()
        self.assertEqual(self.run_program("small.yaml", "--out", "empty", "--force").returncode, 0)

    def test_force_keeps_the_old_results_if_the_new_ones_fail(self):
        self.run_program("small.yaml", "--out", "o")
        before = (self.folder / "o/trials.csv").read_bytes()
        self.full("small.yaml", "--out", "o", "--force", "--seed", "9")
        self.assertEqual((self.folder / "o/trials.csv").read_bytes(), before)

    def test_an_output_folder_that_cannot_be_made(self):
        self.write("file", "text")
        self.rejected("small.yaml", "--out", "file/below", says="cannot .*file")
        self.rejected("small.yaml", "--out", "/proc/results", says="cannot make the folder /proc/results")
        self.rejected("small.yaml", "--out", "x" * 300, says="cannot ")
        self.assertNotIn("x" * 300, self.left_behind())

    def test_a_folder_below_folders_that_are_not_there_yet(self):
        self.assertEqual(self.run_program("small.yaml", "--out", "a/b/c/").returncode, 0)
        self.assertEqual(set(self.left_behind("a/b/c")), FILES)

    def full(self, *arguments):
        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))  # as a full disk: files end at 2,000 bytes
        self.rejected(*arguments, says="campaign-sim: cannot write .*(too large|No space)", preexec_fn=no_room)

    def test_a_full_disk(self):
        self.full("small.yaml", "--out", "o")
        self.full("small.yaml", "--out", "o", "--only-summary")
        # Full while the campaign runs.
        self.full("small.yaml", "--out", "o", "--set", "stop.trials=20000")

    def test_a_full_file_system(self):
        small = self.folder / "disk"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("may not mount a file system")
        self.addCleanup(subprocess.run, ["umount", small])
        self.rejected("small.yaml", "--out", "disk/o", says="No space left on device")
        self.assertEqual(self.left_behind("disk"), [])

    def test_standard_output_that_takes_nothing(self):
        for arguments in (["check", "small.yaml"], ["list", "sites"], ["small.yaml"]):
            with open("/dev/full", "w") as full:
                result = subprocess.run([PROGRAM, *arguments], cwd=self.folder, stdout=full, stderr=subprocess.PIPE,
                                        text=True, timeout=LIMIT_S)
            self.assertEqual(result.returncode, 2)
            self.assertIn("cannot write to standard output", result.stderr)
        self.assertEqual(set(self.left_behind("results/small")), FILES)  # they are complete all the same


class Progress(ProgramTest):
    def on_a_terminal(self, *arguments):
        controller, terminal = pty.openpty()
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=terminal, stdin=subprocess.DEVNULL)
        os.close(terminal)
        seen = b""
        try:
            while True:
                block = os.read(controller, 4096)
                if not block:
                    break
                seen += block
        except OSError:  # the other side is closed
            pass
        os.close(controller)
        process.communicate(timeout=LIMIT_S)
        self.assertEqual(process.returncode, 0)
        return seen.decode()

    def test_a_terminal_sees_a_line_that_goes_away(self):
        seen = self.on_a_terminal("small.yaml", "--out", "a")
        self.assertRegex(seen, r"simulated · .* trials started, .* ended · .*h · .* segments/s")
        self.assertTrue(seen.endswith("\r\x1b[K"), repr(seen[-40:]))
        self.assertEqual(self.on_a_terminal("small.yaml", "--out", "b", "--quiet"), "")

    def test_a_pipe_sees_none(self):
        self.assertEqual(self.run_program("small.yaml").stderr, "")


class Interrupt(ProgramTest):
    def wait_for(self, condition, limit_s=LIMIT_S):
        end = time.monotonic() + limit_s
        while not condition():
            self.assertLess(time.monotonic(), end, "nothing happens")
            time.sleep(0.005)

    def part(self):
        return next(self.folder.glob("o.part-*"), None)

    def check_partial(self, process):
        out, _ = process.communicate(timeout=LIMIT_S)
        self.assertEqual(process.returncode, 130)
        self.assertIn("CUT SHORT", out)
        self.assertEqual(set(self.left_behind("o")), FILES)
        self.assertEqual(self.left_behind(), ["o", "small.yaml"])
        manifest = json.loads((self.folder / "o/manifest.json").read_text())
        summary = json.loads((self.folder / "o/summary.json").read_text())
        self.assertTrue(manifest["partial"] and summary["partial"])
        self.assertEqual((manifest["ended_by"], summary["ended_by"]), ("interrupt", "interrupt"))
        self.assertLessEqual(summary["ledger_energy_error"], 1e-9)
        self.assertLessEqual(summary["ledger_time_error"], 1e-9)
        return summary

    def test_in_the_middle(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                shutil.rmtree(self.folder / "o", ignore_errors=True)
                process = self.start_program("small.yaml", "--out", "o", *ENDLESS)
                self.wait_for(lambda: self.part() and (self.part() / "segments.csv").exists()
                              and (self.part() / "segments.csv").stat().st_size > 0)
                process.send_signal(number)
                summary = self.check_partial(process)
                self.assertGreater(summary["trials_completed"], 100)
                with (self.folder / "o/trials.csv").open() as file:
                    rows = sum(1 for _ in file) - 1
                self.assertEqual(rows, summary["trials_started"])

    def test_at_once(self):
        process = self.start_program("small.yaml", "--out", "o", *ENDLESS, "--set",
                                     "platform.clusters.main.nodes=1000")
        self.wait_for(self.part)
        process.send_signal(signal.SIGINT)
        self.check_partial(process)

    def test_a_second_one_ends_it_at_once(self):
        def catches_interrupts():
            mask = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
            return bool(int(mask.group(1), 16) & 1 << (signal.SIGINT - 1))

        process = self.start_program("small.yaml", "--out", "o", *ENDLESS)
        # So much has happened that writing the rest takes a while.
        self.wait_for(lambda: self.part() and (self.part() / "segments.csv").exists()
                      and (self.part() / "segments.csv").stat().st_size > 40_000_000, 10 * LIMIT_S)  # a sanitized build is slow
        process.send_signal(signal.SIGINT)
        self.wait_for(lambda: not catches_interrupts())  # it has seen the first
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT_S)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertFalse((self.folder / "o").exists())


class BadInput(ProgramTest):
    def test_what_is_no_scenario_file(self):
        self.rejected("missing.yaml", says="missing.yaml.*(no such|not found|does not exist|cannot)")
        (self.folder / "folder").mkdir()
        self.rejected("folder", says="folder.*(is a (directory|folder))")
        self.write("binary.yaml", bytes(range(256)) * 100)
        self.rejected("binary.yaml", says="binary.yaml")
        self.rejected(PROGRAM, says=".")
        self.write("empty.yaml", "")
        self.rejected("empty.yaml", says="empty.yaml")
        self.write("comment.yaml", "# nothing\n")
        self.rejected("comment.yaml", says="comment.yaml")
        self.write("list.yaml", "- 1\n- 2\n")
        self.rejected("list.yaml", says="list.yaml")
        self.write("broken.yaml", "a: [1, 2\nb: {")
        self.rejected("broken.yaml", says="broken.yaml")
        self.rejected("/dev/null", says="/dev/null")

    def test_a_file_of_a_hundred_megabytes(self):
        with (self.folder / "large.yaml").open("wb") as file:
            for _ in range(100):
                file.write(b"a: 1\n" * 200_000)
        begin = time.monotonic()
        self.rejected("large.yaml", says="large.yaml.*(large|MB)")
        self.assertLess(time.monotonic() - begin, 20)

    def test_a_file_that_never_ends(self):
        self.rejected("/dev/zero", says="/dev/zero")
        os.mkfifo(self.folder / "fifo")
        self.rejected("fifo", says="fifo")

    def test_wrong_values(self):
        for assignment, says in (
                ("stop.trials=-3", "'trials' must be from 1"),
                ("stop.trials=0", "'trials' must be from 1"),
                ("stop.trials=1e30", "'trials' must be"),
                ("stop.trials=2.5", "'trials' must be a whole number"),
                ("stop.trials=[1, 2]", "'trials' must be"),
                ("stop.time=5", "'5' has no unit"),
                ("stop.time=5 kWh", "'5 kWh' is an energy"),
                ("stop.time=0 h", "'time' must be more than 0"),
                ("stop.energy=-1 kWh", "'energy' must be more than 0"),
                ("stop.target=.nan", "'target' must be a finite number"),
                ("stop.resource=.inf", "'resource' must be a finite number"),
                ("search.resource.max=.nan", "'max' must be a finite number"),
                ("search.resource.max=-1", "'max' must be more than 0"),
                ("search.resource.min=6", "'min' is more than 'max'"),
                ("search.resource.unit=\"\"", "a unit needs a name"),
                ("search.strategy=randon", "did you mean 'random'"),
                ("search.parallel_trials=0", "'parallel_trials' must be from 1"),
                ("search=random", "search"),
                ("objective={minimise: \"\"}", "an objective needs a name"),
                ("objective={minimise: a, maximise: b}", "minimised or maximised, not both"),
                ("workload.kind=fixd", "did you mean 'fixed'"),
                ("workload.power=9999 W", "draws 9999 W on v100-sxm2, which draws at most"),
                ("workload.seconds_per_unit=0 s", "seconds_per_unit"),
                ("platform=v100-node-x9", "did you mean 'v100-node-x8'"),
                ("platform=../quick", "platform"),
                ("platform.clusters.main.accelerators_per_node=0", "'accelerators_per_node' must be from 1"),
                ("platform.clusters.main.nodes=0", "'nodes' must be from 1"),
                ("platform.clusters.main.nodes=1e9", "'nodes' must be"),
                ("precision=fp64", "precision"),
                ("seed=-1", "'seed' must"),
                ("seed=99999999999999999999", "'seed' must"),
                ("name=../../elsewhere", "without '/'"),
                ("name=\"\"", "name"),
                ("checkpoint.bandwidth=0 GB/s", "bandwidth"),
                ("checkpoint.resume=maybe", "resume"),
                ("scheduling.policy=lifo", "policy"),
                ("accounting.accelerator_hours=some", "accelerator_hours"),
                ("nonsense=1", "unknown key 'nonsense'"),
        ):
            with self.subTest(assignment):
                self.rejected("small.yaml", "--set", assignment, says=re.escape(says))

    def test_all_mistakes_are_told_at_once_with_their_places(self):
        self.write("bad.yaml", SMALL.replace("trials: 10", "trails: 10").replace("seed: 3", "seed: many"))
        said = self.rejected("bad.yaml", says=r"bad.yaml:2:7: error: 'seed'")
        self.assertRegex(said, r"bad.yaml:7:8: error: unknown key 'trails'.*did you mean 'trials'")

    def test_a_key_that_is_there_twice(self):
        self.write("twice.yaml", SMALL + "seed: 4\n")
        self.rejected("twice.yaml", says="twice.yaml:8:1: error: .*seed")

    def test_a_cyclic_include(self):
        self.write("a.yaml", "include: b.yaml\n" + SMALL)
        self.write("b.yaml", "include: a.yaml\n")
        self.rejected("a.yaml", says="include")
        self.write("self.yaml", "include: self.yaml\n" + SMALL)
        self.rejected("self.yaml", says="include")

    def test_a_campaign_that_nothing_ends(self):
        self.write("endless.yaml", SMALL.replace("stop: {trials: 10}\n", ""))
        self.rejected("endless.yaml", says="nothing is sure to end this campaign")
        self.rejected("endless.yaml", "--set", "stop.target=0.1", says="nothing is sure to end this campaign")
        free = ("--set", "platform.clusters.main.accelerator_price=0 USD/h",
                "--set", "platform.clusters.main.site.electricity_price=0 USD/kWh")
        self.rejected("endless.yaml", "--set", "stop.cost=5 USD", *free, says="nothing is sure to end")
        self.assertEqual(self.run_program("endless.yaml", "--set", "stop.time=1 h", "--quiet").returncode, 0)

    def test_what_has_no_price_is_said_to_have_none(self):
        free = self.run_program("small.yaml", "--set", "platform.clusters.main.accelerator_price=0 USD/h").stdout
        self.assertRegex(free, r"cost +accelerators without a price, \d+ USD electricity")

    def test_a_trial_that_fits_nowhere(self):
        self.rejected("small.yaml", "--set", "workload.memory=17 GB",
                      says="no trial fits .* needs 17 GB on each accelerator, and v100-sxm2 .* has 16 GB")
        self.rejected("small.yaml", "--set", "workload.accelerators=9",
                      says="no trial fits .* needs 9 accelerators, and cluster 'main' has 8")

    def test_a_precision_that_an_accelerator_lacks(self):
        tpu = ("--set", "platform=tpu-v2-x200", "--set", "workload.power=200 W")
        self.assertEqual(self.run_program("check", "small.yaml", *tpu).returncode, 0)
        self.rejected("small.yaml", *tpu, "--set", "precision=fp16", says="no fp16 rate, and no fp32 rate")
        # A V100 has no bf16: it computes at its fp32 rate.
        self.assertEqual(self.run_program("check", "small.yaml", "--set", "precision=bf16").returncode, 0)


class Installed(ProgramTest):
    def test_the_installed_program_finds_its_platforms_and_scenarios(self):
        build = Path(PROGRAM).parent
        prefix = self.folder / "prefix"
        installed = subprocess.run(["cmake", "--install", build, "--prefix", prefix], capture_output=True, text=True)
        if installed.returncode != 0 and "file INSTALL cannot find" not in installed.stderr and not prefix.exists():
            self.skipTest("not a build folder")
        self.assertEqual(installed.returncode, 0, installed.stderr)
        program = prefix / "bin/campaign-sim"
        result = self.run_program("small.yaml", "--out", "a", program=program)
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.run_program("scenarios/quick.yaml", "--out", "b", program=program)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("v100-sxm2", self.run_program("list", "accelerators", program=program).stdout)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=1)
