"""BERT in MLPerf Training on 4 to 64 H100, against simulated trainings over a network. Run by ctest.

    tests/validation/bert_speed_test.py build/dev/campaign-sim            compares
    UPDATE_TABLE=1 tests/validation/bert_speed_test.py …                  writes bert.md, which docs/validation.md shows

Published: samples trained over the run's time, the mean of all successful closed submissions of one round, layout and batch, read
from ../shared/data/mlperf-training. Without the data the test is skipped and says so. Nothing was fitted to these runs. Rounds are
kept apart, since the same eight H100 became 13 % faster from v2.1 to v3.1: that is software, and not how a training scales.
"""

import collections
import csv
import os
import pathlib
import statistics
import sys
import unittest
from typing import NamedTuple

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = ROOT.parent / "shared" / "data" / "mlperf-training" / "runs.csv"
TABLE = pathlib.Path(__file__).with_name("bert.md")
PROGRAM = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/campaign-sim").resolve()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import speed

# BERT-large; unpadded sequences are half of 512 on average (Krell et al. 2021); optimiser states are sharded (apex'
# DistributedFusedLAMB).
SETTINGS = {
    "precision": "fp8", "platform.clusters.main.accelerator.use": "h100-sxm", "workload.architecture": "encoder",
    "workload.layers": 24, "workload.width": 1024, "workload.heads": 16, "workload.feed_forward": 4096,
    "workload.vocabulary": 30522, "workload.sequence_length": 256, "workload.micro_batches": 1, "workload.zero_stage": 1,
}
TOLERANCE = 0.15


class Layout(NamedTuple):
    accelerators: int
    nodes: int
    batch: int


REFERENCE = Layout(8, 1, 768)


def published():
    """Samples/s by (round, layout)."""
    speeds = collections.defaultdict(list)
    with RUNS.open(newline="") as file:
        for run in csv.DictReader(file):
            if (run["benchmark"], run["division"], run["status"]) != ("bert", "closed", "success"):
                continue
            if "H100-SXM" not in run["accelerator_model"] or not 4 <= int(run["accelerators"]) <= 64:
                continue
            layout = Layout(int(run["accelerators"]), int(run["nodes"]), int(run["global_batch_size"]))
            speeds[run["round"], layout].append(float(run["train_samples"]) / float(run["duration_s"]))
    return {key: statistics.mean(values) for key, values in sorted(speeds.items())}


# Whether gradients are summed beside the backward pass. NVIDIA's configurations of v3.1 and v4.0 train on one node with
# DistributedDataParallel (USE_DDP=1), which does it, and on eight without --dwu-overlap-reductions, which that of 96 sets and
# without which apex' optimiser sums them at the end. Taken for the other rounds and submitters, too, who use that software.
def overlap(layout):
    return 1 if layout.nodes == 1 else 0


def simulated(layout):
    settings = {**SETTINGS, "workload.accelerators": layout.accelerators, "workload.batch_size": layout.batch,
                "workload.parallel": f"{{data: {layout.accelerators}, overlap: {overlap(layout)}}}",
                **speed.network_of("h100-sxm", layout.nodes, layout.accelerators // layout.nodes)}
    return layout.batch / speed.simulated_step(PROGRAM, f"BERT {layout}", settings)


class Row(NamedTuple):
    round: str
    layout: Layout
    error: float     # of samples/s: positive is too fast
    relative: float  # the same, relative to that of the eight of one round


def rows():
    speeds = published()
    ours = {layout: simulated(layout) for _, layout in speeds}
    errors = {key: ours[key[1]] / value - 1 for key, value in speeds.items()}
    return [Row(*key, error, (1 + error) / (1 + errors[key[0], REFERENCE]) - 1) for key, error in errors.items()]


def shown(error):
    text = f"{100 * error:+.0f} %".replace("-", "−")
    return f"**{text}**" if abs(error) > TOLERANCE else text


def table(of):
    lines = ["| round | accelerators, nodes, batch | error | of the scaling from 8 |", "|---|---|---:|---:|"]
    for row in of:
        relative = "" if row.layout == REFERENCE else f"{shown(row.relative)} "
        lines.append(f"| {row.round} | {', '.join(map(str, row.layout))} | {shown(row.error)} | {relative}|")
    scaled = [row for row in of if row.layout != REFERENCE]
    within = lambda errors: sum(abs(e) <= TOLERANCE for e in errors)
    lines += ["", f"Within 15 %: {within(row.error for row in of)} of {len(of)} levels, "
                  f"{within(row.relative for row in scaled)} of {len(scaled)} scalings."]
    return "\n".join(lines) + "\n"


@unittest.skipUnless(RUNS.is_file(), "SKIPPED: ../shared/data/mlperf-training is not here")
class Bert(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = rows()
        if os.environ.get("UPDATE_TABLE"):
            TABLE.write_text(table(cls.rows))

    def test_the_table_in_the_docs_is_what_comes_out(self):
        self.assertEqual(table(self.rows), TABLE.read_text())

    def test_how_far_off_the_furthest_are(self):
        self.assertLess(max(abs(row.error) for row in self.rows), 0.25)
        self.assertLess(max(abs(row.relative) for row in self.rows), TOLERANCE)


if __name__ == "__main__":
    unittest.main()
