#!/usr/bin/python3
"""Compare our samplers with Optuna's on test functions and recorded models: are ours any worse with as many trials?

Not part of ctest: it needs Debian's python3-optuna (3.1), python3-scipy and, for CMA-ES, the package
`cmaes`. Optuna 3.1 has no Gaussian process of its own, so ours is compared with the same-budget TPE.

    tests/quality/against_optuna.py build/tests/unit_tests

The recorded models are in ../shared/data (nmt-hpo, taskset-nlp) and left out where those are not there; how a
table becomes a function is told in tests/support/table_tasks.hpp.

Each pair: 40 seeds (on recorded models 30) of ours and as many of Optuna's, the best loss of each, Mann-Whitney's test of the
hypothesis that ours are not larger. Exit status 1 if one is rejected at the 5 % level after Holm's
correction for the number of pairs.
"""
import bisect
import collections
import csv
import math
import pathlib
import subprocess
import sys

import optuna
from scipy.stats import mannwhitneyu

LEVEL = 0.05


def branin(trial):
    x = trial.suggest_float("x", -5, 10)
    y = trial.suggest_float("y", 0, 15)
    valley = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return valley**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


ALPHA = (1.0, 1.2, 3.0, 3.2)
A = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8), (17, 8, 0.05, 10, 0.1, 14))
P = ((0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
     (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381))


def hartmann6(trial):
    x = [trial.suggest_float(name, 0, 1) for name in "abcdef"]
    return -sum(alpha * math.exp(-sum(a * (v - p) ** 2 for a, p, v in zip(row_a, row_p, x)))
                for alpha, row_a, row_p in zip(ALPHA, A, P))


DATA = pathlib.Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


def rows_of(name):
    with open(DATA / name, newline="") as file:
        header, *rows = csv.reader(file)
    return header, [[float(cell) if cell else math.nan for cell in row] for row in rows]


def grid_task(name, columns, metric):
    header, rows = rows_of(name)
    values = [sorted({row[i] for row in rows}) for i in range(columns)]
    result = header.index(metric)
    losses = {tuple(bisect.bisect_left(v, row[i]) for i, v in enumerate(values)): row[result] for row in rows}
    worst = max(loss for loss in losses.values() if math.isfinite(loss))

    def objective(trial):
        place = tuple(trial.suggest_int("abcdef"[i], 0, len(v) - 1) for i, v in enumerate(values))
        loss = losses.get(place, worst)
        return loss if math.isfinite(loss) else worst
    return objective


def nearest_task(name, columns=8):
    header, rows = rows_of(name)
    scaled = []
    for i in range(1, columns + 1):
        logs = [math.log(1 - row[i] if header[i].startswith("beta") else row[i]) for row in rows]
        scaled.append([(v - min(logs)) / (max(logs) - min(logs)) for v in logs])
    points = list(zip(*scaled))
    worst = max(row[-1] for row in rows if math.isfinite(row[-1]))

    def objective(trial):
        at = [trial.suggest_float("abcdefgh"[i], 0, 1) for i in range(columns)]
        nearest = min(range(len(points)), key=lambda k: sum((p - x) ** 2 for p, x in zip(points[k], at)))
        return rows[nearest][-1] if math.isfinite(rows[nearest][-1]) else worst
    return objective


OBJECTIVES = {"Branin": branin, "Hartmann 6": hartmann6}
TABLES = {
    "nmt sw-en": lambda: grid_task("nmt-hpo/nmthpo_sw-en.csv", 6, "dev_ppl"),
    "taskset": lambda: nearest_task("taskset-nlp/FixedTextRNNClassification_imdb_patch32_LSTM128_bs128.csv"),
}
PEERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "{kind: tpe, multivariate: true}": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
    "cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed, restart_strategy="ipop"),
    "gp": lambda seed: optuna.samplers.TPESampler(seed=seed),
}


def peer_best(sampler, task, trials, seed):
    study = optuna.create_study(sampler=PEERS[sampler](seed))
    study.optimize(OBJECTIVES[task], n_trials=trials)
    return study.best_value


def median(values):
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    output = subprocess.run([sys.argv[1], "[.distributions]"], check=True, capture_output=True, text=True).stdout
    ours = collections.defaultdict(list)
    for line in output.splitlines():
        if line.startswith("distribution;"):
            _, sampler, task, trials, best = line.split(";")
            ours[sampler, task, int(trials)].append(float(best))

    results = []
    for (sampler, task, trials), values in ours.items():
        try:
            if task not in OBJECTIVES:
                OBJECTIVES[task] = TABLES[task]()
            theirs = [peer_best(sampler, task, trials, seed) for seed in range(len(values))]
        except ImportError as missing:
            print(f"{sampler:34} {task:11} left out: {missing}")
            continue
        p = mannwhitneyu(values, theirs, alternative="greater").pvalue
        results.append((p, sampler, task))
        print(f"{sampler:34} {task:11} {trials:4} trials  median ours {median(values):9.5f}"
              f"  Optuna {median(theirs):9.5f}  p(not worse) {p:.3f}", flush=True)

    # Holm: the k-th smallest of m p values is held against LEVEL / (m - k + 1).
    for k, (p, sampler, task) in enumerate(sorted(results)):
        if p > LEVEL / (len(results) - k):
            break
        print(f"worse than Optuna: {sampler} on {task}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
