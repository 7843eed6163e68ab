"""Optuna as a search program for `strategy: external`: any of its samplers with any of its pruners.

    search:
      strategy: external
      command: [python3, programs/optuna_search.py, --sampler, tpe, --pruner, median]

A trial reports every --report-every of resource (the scenario's smallest one by default), which is a step to
Optuna's pruners; the pruner says whether it goes on. Trials that do not fit into memory or diverge are failed
ones. The protocol is docs/external.md. Written against Optuna 3.1 (Debian 12) and what 4 still has of it.
"""

import argparse
import json
import sys

try:
    import optuna
except ImportError:
    sys.exit("optuna_search.py needs Optuna; on Debian: apt install python3-optuna, and /usr/bin/python3")

SAMPLERS = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe_multivariate": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "qmc": lambda seed: optuna.samplers.QMCSampler(seed=seed),
}
PRUNERS = {
    "none": lambda most: optuna.pruners.NopPruner(),
    "median": lambda most: optuna.pruners.MedianPruner(),
    "successive_halving": lambda most: optuna.pruners.SuccessiveHalvingPruner(),
    "hyperband": lambda most: optuna.pruners.HyperbandPruner(max_resource=most),
}


class Search:
    def __init__(self, problem, options):
        # Optuna hands the seed to numpy, which takes 32 bits.
        sampler = SAMPLERS[options.sampler](problem["seed"] % 2**32)
        self.space = problem["space"]
        self.most = problem["resource"]["max"]
        self.every = options.report_every or problem["resource"]["min"]
        self.trials_left = problem["trials"]
        steps = max(1, round(self.most / self.every))
        self.study = optuna.create_study(sampler=sampler, pruner=PRUNERS[options.pruner](steps))
        self.running = {}
        self.started = 0

    def ask(self, message):
        if "rejected" in message:
            # Optuna knows no constraints: such a trial has failed, and there is another in its place.
            trial = self.running.pop(self.started - 1)
            self.study.tell(trial, state=optuna.trial.TrialState.FAIL)
            self.started -= 1
        if self.started == self.trials_left:
            return {"answer": "finished"}
        trial = self.study.ask()
        values = {}
        for parameter in self.space:  # one with a condition comes after the one it depends on
            when = parameter.get("when")
            if when is None or values.get(when["parameter"]) in when["is"]:
                values[parameter["name"]] = suggest(trial, parameter)
        number = self.started
        self.running[number] = trial
        self.started += 1
        return {"answer": "start", "trial": number, "configuration": values, "until": min(self.every, self.most)}

    def tell(self, message):
        number, loss, resource = message["trial"], message["loss"], message["resource"]
        trial = self.running[number]
        if message["outcome"] != "reached":
            return self.end(number, state=optuna.trial.TrialState.FAIL)
        trial.report(loss, step=round(resource / self.every))
        if resource >= self.most:
            return self.end(number, loss)
        if trial.should_prune():
            return self.end(number, state=optuna.trial.TrialState.PRUNED)
        return {"answer": "continue", "until": min(resource + self.every, self.most)}

    def end(self, number, *loss, **state):
        self.study.tell(self.running.pop(number), *loss, **state)
        return {"answer": "stop"}


def suggest(trial, parameter):
    name = parameter["name"]
    if "choices" in parameter:
        return trial.suggest_categorical(name, parameter["choices"])
    low, high, step, log = (parameter[key] for key in ("low", "high", "step", "log"))
    if parameter["kind"] == "int":
        return trial.suggest_int(name, low, high, step=1 if log else int(step or 1), log=log)
    return trial.suggest_float(name, low, high, step=None if log else step, log=log)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sampler", choices=SAMPLERS, default="tpe")
    parser.add_argument("--pruner", choices=PRUNERS, default="median")
    parser.add_argument("--report-every", type=float, help="resource between two reports of a trial")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)

    search = None
    for line in sys.stdin:
        message = json.loads(line)
        kind = message["message"]
        if kind == "start":
            search = Search(message, options)
            answer = {"answer": "ready", "protocol": 1}
        elif kind == "ask":
            answer = search.ask(message)
        elif kind == "tell":
            answer = search.tell(message)
        else:  # "end"
            break
        print(json.dumps({"id": message["id"], **answer}), flush=True)


if __name__ == "__main__":
    main()
