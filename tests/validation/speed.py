#!/usr/bin/env python3
"""Steps of published trainings against simulated ones: mfu.csv and mfu_nodes.csv, one run of the program for each row.

    tests/validation/speed.py                 a table on the terminal
    tests/validation/speed.py --rows          every row of it
    tests/validation/speed.py --achieved      scaling from 128 to 512 H100 with the bandwidth that was measured on as many
    tests/validation/speed.py --fit           fits the constants of sim/workload/step_time.cpp again

The rows are MosaicML's runs of MPT (llm-foundry, scripts/train/benchmarking, at 061f2c7; from 128 accelerators up on H100 at
c90b9b3): on one node in mfu.csv, on several in mfu_nodes.csv. A published step is the model's FLOPs (6 a parameter and token, 12 · layers · width · sequence length a token) over the printed MFU.
"""

import argparse
import concurrent.futures
import csv
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLES = [pathlib.Path(__file__).with_name(name) for name in ("mfu.csv", "mfu_nodes.csv")]
SCENARIO = "scenarios/training_speed.yaml"
STEPS = 10
PEAK = {("a100-sxm-40gb", "bf16"): 312e12, ("a100-sxm-80gb", "bf16"): 312e12,
        ("h100-sxm", "bf16"): 989.4e12, ("h100-sxm", "fp8"): 1979e12, ("tpu-v4", "bf16"): 275e12}
BANDWIDTH = {"a100-sxm-40gb": 1.555e12, "a100-sxm-80gb": 2.039e12, "h100-sxm": 3.35e12}
PER_NODE = 8
# Each way, in GB/s: NVLink of an accelerator (datasheets), and all NICs of a node: 1600 Gbit/s on A100 (published with the
# rows), eight of 400 Gbit/s on H100 (assumed: as in a DGX H100). All six links of a TPU v4, and of the four on a board (Austin et
# al., How to scale your model, 2025).
LINKS = {"a100-sxm-40gb": (300, 200), "a100-sxm-80gb": (300, 200), "h100-sxm": (450, 400), "tpu-v4": (270, 1080)}
# Of one message of NCCL's ring (Simple protocol) over NVLink and over a network: its own cost model, src/graph/tuning.cc of
# 2.19. Between nodes it passes two links of the star.
HOP_IN_NODE_US, HOP_BETWEEN_NODES_US = 3.4, 14.0
# Of a reduce-scatter on so many nodes of eight H100, GB/s a node (github.com/NVIDIA/nccl, issue 1229; of large messages).
ACHIEVED = {16: 320, 32: 300, 64: 280}
VOCABULARY = 50368
GROUPS = (
    ("fit", "the half that the constants are fitted to"),
    ("held", "the other half"),
    ("nodes", "on 2 to 64 nodes, over a network"),
)
TOLERANCE = 0.15


class Row(NamedTuple):
    half: str
    model: str
    accelerator: str
    precision: str
    layers: int
    width: int
    heads: int
    sequence_length: int
    batch_size: int
    micro_batches: int
    recompute: str
    mfu: float
    accelerators: int = PER_NODE
    zero_stage: int = 3

    @property
    def peak(self):
        return PEAK[self.accelerator, self.precision]

    @property
    def parameters_per_layer(self):
        return 12 * self.width * self.width

    @property
    def parameters(self):
        return self.layers * self.parameters_per_layer + VOCABULARY * self.width

    @property
    def published_step(self):
        token = 6 * self.parameters + 12 * self.layers * self.width * self.sequence_length
        return token * self.sequence_length * self.batch_size / (self.accelerators * self.peak * self.mfu / 100)


def read_rows():
    return [Row(**{key: Row.__annotations__[key](text) for key, text in line.items()})
            for table in TABLES for line in csv.DictReader(table.read_text().splitlines())]


def network_of(accelerator, nodes, per_node=PER_NODE, between=None):
    inside = LINKS[accelerator][0]
    between = between or LINKS[accelerator][1]
    return {"platform.clusters.main.nodes": nodes, "platform.clusters.main.accelerators_per_node": per_node,
            "platform.clusters.main.network":
            f"{{all_reduce: ring, in_node: {{bandwidth: {inside} GB/s, latency: {HOP_IN_NODE_US} us}}, "
            f"between_nodes: {{bandwidth: {between} GB/s, latency: {HOP_BETWEEN_NODES_US / 2} us}}}}"}


