"""How trainings scale over accelerators, given how fast one of them is: Pollux' and Gavel's measurements. Run by ctest.

    tests/validation/scaling_test.py build/dev/campaign-sim            compares
    UPDATE_TABLE=1 tests/validation/scaling_test.py …                  writes scaling.md, which docs/validation.md shows

Given are the measured step of one accelerator (`measured_on: accelerator`), the size of the network and the links; the exchange of
gradients is simulated. Links: as published, or the bandwidth that fits other rows than those judged. Only networks whose size is
known, and placements with as many accelerators on each node. Without the data the test is skipped and says so.
"""

import collections
import concurrent.futures
import functools
import math
import os
import pathlib
import statistics
import sys
import unittest
from typing import NamedTuple

sys.dont_write_bytecode = True

import scaling_data
from scaling_data import DATA
from scaling_runs import ROOT, STEPS, percent, step_times, within

TABLE = pathlib.Path(__file__).with_name("scaling.md")
PROGRAM = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/campaign-sim").resolve()

# Parameters: ResNet-18 for CIFAR and ResNet-50, He et al. 2016; YOLOv3, Redmon and Farhadi 2018.
PARAMETERS = {"ResNet-18": 11.174e6, "ResNet-50": 25.557e6, "YOLOv3": 61.949e6}
POLLUX = {"cifar10": "ResNet-18", "imagenet": "ResNet-50", "yolov3": "YOLOv3"}
# GB/s. Pollux ran on AWS g4dn.12xlarge: 50 Gbit/s a node, of which one flow gets 5; GPUs on PCIe 3.0 of 16 lanes.
NODE_GBYTE_S, FLOW_GBYTE_S, PCIE_GBYTE_S = 6.25, 0.625, 16
GRID = [0.2 * 2 ** (i / 4) for i in range(25)]  # of bandwidths to fit: 0.2 to 12.8 GB/s

# The accelerator's own numbers matter to nothing here but the level: T4, NVIDIA's datasheet of 2018.
SCENARIO = """
name: scaling
precision: fp32
platform:
  clusters:
    main:
      site: us-average-2023
      accelerator: {{idle: 10 W, max: 70 W, peak: {{fp32: 8.1 TFLOP/s}}, memory: 1 TB, memory_bandwidth: 320 GB/s}}
      nodes: {nodes}
      accelerators_per_node: {per_node}
      network:
        all_reduce: ring
        in_node: {{bandwidth: {inside} GB/s, latency: 3.4 us}}
        between_nodes: {{bandwidth: {between} GB/s, latency: 7 us}}
workload:
  kind: neural_network
  parameters: {parameters}
  precision: fp32
  optimiser: momentum
  parallel: {{data: {ranks}}}
  start_up: 0 s
{speed}
space: {{batch_size: {{choice: {batches}}}}}
search: {{strategy: grid, resource: {{unit: step, max: {steps}}}}}
"""


class Placement(NamedTuple):
    nodes: int
    per_node: int

    @property
    def ranks(self):
        return self.nodes * self.per_node


ALONE = Placement(1, 1)


class Training(NamedTuple):
    """One network on one kind of machine: seconds of a step by placement and batch of one accelerator."""

    source: str
    network: str
    steps: dict

    def several(self, wanted=lambda placement: True):
        return [p for p in self.steps if p != ALONE and wanted(p)]


