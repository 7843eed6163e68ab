"""Steps of data-parallel trainings that others timed on several accelerators: Pollux' and Gavel's measurements."""

import csv
import pathlib
from typing import NamedTuple

DATA = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"


class Timed(NamedTuple):
    nodes: int
    ranks: int
    each: tuple  # accelerators of each node, in ascending order
    batch: int  # of one accelerator
    seconds: float

    @property
    def even(self):
        return len(set(self.each)) == 1


def evenly(nodes, ranks):
    return tuple(sorted(ranks // nodes + (i < ranks % nodes) for i in range(nodes)))


def rows_of(path):
    with open(DATA / path, newline="") as file:
        return list(csv.DictReader(file))


def pollux(folder):
    """Qiao et al. 2021: T4s on AWS, up to four a node; placements with a digit a node."""
    for row in rows_of(f"pollux-throughput/{folder}/placements.csv"):
        nodes = [int(digit) for digit in row["placement"]]
        yield Timed(len(nodes), sum(nodes), tuple(sorted(nodes)), int(row["local_bsz"]), float(row["step_time"]))
    for row in rows_of(f"pollux-throughput/{folder}/scalability.csv"):
        nodes, ranks = int(row["num_nodes"]), int(row["num_replicas"])
        yield Timed(nodes, ranks, evenly(nodes, ranks), int(row["local_bsz"]), float(row["step_time"]))


def gavel():
    """(card, network, Timed) of Narayanan et al. 2020: in one node, or `unconsolidated`, each on a node of its own. Steps/s are
    those of all workers together; 0: out of memory."""
    for row in rows_of("gavel-throughputs/simulation_throughputs_isolated.csv"):
        network, _, batch = row["job_type"].rstrip(")").partition(" (batch size ")
        card, _, apart = row["gpu_type"].partition("_")
        ranks, speed = int(row["scale_factor"]), float(row["steps_per_s"])
        nodes = ranks if apart else 1
        if batch and speed > 0:
            yield card, network, Timed(nodes, ranks, evenly(nodes, ranks), int(batch), ranks / speed)
