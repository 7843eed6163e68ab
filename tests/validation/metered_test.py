"""Metered runs and campaigns from ../shared/data, predicted without having been fitted to. Run by ctest.

    tests/validation/metered_test.py build/dev/campaign-sim

MLPerf Training v4.0: every single-node run, its benchmark left out when the node was fitted. EC-NAS: 2,012 architectures,
five folds, watts from the other four. Without the data the tests are skipped and say so.
"""

import csv
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PROGRAM = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/campaign-sim").resolve()

# Of platforms/h100-node-x8-metered.yaml: everything but the fans, which are fitted here.
HOST_W, HELD_W, CONVERSION = 1471, 34, 0.972
GPU_IDLE_W, GPU_TRAINING_W = 70, 70 + 0.87 * 630


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def needs(folder):
    return unittest.skipUnless((DATA / folder).is_dir(), f"SKIPPED: ../shared/data/{folder} is not here")


def simulate(scenario, *settings):
    """The folder of results; the caller removes it."""
    folder = tempfile.TemporaryDirectory()
    words = [str(PROGRAM), str(scenario), "--out", folder.name + "/out", "--quiet"]
    for setting in settings:
        words += ["--set", setting]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def watts_of(*settings):
    with simulate("scenarios/published/mlperf_h100_node.yaml", *settings) as folder:
        summary = json.loads(pathlib.Path(folder, "out", "summary.json").read_text())
    assert summary["ledger_energy_error"] <= 1e-9
    return summary["energy_it_kwh"] * 3.6e6 / summary["makespan_s"]


def share_within(errors, tolerance):
    return sum(abs(e) <= tolerance for e in errors) / len(errors)


@needs("mlperf-power")
class OneNode(unittest.TestCase):
    def predict(self, side):
        """The relative error of each run's energy, given its duration."""
        to_wall = CONVERSION if side == "AC" else 1
        runs = [r for r in rows_of(DATA / "mlperf-power/runs.csv") if r["measurement"] == side and r["nodes"] == "1"]
        means = {b: statistics.mean(float(r["mean_system_w"]) for r in runs if r["benchmark"] == b)
                 for b in sorted({r["benchmark"] for r in runs})}
        self.assertEqual(len(means), 6)
        errors = []
        for benchmark in means:
            others = statistics.mean(w for b, w in means.items() if b != benchmark)
            fans = (others * to_wall - HOST_W - 8 * HELD_W - 8 * GPU_TRAINING_W) / (8 * (GPU_TRAINING_W - GPU_IDLE_W))
            node = "platform.clusters.main.node_power."
            watts = watts_of(f"{node}fans={max(fans, 0)}", f"{node}conversion={to_wall}")
            errors += [watts * float(r["duration_s"]) / 3.6e6 / float(r["energy_kwh_run"]) - 1
                       for r in runs if r["benchmark"] == benchmark]
        print(f"MLPerf, one node, {side}: {len(errors)} runs, mean {statistics.mean(errors):+.1%}, "
              f"median {statistics.median(map(abs, errors)):.1%}, largest {max(map(abs, errors)):.1%}")
        return errors

    def test_every_run_on_the_ac_side_is_within_5_percent(self):
        errors = self.predict("AC")
        self.assertEqual(len(errors), 50)
        self.assertLess(max(map(abs, errors)), 0.05)

    def test_every_run_on_the_dc_side_is_within_5_percent(self):
        self.assertLess(max(map(abs, self.predict("DC"))), 0.05)


