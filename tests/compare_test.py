#!/usr/bin/env python3
"""campaign-sim compare, end to end: the same bytes however it is run, resumed, and what failed is said."""
import fcntl
import filecmp
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

PROGRAM = sys.argv.pop(1)
TOP_FOLDER = pathlib.Path(__file__).resolve().parent.parent
SCENARIO = str(TOP_FOLDER / "scenarios" / "quick.yaml")
FIGURES = str(TOP_FOLDER / "analysis" / "compare.py")
VARY = ["--vary", "search.strategy=random,sobol", "--seeds", "3"]
TOP = ["comparison.csv", "summaries.csv", "statistics.csv", "anytime.csv", "pareto.csv", "comparison.json"]


def compare(out, *options, vary=VARY):
    command = [PROGRAM, "compare", SCENARIO, *vary, "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


class Compare(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def assert_same_bytes(self, one, other):
        for name in TOP:
            self.assertTrue(filecmp.cmp(one / name, other / name, shallow=False), name)
        files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
        self.assertEqual(files, sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file()))
        for name in files:
            self.assertEqual((one / name).read_bytes(), (other / name).read_bytes(), str(name))

    def test_jobs_and_parts_change_no_byte(self):
        whole = compare(self.folder / "whole", "--jobs", "1")
        self.assertEqual(whole.returncode, 0, whole.stderr)
        parallel = compare(self.folder / "parallel", "--jobs", "4")
        self.assertEqual(parallel.returncode, 0, parallel.stderr)
        self.assert_same_bytes(self.folder / "whole", self.folder / "parallel")

        for part in ("1/2", "2/2"):
            done = compare(self.folder / part.replace("/", "of"), "--shard", part)
            self.assertEqual(done.returncode, 0, done.stderr)
        joined = compare(self.folder / "joined", "--merge", str(self.folder / "1of2"), str(self.folder / "2of2"))
        self.assertEqual(joined.returncode, 0, joined.stderr)
        self.assert_same_bytes(self.folder / "whole", self.folder / "joined")

    def test_only_what_is_missing_is_simulated(self):
        out = self.folder / "out"
        compare(out)
        before = (out / "random" / "seed-1" / "summary.json").stat().st_ino
        (out / "random" / "seed-2" / "cell.json").unlink()
        again = compare(out)
        self.assertIn("5 of 6 replicates are there already", again.stderr)
        self.assertEqual((out / "random" / "seed-1" / "summary.json").stat().st_ino, before)
        changed = compare(out, "--set", "stop.trials=12")
        self.assertIn("6 are of another scenario", changed.stderr)

    def test_parts_that_are_missing_or_of_another_scenario_are_not_joined(self):
        compare(self.folder / "part", "--shard", "1/2")
        missing = compare(self.folder / "part", "--merge")
        self.assertEqual(missing.returncode, 2)
        self.assertIn("3 of 6 replicates are missing: ", missing.stderr)
        other = compare(self.folder / "part", "--merge", "--set", "stop.trials=12")
        self.assertIn("but of another scenario, version or detail", other.stderr)

    def test_a_failed_replicate_is_reported_and_the_others_stand(self):
        out = self.folder / "out"
        compare(out, "--shard", "1/6")
        blocked = out / "sobol" / "seed-2"
        blocked.mkdir(parents=True)
        (blocked / "mine.txt").write_text("not results")
        done = compare(out)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("variant 'sobol', seed 2: ended with status", done.stderr)
        self.assertTrue((blocked / "mine.txt").exists())
        rows = (out / "comparison.csv").read_text().splitlines()
        self.assertEqual(len(rows), 1 + 5)

    def test_one_seed_says_so(self):
        done = compare(self.folder / "out", vary=["--vary", "search.strategy=random,sobol", "--seeds", "1"])
        self.assertIn("One seed only: there are no intervals", done.stdout)
        self.assertIn("this may be luck", done.stdout)
        self.assertIn("No target is named", done.stdout)

    def test_its_figures_are_drawn_and_what_has_no_numbers_is_left_out(self):
        try:
            __import__("matplotlib"), __import__("pandas")
        except ImportError:
            self.skipTest("matplotlib or pandas is not here")
        for seeds, drawn in (("2", {"anytime", "saving", "totals", "ranks", "pareto", "seeds"}),
                             ("1", {"anytime", "totals", "pareto", "seeds"})):
            out = self.folder / seeds
            compare(out, vary=["--vary", "search.strategy=random,sobol", "--seeds", seeds])
            draw = subprocess.run([sys.executable, FIGURES, str(out)], capture_output=True, text=True, timeout=300,
                                  check=False)
            self.assertEqual(draw.returncode, 0, draw.stderr)
            self.assertEqual({path.stem for path in (out / "figures").glob("*.png")}, drawn)
        self.assertIn("no saving: there are no intervals", draw.stderr)

    def test_a_sensitivity_moves_each_input_alone_and_all_at_once(self):
        command = [PROGRAM, "sensitivity", SCENARIO, "--out", str(self.folder / "out"), "--samples", "2"]
        done = subprocess.run([*command, "--input", "workload.power=180 W..260 W"], capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = (self.folder / "out" / "tornado.csv").read_text().splitlines()
        self.assertTrue(rows[1].startswith("workload.power,180 W,260 W,energy_facility_kwh,"), rows[1])
        self.assertGreater(float(rows[1].split(",")[-1]), 0)
        self.assertTrue((self.folder / "out" / "sobol.csv").exists())
        for wrong, words in (("workload.power=180 W", "expected path.to.key=low..high"),
                             ("workload.power=2 W..1 W", "must be less"), ("workload.power=1 W..2 kW", "in one unit")):
            done = subprocess.run([*command, "--input", wrong], capture_output=True, text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)

    def test_without_the_libraries_of_the_report_it_says_how_to_get_them(self):
        installed = self.folder / "usr"
        (installed / "bin").mkdir(parents=True)
        shutil.copy(PROGRAM, installed / "bin" / "campaign-sim")
        share = installed / "share" / "campaign-sim"
        shutil.copytree(TOP_FOLDER / "platforms", share / "platforms")
        shutil.copytree(TOP_FOLDER / "analysis" / "report" / "page", share / "analysis" / "report" / "page")
        (share / "scenarios").mkdir()
        out = self.folder / "out"
        out.mkdir()
        (out / "COMPARISON").write_text("")
        (out / "report.html").write_text("of an earlier comparison")

        program = str(installed / "bin" / "campaign-sim")
        done = subprocess.run([program, "compare", SCENARIO, *VARY, "--out", str(out)], capture_output=True, text=True,
                              timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)  # the comparison is done; only its page is not
        self.assertIn("No report.html: the libraries that draw the report are not there yet", done.stderr)
        self.assertIn("share/campaign-sim/tools/get-report-assets", done.stderr)
        self.assertTrue((out / "comparison.csv").exists())
        self.assertFalse((out / "report.html").exists())
        done = subprocess.run([program, "report", str(out)], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("get-report-assets", done.stderr)

    def test_files_of_another_version_or_another_comparison_are_not_drawn(self):
        out = self.folder / "out"
        compare(out)

        def refusal(name, before, after):
            text = (out / name).read_text()
            (out / name).write_text(text.replace(before, after))
            done = subprocess.run([PROGRAM, "report", str(out)], capture_output=True, text=True, timeout=300, check=False)
            (out / name).write_text(text)
            self.assertEqual(done.returncode, 2, name)
            return done.stderr

        self.assertIn("has results of format 99 (campaign-sim",
                      refusal("comparison.json", '"comparison_format": 2', '"comparison_format": 99'))
        self.assertIn("is not as a comparison of this version writes it (key 'seeds' not found); compare again",
                      refusal("comparison.json", '"seeds"', '"seed"'))
        for key in ("name", "program", "command", "currency"):
            text = refusal("comparison.json", f'"{key}": "', f'"{key}": 3, "was": "')
            self.assertIn("is not as a comparison of this version writes it (type must be string, but is number)", text)
        for name, before, after in (("pareto.csv", "sobol", "asha"), ("anytime.csv", ",mean,", ",average,"),
                                    ("summaries.csv", "sobol,2", "sobol,second")):
            self.assertIn(f"{name} is not as the comparison left it", refusal(name, before, after))
            self.assertRegex(refusal(name, before, after), "truncated or edited; compare again")
        first = pathlib.Path("random") / "seed-1" / "manifest.json"
        self.assertIn("is not JSON as a run writes it", refusal(first, "{", "["))

    def test_variants_that_are_not_valid_are_all_reported_and_nothing_runs(self):
        done = compare(self.folder / "out", "--vary", "search.strategy=random,no_such,nor_this",
                       "--vary", "stop.trials=-1,3", vary=[])
        self.assertEqual(done.returncode, 2)
        for words in ("'no_such'", "'nor_this'", "stop.trials"):
            self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_variants_that_measure_different_things_are_not_compared(self):
        done = compare(self.folder / "out", "--vary", "objective.minimise=validation_error,validation_loss", vary=[])
        self.assertEqual(done.returncode, 2)
        self.assertIn("they cannot be compared", done.stderr)

    def test_after_ctrl_c_what_is_done_stands_and_the_same_command_goes_on(self):
        out = self.folder / "out"
        command = [PROGRAM, "compare", SCENARIO, "--vary", "search.strategy=random,sobol", "--seeds", "40", "--jobs", "1",
                   "--set", "stop.trials=2000", "--out", str(out)]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while not list(out.rglob("cell.json")) and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, error = running.communicate(timeout=120)
        self.assertEqual(running.returncode, 130, error)
        done = len(list(out.rglob("cell.json")))
        self.assertIn(f"Interrupted: {done} of 80 replicates are done; the same command goes on from there", error)
        self.assertLess(done, 80)
        self.assertFalse((out / "comparison.csv").exists())
        self.assertEqual([path.name for path in out.rglob("*.part-*")], [])
        again = subprocess.run([*command, "--shard", "1/40"], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("1 of 2 replicates are there already", again.stderr)

    def test_on_a_narrow_terminal_there_is_a_line_per_variant_redrawn_in_place(self):
        ours, theirs = pty.openpty()
        columns = 34
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, columns, 0, 0))
        command = [PROGRAM, "compare", SCENARIO, "--vary", "search.strategy=random,sobol,latin_hypercube", "--seeds", "8",
                   "--jobs", "1", "--set", "stop.trials=2000", "--out", str(self.folder / "out")]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # what Linux says when the other end is closed
            pass
        os.close(ours)
        self.assertEqual(running.wait(timeout=300), 0)
        frames = [frame for frame in re.split("\033\\[\\d+A\033\\[J", shown.decode().replace("\r", ""))
                  # What is said once the lines are gone: how to get what the report is drawn with.
                  if frame and not frame.startswith("No report.html")]
        self.assertGreater(len(frames), 1)
        for frame in frames:
            lines = frame.splitlines()
            self.assertEqual([line.split()[0] for line in lines], ["random", "sobol", "latin_hyper"], frame)
            for line in lines:
                self.assertLess(len(line), columns)
        self.assertRegex(frames[-1], r"random +\d of 8 · best 0\.\d+")

    def test_a_target_that_nobody_reaches_is_said_to_be_so(self):
        done = compare(self.folder / "out", "--target", "0.0001")
        self.assertIn("no variant got there with any seed", done.stdout)

    def test_a_folder_of_somebody_else_is_left_alone(self):
        (self.folder / "thesis.tex").write_text("\\documentclass{book}")
        done = compare(self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(os.listdir(self.folder), ["thesis.tex"])

    def test_a_folder_of_the_other_sub_command_is_left_alone(self):
        compare(self.folder / "compared", "--seeds", "1", vary=[])
        vary = ["--input", "platform.clusters.main.site.pue=1.1..1.2", "--quiet", "--out"]
        for out, words in (("compared", "compared is not of campaign-sim sensitivity"), ("moved", "")):
            done = subprocess.run([PROGRAM, "sensitivity", SCENARIO, *vary, str(self.folder / out)], capture_output=True,
                                  text=True, timeout=300, check=False)
            self.assertEqual(done.returncode, 2 if words else 0, done.stderr)
            self.assertIn(words, done.stderr)
        before = sorted(path.name for path in (self.folder / "moved").iterdir())
        done = compare(self.folder / "moved", vary=[])
        self.assertEqual(done.returncode, 2)
        self.assertIn("moved is not of campaign-sim compare", done.stderr)
        self.assertEqual(sorted(path.name for path in (self.folder / "moved").iterdir()), before)

    def test_replicates_that_were_cut_or_edited_are_simulated_again(self):
        whole, out = self.folder / "whole", self.folder / "out"
        compare(whole)
        shutil.copytree(whole, out)
        cell = out / "random" / "seed-2"
        for name in ("summary.json", "incumbent.csv", "manifest.json"):
            # A run takes a folder for its own by how the manifest begins.
            for damaged in ((cell / name).read_bytes()[:-30], (cell / name).read_bytes().replace(b"0", b"9")):
                (cell / name).write_bytes(damaged)
                joined = compare(self.folder / "joined", "--merge", str(out))
                self.assertEqual(joined.returncode, 2, name)
                self.assertIn("1 of 6 replicates are missing: random, seed 2", joined.stderr)
                done = compare(out)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("1 are of another scenario, version or detail, or were changed since", done.stderr)
                self.assert_same_bytes(whole, out)
            if name == "manifest.json":
                continue
            (cell / name).unlink()
            (cell / name).mkdir()
            self.assertEqual(compare(out).returncode, 0)
            self.assert_same_bytes(whole, out)

    def test_variants_that_do_not_differ_are_refused(self):
        for vary, words in (("stop.trials=5,\"5\"", "they are the same scenario"),
                            ("name=a,b", "it is a label and changes no result"),
                            ("stop.trials=5,5", "a value stands there twice")):
            done = compare(self.folder / "out", vary=["--vary", vary])
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_bad_options_are_refused_before_anything_runs(self):
        for options, words in ((["--merge", "--shard", "1/2"], "--shard and --merge"), (["--merge", "--jobs", "2"], "--jobs and --merge"),
                               (["--merge", "nowhere"], "nowhere: there is no such folder"),
                               (["--merge", str(self.folder)], "holds no part of a comparison"),
                               (["--target", "nan"], "nan is no finite number"), (["--target", "inf"], "no finite number"),
                               (["--set", "search.strategy=random"], "--set search.strategy=random fixes what this varies"),
                               (["--seed", "9223372036854775807"], "the last seed would be beyond"),
                               (["--seed", "99999999999999999999"], "99999999999999999999 is no whole number from 0")):
            done = compare(self.folder / "out", *options)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "out").exists())
        for options, words in ((["--shard", "3/2"], "expected i/N"), (["--vary", "stop.trials=no"], "variant"),
                               (["--vary", "search.strategy=tpe"], "varies already"),
                               (["--seeds", "0"], "seeds"), (["--jobs", "0"], "jobs")):
            done = compare(self.folder / "out", *options)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
