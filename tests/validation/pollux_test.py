"""Pollux' throughput model fitted to a part of what Pollux and Gavel timed, and judged on the rest. Run by ctest.

    tests/validation/pollux_test.py build/dev/campaign-sim            compares
    UPDATE_TABLE=1 tests/validation/pollux_test.py …                  writes pollux.md, which docs/validation.md shows

As a user would: `calibrate --speeds` fits a table of timed steps, and a scenario's workload takes what it prints. Placements on
which a trial cannot lie (of Pollux' with unequal nodes, those whose number of nodes is not what filling nodes gives) are not judged.
Without the data the test is skipped and says so.
"""

import collections
import concurrent.futures
import csv
import itertools
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import unittest
from typing import NamedTuple

sys.dont_write_bytecode = True

import scaling_data
from scaling_data import DATA
from scaling_runs import ROOT, STEPS, percent, step_times, within

TABLE = pathlib.Path(__file__).with_name("pollux.md")
PROGRAM = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/campaign-sim").resolve()
POLLUX = {"cifar10": "ResNet-18", "imagenet": "ResNet-50", "ncf": "NCF", "yolov3": "YOLOv3"}

# What the accelerator and the network are does not matter: the law is the step's time.
SCENARIO = """
name: pollux
platform: {{clusters: {{main: {{site: us-average-2023, accelerator: v100-sxm2, nodes: {nodes}, accelerators_per_node: {per_node}}}}}}}
workload:
  kind: neural_network
  parameters: 1 M
  accelerators: {ranks}
  start_up: 0 s
{law}
space: {{batch_size: {{choice: {batches}}}}}
search: {{strategy: grid, resource: {{unit: step, max: {steps}}}}}
"""


