"""ResNet-50 in MLPerf Training on 4 to 16 accelerators, against simulated trainings of a `neural_network`. Run by ctest.

    tests/validation/resnet_speed_test.py build/dev/campaign-sim        prints and checks

Published: the mean throughput that successful closed submissions of v3.1 and v4.0 logged, read from ../shared/data/mlperf-training.
Without the data the test is skipped and says so. Nothing was fitted to these runs: the law's constants are those of transformers.
"""

import collections
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = ROOT.parent / "shared" / "data" / "mlperf-training" / "runs.csv"
PROGRAM = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else ROOT / "build/dev/campaign-sim").resolve()
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import speed

KNOWN_AS = {"NVIDIA A100-PCIe-80GB": "a100-pcie-80gb", "NVIDIA H100-PCIe-80GB": "h100-pcie",
            "NVIDIA H100-SXM5-80GB": "h100-sxm", "NVIDIA H200-SXM5-141GB": "h200-sxm"}
STEPS = 10
# Forward 4.1 G multiply-adds; 11.1 M outputs of convolutions (Radosavovic et al. 2020, table 4), each kept in 16 bits twice:
# as it is, for its normalisation, and as the next convolution's input. Momentum in LARS.
SCENARIO = """
name: resnet
precision: {precision}
platform:
  clusters:
    main:
      site: us-average-2023
      accelerator: {accelerator}
      nodes: {nodes}
      accelerators_per_node: {per_node}
      network: {network}
workload:
  kind: neural_network
  parameters: 25.6 M
  flops_per_sample: 8.2 G
  activation_bytes_per_sample: 44.4 M
  batch_size: {batch}
  accelerators: {accelerators}
  optimiser: momentum
  start_up: 0 s
search: {{strategy: random, resource: {{unit: step, max: {steps}}}}}
stop: {{trials: 1}}
"""
# PCIe 4.0 and 5.0 of 16 lanes, each way, for what has no NVLink between all.
PCIE = {"a100-pcie-80gb": 32, "h100-pcie": 64}
TOLERANCE = 0.15


def published():
    """Samples/s by (accelerator, accelerators, nodes, batch)."""
    speeds = collections.defaultdict(list)
    with RUNS.open(newline="") as file:
        for run in csv.DictReader(file):
            if (run["benchmark"], run["division"], run["status"]) != ("resnet", "closed", "success"):
                continue
            known_as = KNOWN_AS.get(run["accelerator_model"])
            if not known_as or not run["mean_throughput_samples_s"] or run["round"] == "v2.1":
                continue
            if 4 <= int(run["accelerators"]) <= 16 and int(run["accelerators"]) % int(run["nodes"]) == 0:
                setup = known_as, int(run["accelerators"]), int(run["nodes"]), int(run["global_batch_size"])
                speeds[setup].append(float(run["mean_throughput_samples_s"]))
    return {setup: statistics.mean(values) for setup, values in sorted(speeds.items())}


def simulated(accelerator, accelerators, nodes, batch):
    links = speed.LINKS.get("h100-sxm")
    inside = PCIE.get(accelerator, links[0])
    network = (f"{{all_reduce: ring, in_node: {{bandwidth: {inside} GB/s, latency: {speed.HOP_IN_NODE_US} us}}, "
               f"between_nodes: {{bandwidth: {links[1]} GB/s, latency: {speed.HOP_BETWEEN_NODES_US / 2} us}}}}")
    with tempfile.TemporaryDirectory() as scratch:
        scenario = pathlib.Path(scratch) / "resnet.yaml"
        precision = "fp16" if accelerator.startswith("a100") else "bf16"
        scenario.write_text(SCENARIO.format(precision=precision, accelerator=accelerator, nodes=nodes, network=network,
                                            per_node=accelerators // nodes, batch=batch, accelerators=accelerators, steps=STEPS))
        out = pathlib.Path(scratch) / "out"
        done = subprocess.run([str(PROGRAM), str(scenario), "--out", str(out), "--quiet", "--only-summary"], cwd=ROOT,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return batch * STEPS / json.loads((out / "summary.json").read_text())["makespan_s"]


@unittest.skipUnless(RUNS.is_file(), "SKIPPED: ../shared/data/mlperf-training is not here")
class ResNet(unittest.TestCase):
    def test_levels(self):
        errors = {setup: simulated(*setup) / value - 1 for setup, value in published().items()}
        for setup, error in errors.items():
            print("{} x {} on {} nodes, batch {}: ".format(*setup) + f"{error:+.1%}")
        within = sum(abs(error) <= TOLERANCE for error in errors.values())
        print(f"{within} of {len(errors)} within 15 %, median {statistics.median(map(abs, errors.values())):.1%}")
        self.assertGreater(len(errors), 5)
        self.assertLess(max(map(abs, errors.values())), 0.25)


if __name__ == "__main__":
    unittest.main()