@needs("ec-nas-energy")
class ArchitectureSearch(unittest.TestCase):
    FOLDS = 5

    def energies(self, rows, gpu_w, cpu_w):
        """kWh of each row as a trial of one campaign, given its seconds."""
        with tempfile.TemporaryDirectory() as folder:
            table = pathlib.Path(folder, "rows.csv")
            with table.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
            scenario = pathlib.Path(folder, "ecnas.yaml")
            scenario.write_text(f"""
platform:
  clusters:
    main: {{site: us-average-2023, accelerator: rtx-6000, nodes: 1, accelerators_per_node: 1, node_power: {{idle: {cpu_w} W}}}}
workload:
  {{kind: table, table: {table}, match: row, metric: trainable_params, seconds_column: total_time_s, power: {gpu_w} W}}
space: {{row: {{int: [1, {len(rows)}]}}}}
search: {{strategy: grid, resource: {{unit: training, max: 1}}}}
""")
            with simulate(scenario) as results:
                trials = rows_of(pathlib.Path(results, "out", "trials.csv"))
        self.assertEqual(len(trials), len(rows))
        return {int(t["row"]): float(t["energy_kwh"]) for t in trials}

    def test_sum_and_architectures(self):
        rows = rows_of(DATA / "ec-nas-energy/archs.csv")
        # total_energy_kwh holds a PUE of 1.59: the metered part is that of the two meters.
        metered = [(float(r["gpu_energy_j"]) + float(r["cpu_energy_j"])) / 3.6e6 for r in rows]
        self.assertAlmostEqual(sum(float(r["total_energy_kwh"]) for r in rows) / sum(metered), 1.59, delta=0.001)
        errors = []
        total = 0
        for fold in range(self.FOLDS):
            others = [r for i, r in enumerate(rows) if i % self.FOLDS != fold]
            seconds = sum(float(r["total_time_s"]) for r in others)
            gpu_w, cpu_w = (sum(float(r[key]) for r in others) / seconds for key in ("gpu_energy_j", "cpu_energy_j"))
            energies = self.energies(rows[fold::self.FOLDS], gpu_w, cpu_w)
            total += sum(energies.values())
            errors += [energies[n + 1] / real - 1 for n, real in enumerate(metered[fold::self.FOLDS])]
        print(f"EC-NAS: sum {total / sum(metered) - 1:+.2%}; {len(errors)} architectures, median "
              f"{statistics.median(map(abs, errors)):.1%}, within 15 %: {share_within(errors, 0.15):.1%}, "
              f"largest {max(map(abs, errors)):.1%}")
        self.assertLess(abs(total / sum(metered) - 1), 0.05)
        self.assertLess(statistics.median(map(abs, errors)), 0.06)
        self.assertGreater(share_within(errors, 0.15), 0.95)


@needs("zeus-nsdi23")
class PowerCaps(unittest.TestCase):
    LARGEST = {"ResNet-50": ("resnet50", "imagenet"), "BERT, SQuAD": ("bert_base_uncased", "squad"),
               "BERT, Sentiment140": ("bert_base_uncased", "sentiment140"), "DeepSpeech2": ("deepspeech2", "librispeech"),
               "ShuffleNetV2": ("shufflenetv2", "cifar100")}

    def bursts(self, card, rows):
        with tempfile.TemporaryDirectory() as folder:
            log = pathlib.Path(folder, "half.csv")
            with log.open("w", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
            done = subprocess.run([str(PROGRAM), "calibrate", str(log), "--accelerator", card], cwd=ROOT,
                                  capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return tuple(map(float, re.search(r"bursts: {draw: ([\d.]+) W, share: ([\d.]+)}", done.stdout).groups()))

    def test_the_bursts_of_case_25_are_what_calibrate_makes_of_half_of_the_readings(self):
        sys.path.insert(0, str(ROOT / "tests/validation"))
        import power
        for card, trainings in power.CAPPED.items():
            rows = rows_of(DATA / f"zeus-nsdi23/summary_power_{card.split('-')[0]}.csv")
            for training, (_, from_first, from_others, _) in trainings.items():
                own = [r for r in rows if (r["network"], r["dataset"]) == self.LARGEST[training]
                       and r["optimizer"] != "adam"]
                largest = max(int(r["batch_size"]) for r in own)
                own = sorted((r for r in own if int(r["batch_size"]) == largest), key=lambda r: float(r["power_limit"]))
                free, capped = own[-1], own[:-1]
                for half, (draw, share) in enumerate((from_first, from_others)):
                    found = self.bursts(card, capped[half::2] + [free])
                    self.assertAlmostEqual(found[0], draw, delta=1.5, msg=f"{card}, {training}, half {half}: {found}")
                    self.assertAlmostEqual(found[1], share, delta=0.005, msg=f"{card}, {training}, half {half}: {found}")


if __name__ == "__main__":
    unittest.main()
