#!/usr/bin/python3
"""From a log to an entry of the catalogue to a run that uses it; and the figure of it."""

import json
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PROGRAM = sys.argv.pop(1)

SCENARIO = """\
name: calibrated
platform: {clusters: {main: {site: france, accelerator: %s, nodes: 1, accelerators_per_node: 4%s}}}
workload: {kind: fixed, seconds_per_unit: 2 s, utilisation: 0.5}
space: {x: {float: [0, 1]}}
search: {strategy: random, resource: {unit: epoch, max: 5}}
stop: {trials: 8}
"""


def known_watts(utilisation):
    return 45 + 235 * utilisation**0.5


def smi_log(scale=1.0, name="NVIDIA A40"):
    draws = random.Random(3)
    lines = ["timestamp, name, power.draw [W], utilization.gpu [%]"]
    for i in range(360):
        percent = (0, 10, 30, 50, 80, 100)[i // 60]
        watts = scale * (known_watts(percent / 100) + draws.gauss(0, 3))
        lines.append(f"2024/05/31 10:{i // 60:02d}:{i % 60:02d}.100, {name}, {watts:.2f} W, {percent} %")
    return "\n".join(lines) + "\n"


class CalibrateTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def call(self, *command):
        return subprocess.run([str(word) for word in command], cwd=self.folder, text=True, capture_output=True,
                              check=False, timeout=300)

    def calibrate(self, *arguments):
        return self.call(PROGRAM, "calibrate", *arguments)

    def energy_with(self, accelerator, more=""):
        self.write("s.yaml", SCENARIO % (accelerator, more))
        done = self.call(PROGRAM, "run", "s.yaml", "--force", "--quiet", "--out", "run")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / "run" / "summary.json").read_text(encoding="utf-8"))["energy_it_kwh"]

    def test_a_log_becomes_an_entry_that_a_run_uses(self):
        self.write("smi.csv", smi_log())
        done = self.calibrate("smi.csv", "--out", "platforms/accelerators/our-a40.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("RMSE 2.9 W, R2 0.999 over 360 readings; valid for utilisation 0.00 to 1.00.", done.stdout)
        entry = (self.folder / "platforms/accelerators/our-a40.yaml").read_text(encoding="utf-8")
        self.assertIn("# Made by: campaign-sim calibrate smi.csv --accelerator a40\n", entry)
        self.assertIn('source: "smi.csv of 2024-05-31 (nvidia-smi, NVIDIA A40)", mark: measured}', entry)
        # Four trials of 10 s at half utilisation, twice: 80 accelerator-seconds, none idle.
        self.assertAlmostEqual(self.energy_with("our-a40") * 3.6e6 / 80, known_watts(0.5), delta=2)
        again = self.calibrate("smi.csv", "--out", "platforms/accelerators/our-a40.yaml")
        self.assertEqual(again.returncode, 2)
        self.assertIn("is there already; choose another, or --force to replace it", again.stderr)
        printed = self.calibrate("smi.csv")
        self.assertEqual(printed.stdout, entry)

    def test_timed_steps_become_the_throughput_of_a_scenario(self):
        rows = ["placement,local_bsz,step_time"]
        for placement, ranks, sync in (("1", 1, 0.0), ("2", 2, 0.3), ("4", 4, 0.4), ("11", 2, 0.5), ("44", 8, 0.8)):
            rows += [f"{placement},{batch},{((0.1 + 0.01 * batch)**2 + sync**2) ** 0.5}" for batch in (8, 16, 32)]
        self.write("steps.csv", "\n".join(rows) + "\n")
        done = self.calibrate("steps.csv", "--speeds", "--out", "ours.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("over 15 steps: 0.0 % off in the median, 0 % at most; 15 within 15 %.", done.stdout)
        self.assertIn("# Made by: campaign-sim calibrate steps.csv --speeds\n", done.stdout)
        self.assertIn("accelerators_over_nodes: [2, 8]", done.stdout)
        block = "".join("  " + line + "\n" for line in (self.folder / "ours.yaml").read_text(encoding="utf-8").splitlines())
        scenario = (SCENARIO % ("v100-sxm2", "")).replace("nodes: 1,", "nodes: 2,")
        self.write("s.yaml", scenario.replace("workload: {kind: fixed, seconds_per_unit: 2 s, utilisation: 0.5}",
                                              "workload:\n  kind: neural_network\n  parameters: 1 M\n  start_up: 0 s\n"
                                              "  samples_per_unit: 192\n  batch_size: 192\n  accelerators: 6\n" + block))
        ran = self.call(PROGRAM, "run", "s.yaml", "--quiet", "--out", "run")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        summary = json.loads((self.folder / "run" / "summary.json").read_text(encoding="utf-8"))
        # Eight trials of five steps, one after another: six accelerators of two nodes, 32 samples on each.
        self.assertAlmostEqual(summary["makespan_s"] / 40, (0.42**2 + 0.7**2) ** 0.5, delta=0.002)
        drawn = self.call("/usr/bin/python3", ROOT / "analysis" / "plot_calibration.py", "ours.csv")
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        self.assertTrue((self.folder / "ours.png").exists())

    def test_steps_that_cannot_be_fitted_are_refused_with_their_place(self):
        head = "nodes,accelerators,local_batch,step_time\n"
        for text, message in (
                (head + "1,1,8,120 ms\n", "steps.csv:2: 'step_time' is in 'ms'; it is read in s"),
                ("nodes,accelerators,local_batch\n1,1,8\n", "how long a step takes"),
                ("accelerators,local_batch,step_time\n1,8,1\n", "on how many nodes they are"),
                (head + "1,1,8,1\n2,1,8,1\n", "steps.csv:3: 1 accelerators on 2 nodes"),
                (head + "1,1,8,1\n1,1.5,8,1\n", "steps.csv:3: 'accelerators' is 1.5"),
                (head + "1,1,8,0\n", "steps.csv:2: 'step_time' is 0"),
                (head + "1,1,8,fast\n", "steps.csv:2"),
                (head + "1,1,8,1\n", "all steps have 8 samples"),
                (head + "1,2,8,1\n1,2,16,2\n", "no step is of one accelerator"),
                ("placement,local_bsz,step_time\n1x,8,1\n", "steps.csv:2: placement '1x'")):
            with self.subTest(message):
                self.write("steps.csv", text)
                done = self.calibrate("steps.csv", "--speeds")
                self.assertEqual(done.returncode, 2)
                self.assertIn(message, done.stderr)

    def test_options_that_the_fit_does_not_read_are_refused_all_at_once(self):
        self.write("log.csv", "time,watts,utilisation\n0,50,0\n1,250,1\n")
        for arguments, messages in (
                (("--speeds", "--node", "tiny", "--conversion", "0.9", "--accelerator-power", "a", "--power", "p",
                  "--utilisation", "u", "--time", "t"),
                 ("--node and --speeds", "--conversion and --speeds", "--accelerator-power and --speeds",
                  "--power and --speeds: timed steps have no watts; give one of them", "--utilisation and --speeds",
                  "--time and --speeds")),
                (("--accelerator", "a40", "--node", "h100-node-x8"), ("a node's accelerator is its platform's",)),
                (("--conversion", "0.9", "--accelerator-power", "a", "--force", "--quiet"),
                 ("--conversion goes with --node only (only a node has power supplies)",
                  "--accelerator-power goes with --node only", "--force goes with --out only", "--quiet goes with --out only")),
                (("--node", "h100-node-x8", "--utilisation", "u", "--accelerator-power", "a"),
                 ("both say how loaded the node is",)),
                (("--accelerator", ""), ("--accelerator is empty",)),
                (("./log.csv",), ("./log.csv is given twice, and its readings would count twice",)),
                (("--speeds", "--accelerator", "a4"), ("no 'a4' among the accelerators; did you mean 'a40'?",))):
            with self.subTest(arguments):
                done = self.calibrate("log.csv", *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                for message in messages:
                    self.assertIn(message, done.stderr)

    def test_every_entry_of_the_catalogue_can_be_calibrated(self):
        """Whatever else an entry says (draws, limits), the calibrated one still loads."""
        for name in ("v100-sxm2", "h100-sxm", "tpu-v4"):
            self.write("log.csv", "time,watts,utilisation\n0,90,0\n1,91,0\n2,150,0.5\n3,170,0.9\n")
            done = self.calibrate("log.csv", "--accelerator", name, "--out", f"platforms/accelerators/my-{name}.yaml")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.energy_with(f"my-{name}")

    @unittest.skipUnless(DATA.exists(), "SKIPPED: ../shared/data is not here")
    def test_zeus_trainings_give_an_entry_that_takes_caps(self):
        for name, cap in (("v100-pcie", 150), ("a40", 175)):
            log = DATA / "zeus-nsdi23" / f"summary_power_{name.split('-')[0]}.csv"
            done = self.calibrate(log, "--accelerator", name, "--out", f"platforms/accelerators/zeus-{name}.yaml")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertRegex(done.stdout, r"Caps: energy off by [2-5]\.\d % \(\d+\.\d %\) on average")
            free = self.energy_with(f"zeus-{name}")
            self.assertLess(self.energy_with(f"zeus-{name}", f", power_cap: {cap} W"), free)

    @unittest.skipUnless(DATA.exists(), "SKIPPED: ../shared/data is not here")
    def test_codecarbons_own_log_is_read_and_refused_for_what_it_is_of(self):
        done = self.calibrate(DATA / "codecarbon-data" / "emissions.csv", "--accelerator", "a40")
        self.assertEqual(done.returncode, 2)
        self.assertIn("W is the highest draw, but a40 draws up to 300 W; is the log in kW, or of another machine?",
                      done.stderr)
        done = self.calibrate(DATA / "codecarbon-data" / "emissions.csv")
        self.assertIn("the log calls it 'Apple M1', which none of the catalogue goes by; say it with --accelerator:",
                      done.stderr)

    def test_mistakes_say_what_to_do(self):
        self.write("smi.csv", smi_log())
        self.write("milli.csv", smi_log(scale=1000))
        self.write("many.csv", smi_log(name="NVIDIA A100"))
        self.write("plain.csv", "time,watts\n0,30\n1,200\n")
        self.write("cut.csv", smi_log()[:-8])
        for arguments, words in (
                (("none.csv",), "none.csv: there is no such file"),
                (("milli.csv",), "milli.csv:2: "),
                (("milli.csv",), "but a40 draws at most 300 W; is the log in mW, or of several of them together?"),
                (("many.csv",), "the log calls it 'NVIDIA A100', which none of the catalogue goes by"),
                (("plain.csv",), "which accelerator is it? the logs do not say; say it with --accelerator: a100-pcie-40gb"),
                (("plain.csv", "--accelerator", "a4"), "no 'a4' among the accelerators; did you mean 'a40'?"),
                (("smi.csv", "--out", "our.yml"), "must end in .yaml"),
                (("cut.csv",), "cut.csv:361: 3 cells, but the header has 4"),
                (("smi.csv", "many.csv"), "a fit is of one kind of accelerator")):
            done = self.calibrate(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(words, done.stderr)
        self.assertEqual([path.name for path in self.folder.glob("*.y*ml")], [])

    def test_the_fit_is_drawn(self):
        self.write("smi.csv", smi_log())
        self.calibrate("smi.csv", "--out", "our-a40.yaml")
        done = self.call("/usr/bin/python3", ROOT / "analysis" / "plot_calibration.py", "our-a40.csv")
        if "apt-get install" in done.stderr:
            self.skipTest("SKIPPED: no matplotlib")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue((self.folder / "our-a40.png").stat().st_size > 10_000)
        done = self.call("/usr/bin/python3", ROOT / "analysis" / "plot_calibration.py", "smi.csv")
        self.assertEqual(done.returncode, 2)
        self.assertIn("smi.csv:1: there is no column 'part'", done.stderr)


if __name__ == "__main__":
    unittest.main()
