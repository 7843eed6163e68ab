#!/usr/bin/python3
"""Draws what `campaign-sim calibrate --out` fitted: its readings and the fit, from the CSV it wrote.

    analysis/plot_calibration.py platforms/accelerators/our-a40.csv     -> our-a40.png beside it

Left the power curve, as far as the log had utilisation; right time and energy under power caps, relative to none,
as far as it had those. Points are read, lines and crosses fitted. Needs matplotlib and pandas, as analysis/plot.py does.
"""

import argparse
import sys
from pathlib import Path

from figures import FIGURE_INCHES, FORMATS, STYLE, NothingToDraw, PlotError, Results, list_of, plt, save

READ, FITTED = "#0072B2", "#D55E00"  # Okabe and Ito, as in the other figures
NUMBERS = ("utilisation", "cap_w", "watts", "fitted_watts", "slowdown", "fitted_slowdown")


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


def draw(path):
    table = Results(path.parent).table(path.name, (*NUMBERS, "uncapped_watts"), texts=("part", "place", "work"))
    parts = [(draw_one, table[table["part"] == name]) for name, draw_one in (("curve", draw_curve), ("cap", draw_caps))]
    parts = [(draw_one, rows) for draw_one, rows in parts if len(rows)]
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
    except (PlotError, NothingToDraw) as problem:
        print(f"plot_calibration.py: {options.readings}: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