def settings_of(row):
    settings = {"precision": row.precision, "platform.clusters.main.accelerator.use": row.accelerator,
                "workload.feed_forward": 4 * row.width}
    for key in ("layers", "width", "heads", "sequence_length", "batch_size", "micro_batches", "recompute"):
        settings["workload." + key] = getattr(row, key)
    if row.accelerators > PER_NODE:
        settings.update({"workload.accelerators": row.accelerators, "workload.zero_stage": row.zero_stage,
                         **network_of(row.accelerator, row.accelerators // PER_NODE)})
    return settings


def simulated_step(program, name, settings):
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "results"
        words = [str(program), SCENARIO, "--out", str(out), "--quiet", "--only-summary"]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: status {done.returncode}\n{done.stderr}")
        return json.loads((out / "summary.json").read_text())["makespan_s"] / STEPS


class Result(NamedTuple):
    row: NamedTuple  # with its published_step
    step: float

    @property
    def error(self):
        """Of the time: positive is too slow."""
        return self.step / self.row.published_step - 1


def simulate(program, rows, settings_of):
    """Each row with the step that is simulated for it."""
    step = lambda row: simulated_step(program, row.model, settings_of(row))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [Result(*pair) for pair in zip(rows, pool.map(step, rows))]


def run_all(program, halves=tuple(half for half, _ in GROUPS)):
    return simulate(program, [row for row in read_rows() if row.half in halves], settings_of)


def summary_lines(results):
    """(group, rows, within tolerance, median |error|, mean error, largest |error|)"""
    for half, name in GROUPS:
        errors = [r.error for r in results if r.row.half == half]
        if errors:
            within = sum(abs(e) <= TOLERANCE for e in errors)
            yield (name, len(errors), within, statistics.median(map(abs, errors)), statistics.mean(errors),
                   max(errors, key=abs))


def passes(results):
    """At least nine in ten of the rows that nothing was fitted to are within the tolerance, on one node and on several."""
    errors = {half: [r.error for r in results if r.row.half == half] for half in ("held", "nodes")}
    return all(sum(abs(e) <= TOLERANCE for e in of_half) >= 0.9 * len(of_half) for of_half in errors.values())


def scaling(results):
    """(model, published, simulated): how much longer a step takes on 512 H100 than on 128 with as much work for each."""
    steps = {(r.row.model, r.row.accelerators): r for r in results
             if r.row.half == "nodes" and r.row.accelerator == "h100-sxm" and r.row.accelerators >= 128}
    for model in dict.fromkeys(model for model, _ in steps):
        few, many = steps[model, 128], steps[model, 512]
        yield model, many.row.published_step / few.row.published_step - 1, many.step / few.step - 1


def print_scaling_as_achieved(program):
    def settings(row):
        nodes = row.accelerators // PER_NODE
        return {**settings_of(row), **network_of(row.accelerator, nodes, between=ACHIEVED[nodes])}
    rows = [row for row in read_rows() if row.accelerator == "h100-sxm" and row.accelerators >= 128]
    line_rate = dict((model, grown) for model, _, grown in scaling(simulate(program, rows, settings_of)))
    for model, published, grown in scaling(simulate(program, rows, settings)):
        print(f"{model}: published {published:+.2%}, at line rate {line_rate[model]:+.2%}, as achieved {grown:+.2%}")


def by_accelerator(results):
    """The other half: (accelerator, precision, rows, within, median |error|)"""
    kinds = sorted({(r.row.accelerator, r.row.precision) for r in results if r.row.half == "held"})
    for kind in kinds:
        errors = [r.error for r in results if (r.row.accelerator, r.row.precision) == kind and r.row.half == "held"]
        yield (*kind, len(errors), sum(abs(e) <= TOLERANCE for e in errors), statistics.median(map(abs, errors)))


# ---- Fitting the constants again: the equation of step_time.cpp, on the half that it is fitted to ----------------


def equation(row, constants):
    operands, passes, attention_operands = constants
    bandwidth = BANDWIDTH[row.accelerator]
    attention_peak = min(row.peak, 989.4e12)
    tokens = row.batch_size * row.sequence_length / PER_NODE
    again = 4 / 3 if row.recompute == "full" else 1
    layers = 6 * row.layers * row.parameters_per_layer * again
    head = 6 * VOCABULARY * row.width
    pairs = 12 * row.layers * row.width * row.sequence_length * again * 7 / 12
    written = again * row.layers * 34 * row.width + 4 * (row.width + VOCABULARY)
    weights = 6 * row.parameters * row.micro_batches + 2 * 16 * row.parameters / PER_NODE
    return (tokens * ((layers + head) / row.peak + pairs / attention_peak
                      + ((layers + head) * operands + pairs * attention_operands + passes * written) / bandwidth) + weights / bandwidth)


def fit(rows):
    """Minimises the squared logarithm of predicted over published time, one constant after the other."""
    loss = lambda c: sum(math.log(equation(row, c) / row.published_step) ** 2 for row in rows)
    constants, step = [0.002, 5.0, 0.005], 0.5
    while step > 1e-4:
        trials = [constants[:i] + [constants[i] * factor] + constants[i + 1:]
                  for i in range(3) for factor in (1 + step, 1 / (1 + step))]
        best = min(trials, key=loss)
        if loss(best) < loss(constants):
            constants = best
        else:
            step /= 2
    return constants, math.sqrt(loss(constants) / len(rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, help="the campaign-sim to run")
    parser.add_argument("--rows", action="store_true", help="print every row")
    parser.add_argument("--achieved", action="store_true", help="only how H100 scale at the bandwidth that was achieved")
    parser.add_argument("--fit", action="store_true", help="fit the constants again, and run nothing")
    options = parser.parse_args()
    if options.fit:
        constants, rms = fit([row for row in read_rows() if row.half == "fit"])
        print("bytes_per_product_flop {:.5f}  passes_over_activations {:.3f}  bytes_per_fused_attention_flop {:.4f}  "
              "rms {:.3f}".format(*constants, rms))
        return 0
    if not options.program:
        parser.error("--program is missing")
    if options.achieved:
        print_scaling_as_achieved(options.program.resolve())
        return 0
    results = run_all(options.program.resolve())
    if options.rows:
        for r in results:
            print(f"{r.row.half} {r.row.model} {r.row.accelerator} {r.row.precision} s {r.row.sequence_length} x {r.row.accelerators}: "
                  f"{r.row.published_step:.4g} s, {r.step:.4g} s, {100 * r.error:+.1f} %")
    for name, count, within, median, mean, largest in summary_lines(results):
        print(f"{name}: {within} of {count} within 15 %, median {100 * median:.1f} %, mean {100 * mean:+.1f} %, "
              f"largest {100 * largest:+.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