def trainings():
    for folder, network in POLLUX.items():
        steps = collections.defaultdict(dict)
        for timed in scaling_data.pollux(folder):
            if timed.even:
                steps[Placement(timed.nodes, timed.ranks // timed.nodes)].setdefault(timed.batch, timed.seconds)
        yield Training("Pollux", network, dict(steps))
    of_gavel = collections.defaultdict(lambda: collections.defaultdict(dict))
    for card, network, timed in scaling_data.gavel():
        if network in PARAMETERS:
            of_gavel[card, network][Placement(timed.nodes, timed.ranks // timed.nodes)][timed.batch] = timed.seconds
    for (card, network), steps in of_gavel.items():
        yield Training("Gavel, " + card.upper(), network, dict(steps))


def run(network, placement, batches, speed, inside, between):
    """Seconds of a step by batch of one accelerator."""
    scenario = SCENARIO.format(nodes=placement.nodes, per_node=placement.per_node, ranks=placement.ranks, inside=inside,
                               between=between, parameters=PARAMETERS[network], speed=speed,
                               batches=[placement.ranks * batch for batch in batches], steps=STEPS)
    return step_times(PROGRAM, scenario, placement.ranks)


@functools.lru_cache(maxsize=None)
def errors(number, placement, inside, between):
    """Of the step of every batch that one accelerator was measured with, too."""
    training = TRAININGS[number]
    alone, measured = training.steps[ALONE], training.steps[placement]
    batches = [batch for batch in measured if batch in alone]
    rows = ", ".join(f"{{batch: {batch}, value: {alone[batch]}}}" for batch in batches)
    speed = f"  measured_on: accelerator\n  throughput: {{unit: s/step, rows: [{rows}]}}"
    simulated = run(training.network, placement, batches, speed, inside, between)
    return tuple(simulated[batch] / measured[batch] - 1 for batch in batches)


def all_errors(jobs):
    """Of (number of the training, placement, inside, between), in their order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [error for part in pool.map(lambda job: errors(*job), jobs) for error in part]


def jobs_of(numbers, wanted, inside=PCIE_GBYTE_S, between=NODE_GBYTE_S):
    return [(number, placement, inside, between) for number in numbers for placement in TRAININGS[number].several(wanted)]


in_one_node = lambda placement: placement.nodes == 1
over_nodes = lambda placement: placement.nodes > 1


def fitted(numbers, wanted, name):
    """The bandwidth of the grid whose errors are the smallest in the square of their logarithm, by thirds."""
    loss = lambda i: sum(math.log1p(e) ** 2 for e in all_errors(jobs_of(numbers, wanted, **{name: GRID[i]})))
    low, high = 0, len(GRID) - 1
    while high - low > 2:
        third = max((high - low) // 3, 1)
        if loss(low + third) <= loss(high - third):
            high -= third
        else:
            low += third
    return GRID[min(range(low, high + 1), key=loss)]


class Line(NamedTuple):
    source: str
    network: str
    what: str
    links: str  # in words, with what they were fitted to
    errors: list
    kind: str = ""  # of the links, without their numbers

    @property
    def within(self):
        return within(self.errors)


def halves(wanted):
    """Every second placement, and the others."""
    chosen = lambda number, part: [p for i, p in enumerate(sorted(TRAININGS[number].several(wanted))) if i % 2 == part]
    return [lambda number, part=part: (lambda p: p in chosen(number, part)) for part in (0, 1)]


def lines_of(number):
    training = TRAININGS[number]
    others = [i for i, t in enumerate(TRAININGS) if t.source == training.source and i != number]
    for what, wanted, name in (("in one node", in_one_node, "inside"), ("over nodes", over_nodes, "between")):
        line = lambda numbers, kind, found: Line(training.source, training.network, what, numbers + kind, found, kind)
        if training.source == "Pollux":
            published = {"inside": PCIE_GBYTE_S} if what == "in one node" else {"between": FLOW_GBYTE_S}
            yield line("", "published", all_errors(jobs_of([number], wanted, **published)))
        bandwidth = fitted(others, wanted, name)
        yield line(f"{bandwidth:.2g} GB/s: ", "of the others", all_errors(jobs_of([number], wanted, **{name: bandwidth})))
        judged, used = [], []
        first, second = halves(wanted)
        for fit_on, judge in ((first, second), (second, first)):
            used.append(fitted([number], fit_on(number), name))
            judged += all_errors(jobs_of([number], judge(number), **{name: used[-1]}))
        yield line(f"{used[0]:.2g}, {used[1]:.2g} GB/s: ", "of half of the placements", judged)


def levels():
    """ResNet-50 on one T4 by the law, with FLOPs and activations as in resnet_speed_test.py, in 32 bits."""
    number = next(i for i, t in enumerate(TRAININGS) if t.source == "Pollux" and t.network == "ResNet-50")
    alone = TRAININGS[number].steps[ALONE]
    law = run("ResNet-50", ALONE, list(alone), "  flops_per_sample: 8.2 G\n  activation_bytes_per_sample: 88.8 M", 1, 1)
    return Line("Pollux", "ResNet-50", "one accelerator", "none: the law", [law[batch] / alone[batch] - 1 for batch in alone])


def table(lines):
    text = ["| measured by | network | placements | links | rows | within 15 % | median | least, most |",
            "|---|---|---|---|---:|---:|---:|---|"]
    text += [f"| {x.source} | {x.network} | {x.what} | {x.links} | {len(x.errors)} | {x.within} | {percent(statistics.median(x.errors))} | "
             f"{percent(min(x.errors))}, {percent(max(x.errors))} |" for x in lines]
    return "\n".join(text + ["", together(lines)]) + "\n"


def together(lines):
    sums = collections.defaultdict(lambda: [0, 0])
    for x in lines:
        if x.kind:
            sums[x.source.split(",")[0], x.what, x.kind][0] += x.within
            sums[x.source.split(",")[0], x.what, x.kind][1] += len(x.errors)
    return "Within 15 %, together: " + "; ".join(f"{source}, {what}, links {kind}: {within} of {rows}"
                                                 for (source, what, kind), (within, rows) in sums.items()) + "."


@unittest.skipUnless((DATA / "pollux-throughput").is_dir(), "SKIPPED: ../shared/data/pollux-throughput is not here")
class Scaling(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        global TRAININGS
        TRAININGS = list(trainings())
        cls.lines = [line for number in range(len(TRAININGS)) for line in lines_of(number)] + [levels()]
        if os.environ.get("UPDATE_TABLE"):
            TABLE.write_text(table(cls.lines))

    def test_the_table_in_the_docs_is_what_comes_out(self):
        self.assertEqual(table(self.lines), TABLE.read_text())

    def test_in_one_node_most_are_within_the_tolerance(self):
        published = [x for x in self.lines if x.links == "published" and x.what == "in one node"]
        self.assertGreater(sum(x.within for x in published), 0.8 * sum(len(x.errors) for x in published))


if __name__ == "__main__":
    unittest.main()
