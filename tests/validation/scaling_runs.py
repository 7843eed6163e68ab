"""Scenarios of one training with several batches, run to find how long a step takes; and how far that is off."""

import csv
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOLERANCE = 0.15
STEPS = 10  # of each trial


def step_times(program, scenario, ranks):
    """Seconds of a step by batch of one of the trial's accelerators. `scenario`: its text, a grid over batch_size."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = pathlib.Path(folder, "scenario.yaml"), pathlib.Path(folder, "out")
        file.write_text(scenario)
        done = subprocess.run([str(program), str(file), "--out", str(out), "--quiet"], cwd=ROOT, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        with open(out / "trials.csv", newline="") as trials:
            return {round(float(trial["batch_size"])) // ranks: (float(trial["end_s"]) - float(trial["start_s"])) / STEPS
                    for trial in csv.DictReader(trials)}


def within(errors):
    return sum(abs(error) <= TOLERANCE for error in errors)


def percent(error):
    return f"{100 * error:+.0f} %".replace("-", "−")