def constants(timed):
    """What calibrate prints, without the ranges it was fitted to: what lies beyond them is judged, too."""
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "steps.csv")
        with open(log, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("nodes", "accelerators", "batch_per_accelerator", "step_time_s"))
            writer.writerows((t.nodes, t.ranks, t.batch, t.seconds) for t in timed)
        done = subprocess.run([str(PROGRAM), "calibrate", str(log), "--speeds"], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return re.sub(r"\n *(batch_per_accelerator|accelerators_\w+): \[.*\]", "", done.stdout)


def per_node(nodes, ranks):
    """So many accelerators a node that the ranks fill so many nodes; None: no number does."""
    return next((each for each in range(1, ranks + 1) if -(-ranks // each) == nodes), None)


def errors_at(law, nodes, ranks, measured):
    """Of (batch, seconds) on one placement."""
    batches = sorted({batch for batch, _ in measured})
    scenario = SCENARIO.format(nodes=nodes, per_node=per_node(nodes, ranks), ranks=ranks, steps=STEPS,
                               law="\n".join("  " + line for line in law.splitlines()),
                               batches=[ranks * batch for batch in batches])
    simulated = step_times(PROGRAM, scenario, ranks)
    return [(batch, simulated[batch] / seconds - 1) for batch, seconds in measured]


def errors(given, judged):
    """(batch per accelerator, error) of the judged steps."""
    law = constants(given)
    placements = collections.defaultdict(list)
    for timed in judged:
        if per_node(timed.nodes, timed.ranks):
            placements[timed.nodes, timed.ranks].append((timed.batch, timed.seconds))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [error for part in pool.map(lambda item: errors_at(law, *item[0], item[1]), sorted(placements.items())) for error in part]


class Line(NamedTuple):
    source: str
    network: str
    given: str
    judged: list  # (batch per accelerator, error)

    @property
    def errors(self):
        return [error for _, error in self.judged]

    @property
    def within(self):
        return within(self.errors)

    @property
    def curves(self):
        """The mean error, without its sign, of each curve: the steps of one batch over all judged placements."""
        of_batch = collections.defaultdict(list)
        for batch, error in self.judged:
            of_batch[batch].append(abs(error))
        return [statistics.mean(errors) for _, errors in sorted(of_batch.items())]


def by_placement(timed):
    """The steps of each (nodes, ranks) of several; those of one accelerator."""
    several = collections.defaultdict(list)
    for one in timed:
        if one.ranks > 1:
            several[one.nodes, one.ranks].append(one)
    return [steps for _, steps in sorted(several.items(), key=lambda item: (item[0][1], item[0][0]))], [t for t in timed if t.ranks == 1]


def flat(lists):
    return [one for each in lists for one in each]


def pollux_lines():
    for folder, network in POLLUX.items():
        several, alone = by_placement(list(scaling_data.pollux(folder)))
        halves = several[::2], several[1::2]
        judged = flat(errors(alone + flat(given), flat(rest)) for given, rest in (halves, halves[::-1]))
        yield Line("Pollux", network, "every other placement", judged)
        small = [t for t in flat(several) if t.ranks <= 8]
        yield Line("Pollux", network, "up to 8 accelerators: of 9 to 64", errors(alone + small, [t for t in flat(several) if t.ranks > 8]))


def repeats():
    """How well the measurements repeat: of one placement, the time of another order of its nodes over that of the first."""
    for folder, network in POLLUX.items():
        alike = collections.defaultdict(list)
        for timed in scaling_data.pollux(folder):
            alike[timed.each, timed.batch].append(timed.seconds)
        yield Line("Pollux", network, "the same nodes in another order: nothing is fitted",
                   [(batch, b / a - 1) for (_, batch), times in alike.items() for a, b in itertools.permutations(times, 2)])


def gavel_lines():
    trainings = collections.defaultdict(list)
    for card, network, timed in scaling_data.gavel():
        trainings[card, network].append(timed)
    for (card, network), timed in trainings.items():
        several, alone = by_placement(timed)
        if not several or len({t.batch for t in alone}) < 2:
            continue
        judged = flat(errors(alone + flat(several[:i] + several[i + 1:]), several[i]) for i in range(len(several))
                      if any(given[0].nodes > 1 for given in several[:i] + several[i + 1:]) or several[i][0].nodes == 1)
        yield Line("Gavel, " + card.upper(), network, "every placement but the judged one", judged)


def table(lines):
    text = ["| measured by | network | given | rows | within 15 % | median, without sign | least, most | curves | within 15 % |",
            "|---|---|---|---:|---:|---:|---|---:|---:|"]
    text += [f"| {x.source} | {x.network} | {x.given} | {len(x.errors)} | {x.within} | "
             f"{100 * statistics.median(map(abs, x.errors)):.1f} % | {percent(min(x.errors))}, {percent(max(x.errors))} | "
             f"{len(x.curves)} | {within(x.curves)} |" for x in lines]
    return "\n".join(text + ["", together(lines)]) + "\n"


def together(lines):
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for x in lines:
        key = x.source.split(",")[0], x.given
        sums[key] = [a + b for a, b in zip(sums[key], (x.within, len(x.errors), within(x.curves), len(x.curves)))]
    return "Within 15 %, together: " + "; ".join(f"{source}, given {given}: {rows_in} of {rows} rows, {curves_in} of {curves} curves"
                                                 for (source, given), (rows_in, rows, curves_in, curves) in sums.items()) + "."


@unittest.skipUnless((DATA / "pollux-throughput").is_dir(), "SKIPPED: ../shared/data/pollux-throughput is not here")
class Pollux(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = [*pollux_lines(), *repeats(), *gavel_lines()]
        if os.environ.get("UPDATE_TABLE"):
            TABLE.write_text(table(cls.lines))

    def test_the_table_in_the_docs_is_what_comes_out(self):
        self.assertEqual(table(self.lines), TABLE.read_text())

    def test_most_of_pollux_placements_are_within_the_tolerance(self):
        lines = [x for x in self.lines if x.source == "Pollux" and "fitted" not in x.given]
        self.assertGreater(sum(x.within for x in lines), 0.8 * sum(len(x.errors) for x in lines))


if __name__ == "__main__":
    unittest.main()
