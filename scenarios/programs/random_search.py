"""A search program for `strategy: external`, as small as it can be: random search, every trial to the end.

What goes back and forth is described in docs/external.md. Nothing but Python is needed.
"""

import json
import math
import random
import sys


def draw(parameter, chance):
    if "choices" in parameter:
        return chance.choice(parameter["choices"])
    low, high, step = parameter["low"], parameter["high"], parameter["step"]
    if step:
        return low + step * chance.randint(0, math.floor((high - low) / step + 1e-9))
    if parameter["log"]:
        return min(high, max(low, math.exp(chance.uniform(math.log(low), math.log(high)))))
    return chance.uniform(low, high)


def configuration(space, chance):
    values = {}
    for parameter in space:  # one with a condition comes after the one it depends on
        when = parameter.get("when")
        if when is None or values.get(when["parameter"]) in when["is"]:
            values[parameter["name"]] = draw(parameter, chance)
    return values


def main():
    started = 0
    for line in sys.stdin:
        message = json.loads(line)
        kind = message["message"]
        if kind == "start":
            problem, chance = message, random.Random(message["seed"])
            answer = {"answer": "ready", "protocol": 1}
        elif kind == "ask" and started == problem["trials"]:
            answer = {"answer": "finished"}
        elif kind == "ask":
            answer = {"answer": "start", "trial": started, "until": problem["resource"]["max"],
                      "configuration": configuration(problem["space"], chance)}
        elif kind == "tell":
            answer = {"answer": "stop"}
        else:  # "end"
            break
        if answer["answer"] == "start":
            started += 1
        print(json.dumps({"id": message["id"], **answer}), flush=True)


main()
