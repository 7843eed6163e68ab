#!/usr/bin/python3
"""Draws what `campaign-sim calibrate --out` fitted: its readings and the fit, from the CSV it wrote.

    analysis/plot_calibration.py platforms/accelerators/our-a40.csv     -> our-a40.png beside it

Left the power curve, as far as the log had utilisation; right time and energy under power caps, relative to none,
as far as it had those. Of timed steps (`--speeds`) their time over the accelerators. Points are read, lines and crosses fitted. Needs matplotlib and pandas, as analysis/plot.py does.
"""

import argparse
import sys
from pathlib import Path

from figures import FIGURE_INCHES, FORMATS, STYLE, NothingToDraw, list_of, plt, save
from tables import PlotError, read_table

READ, FITTED = "#0072B2", "#D55E00"  # Okabe and Ito, as in the other figures
CURVE = ("utilisation", "watts", "fitted_watts")
CAP = ("cap_w", "watts", "fitted_watts", "uncapped_watts", "slowdown", "fitted_slowdown")
NUMBERS = tuple(dict.fromkeys(CURVE + CAP))
GAPS = tuple(name for name in NUMBERS if name not in CURVE or name not in CAP)  # columns of one part only
SPEEDS = ("nodes", "accelerators", "batch_per_accelerator", "step_s", "fitted_step_s")


def draw_curve(axes, rows):
    axes.plot(100 * rows["utilisation"], rows["watts"], ".", color=READ, markersize=3, alpha=0.4, label="read")
    line = rows.sort_values("utilisation")
    axes.plot(100 * line["utilisation"], line["fitted_watts"], color=FITTED, label="fitted")
    axes.set_xlabel("utilisation (%)")
    axes.set_ylabel("power (W)")
    axes.set_ylim(bottom=0)
    axes.legend()


def draw_caps(axes, rows):
    """Means over the trainings at each cap: of time, and of energy as time times watts, over those without a cap."""
    uncapped = rows["uncapped_watts"]
    for name, marker, read, fitted in (
            ("time", "o", rows["slowdown"], rows["fitted_slowdown"]),
            ("energy", "s", rows["slowdown"] * rows["watts"] / uncapped,
             rows["fitted_slowdown"] * rows["fitted_watts"] / uncapped)):
        for values, colour, style, what in ((read, READ, marker, "read"), (fitted, FITTED, "x", "fitted")):
            means = values.groupby(rows["cap_w"]).mean()
            axes.plot(means.index, means, style, color=colour, linestyle="-" if name == "time" else "--",
                      linewidth=0.8, markersize=4, label=f"{name}, {what}")
    axes.set_xlabel("power cap (W)")
    axes.set_ylabel("relative to no cap")
    axes.legend()


def draw_speeds(axes, rows):
    """The least and the largest batch; a dot each placement, a cross where the fit has it."""
    batches = sorted({rows["batch_per_accelerator"].min(), rows["batch_per_accelerator"].max()})
    for batch, read, fitted in zip(batches, (READ, "#56B4E9"), (FITTED, "#E69F00")):
        of_batch = rows[rows["batch_per_accelerator"] == batch]
        axes.plot(of_batch["accelerators"], of_batch["step_s"], ".", color=read, markersize=4, label=f"{batch:g} samples on each, timed")
        axes.plot(of_batch["accelerators"], of_batch["fitted_step_s"], "x", color=fitted, markersize=4, label=f"{batch:g}, fitted")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("accelerators")
    axes.set_ylabel("time of a step (s)")
    axes.set_ylim(bottom=0)
    axes.legend()


def parts_of(path):
    """What there is to draw, with its rows."""
    table = read_table(path, lambda header: SPEEDS if "step_s" in header else NUMBERS, ("part",), GAPS,
                       "; calibrate --out writes it beside the entry")
    if "step_s" in table:
        return [(draw_speeds, table)] if len(table) else []
    parts = []
    for name, draw_one, needed in (("curve", draw_curve, CURVE), ("cap", draw_caps, CAP)):
        rows = table[table["part"] == name]
        for column in needed:
            if rows[column].isna().any():
                raise PlotError(f"{path}: '{column}' is empty or infinite in a row of part '{name}'; make it again")
        if len(rows):
            parts.append((draw_one, rows))
    return parts


def draw(path):
    parts = parts_of(path)
    if not parts:
        raise NothingToDraw("it has neither a power curve nor a response to caps")
    figure, axes = plt.subplots(1, len(parts), figsize=FIGURE_INCHES, squeeze=False)
    for (draw_one, rows), one in zip(parts, axes[0]):
        draw_one(one, rows)
    figure.suptitle(path.stem, fontsize=9)
    return figure


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readings", type=Path, metavar="CSV", help="what calibrate wrote beside the entry")
    parser.add_argument("--format", type=list_of(FORMATS), default=["png"], metavar="png,svg,pdf", help="(png)")
    options = parser.parse_args(arguments)
    try:
        with plt.rc_context(STYLE):
            figure = draw(options.readings)
            for suffix in options.format:
                save(figure, options.readings.with_suffix(f".{suffix}"))
            plt.close(figure)
    except NothingToDraw as problem:
        print(f"plot_calibration.py: {options.readings}: {problem}", file=sys.stderr)
        return 2
    except PlotError as problem:
        print(f"plot_calibration.py: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
