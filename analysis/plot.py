#!/usr/bin/python3
"""Draws the figures of a finished campaign from its CSVs alone.

    analysis/plot.py results/quick                    -> results/quick/figures/*.png
    analysis/plot.py results/quick --out paper --format pdf,svg --figures power,gantt

power    watts over time, stacked by what they were for, and what the facility drew
metric   the best metric against the energy it took to find, and every trial behind it
energy   energy by cause
gantt    which accelerator did what when; above a few thousand bars, as an image of shares of time

Needs matplotlib and pandas (Debian: python3-matplotlib, python3-pandas). Every number drawn is in
the CSVs; docs/results.md says what their columns mean.
"""
# The first line names Debian's Python and not `env python3`: it is the one that Debian's matplotlib is for.

import sys

from figures import (ENERGY_UNITS, FIGURE_INCHES, POWER_UNITS, TIME_UNITS, PlotError, Results, draw_figures,
                     figure_parser, plt, say_instead, unit_for)

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

# Okabe and Ito, "Color Universal Design", 2008: told apart with any kind of colour vision. What is not
# work is grey. In the order in which they are stacked, the work at the bottom.
CAUSE_COLOURS = {
    "train": "#0072B2",
    "communicate": "#56B4E9",
    "load": "#E69F00",
    "checkpoint": "#009E73",
    "restore": "#F0E442",
    "lost": "#D55E00",
    "search": "#000000",
    "idle": "#C4C4C4",
    "off": "#ECECEC",
}
FALLBACK_COLOUR = "#666666"  # a cause that this script does not know yet

# Above this many bars they are thinner than a line in print, and a vector file of them cannot be handled.
MOST_GANTT_BARS = 3000
MOST_SEAMED_SEGMENTS = 200
MOST_ACCELERATORS = 1_000_000  # of a platform, as the program has it
GANTT_ROWS, GANTT_COLUMNS = 300, 900  # of the image that is drawn then: about the dots of a printed column

JOULES_PER_KWH = 3.6e6


def colour_of(cause):
    return CAUSE_COLOURS.get(cause, FALLBACK_COLOUR)


def in_stacking_order(causes):
    known = [cause for cause in CAUSE_COLOURS if cause in causes]
    return known + sorted(cause for cause in causes if cause not in CAUSE_COLOURS)


def new_figure(results):
    figure, axes = plt.subplots(figsize=FIGURE_INCHES)
    axes.set_title(results.title(), loc="left")
    return figure, axes


def legend_beside(figure, handles, labels=None):
    """To the right of the axes, where it hides nothing; top to bottom as the stack is."""
    if labels is None:
        labels = [handle.get_label() for handle in handles]
    figure.axes[0].legend(handles, labels, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def refuse_where(results, name, table, wrong, rule):
    """Names the first line where a rule of a file does not hold."""
    if wrong.any():
        raise PlotError(f"{results.folder / name}:{table.index[np.argmax(wrong)]}: {rule}; make the file again")


def read_power(results):
    """power.csv, and the causes that it has columns of. Each row starts where the one before it ends."""
    known = ["start_s", "end_s", "it_w", "facility_w"]
    power = results.table("power.csv", lambda header: known + [name for name in header
                                                               if name.endswith("_w") and name not in known])
    causes = [name[: -len("_w")] for name in power.columns if name not in known]
    starts, ends, it_w = (power[name].to_numpy() for name in ("start_s", "end_s", "it_w"))
    sums = power[[f"{cause}_w" for cause in causes]].to_numpy().sum(axis=1)
    refuse_where(results, "power.csv", power, ends <= starts, "a row ends after it starts")
    refuse_where(results, "power.csv", power, ~np.isclose(starts, np.append(starts[:1], ends[:-1]), rtol=1e-9),
                 "each row must start where the one before it ends (is one gone?)")
    refuse_where(results, "power.csv", power, ~np.isclose(sums, it_w, rtol=1e-6, atol=1e-6), "the causes must sum to it_w")
    return power, causes


def draw_power(results):
    """Power over time, stacked by cause."""
    power, causes = read_power(results)
    figure, axes = new_figure(results)
    if power.empty:
        say_instead(axes, "no time passed")
        return figure
    time_unit, seconds = unit_for(power["end_s"].iloc[-1], TIME_UNITS)
    power_unit, watts = unit_for(power["facility_w"].max(), POWER_UNITS)
    edges = np.append(power["start_s"], power["end_s"].iloc[-1]) / seconds

    handles = []
    below = np.zeros(len(power))
    for cause in in_stacking_order([cause for cause in causes if power[f"{cause}_w"].any()]):
        above = below + power[f"{cause}_w"].to_numpy() / watts
        handles.append(axes.stairs(above, edges, baseline=below, fill=True, color=colour_of(cause), label=cause))
        below = above
    handles.append(axes.stairs(power["facility_w"] / watts, edges, baseline=None, color="black", linewidth=1,
                               linestyle=(0, (4, 2)), label="facility"))
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"Time ({time_unit})")
    axes.set_ylabel(f"Power ({power_unit})")
    legend_beside(figure, handles[::-1])
    return figure


def energy_at(results, times):
    """IT energy (kWh) spent by these times (s): the integral of power.csv."""
    power, _ = read_power(results)
    edges = np.append(power["start_s"], power["end_s"].iloc[-1:])
    spent = np.append(0, np.cumsum(power["it_w"] * (power["end_s"] - power["start_s"]))) / JOULES_PER_KWH
    return np.interp(times, edges, spent) if len(power) else np.zeros(len(times))


def draw_metric(results):
    """The best metric against energy, with the trials behind it."""
    incumbent = results.table("incumbent.csv", ["time_s", "energy_kwh", "metric"])
    trials = results.table("trials.csv", ["end_s", "best_metric"], gaps=["best_metric"]).dropna()
    figure, axes = new_figure(results)
    if incumbent.empty:
        say_instead(axes, "no trial reported a metric")
        return figure
    power, _ = read_power(results)
    at_end = energy_at(results, power["end_s"].iloc[-1:])
    total = max([*at_end, incumbent["energy_kwh"].iloc[-1]])
    unit, kwh = unit_for(total, ENERGY_UNITS)

    axes.scatter(energy_at(results, trials["end_s"]) / kwh, trials["best_metric"], color="#999999", alpha=0.6,
                 s=6 if len(trials) < 2000 else 1.5, linewidths=0, label="trials, when they ended",
                 rasterized=len(trials) > MOST_GANTT_BARS)
    # The best holds from the moment it is found to the end of the campaign.
    axes.plot(np.append(incumbent["energy_kwh"], total) / kwh,
              np.append(incumbent["metric"], incumbent["metric"].iloc[-1]),
              drawstyle="steps-post", color=colour_of("train"), linewidth=1.5, label="best so far")
    limit_to_the_good(axes, trials["best_metric"].to_numpy(), incumbent["metric"].to_numpy())
    axes.set_xlim(0, total / kwh * 1.02)
    axes.set_xlabel(f"IT energy ({unit})")
    axes.set_ylabel(results.description("summary.json").get("objective", "metric"))
    legend_beside(figure, *axes.get_legend_handles_labels())
    return figure


def limit_to_the_good(axes, metrics, best):
    """Diverged trials would squeeze the curve into a line: leave the worst tenth out of view if it is far
    off, and say how many points that is."""
    if len(metrics) < 10:
        return
    smaller_is_better = best[-1] <= best[0]
    if len(best) == 1:
        smaller_is_better = best[0] <= np.median(metrics)
    bad = np.quantile(metrics, 0.9 if smaller_is_better else 0.1)
    span = abs(bad - best[-1])
    worst = metrics.max() if smaller_is_better else metrics.min()
    if abs(worst - best[-1]) <= 3 * span or span == 0:
        return
    limit = bad + 0.5 * (bad - best[-1])
    margin = best[-1] - 0.05 * (limit - best[-1])
    axes.set_ylim(*sorted((limit, margin)))
    hidden = int(np.sum(metrics > limit if smaller_is_better else metrics < limit))
    axes.text(1.0, 1.01, f"{hidden} worse trials out of view", fontsize=7, color="#555555",
              transform=axes.transAxes, ha="right", va="bottom")


def draw_energy(results):
    """Energy by cause."""
    segments = results.table("segments.csv", ["energy_j"], ["cause"])
    refuse_where(results, "segments.csv", segments, segments["energy_j"].to_numpy() < 0, "energy is not negative")
    by_cause = segments.groupby("cause")["energy_j"].sum() / JOULES_PER_KWH
    by_cause = by_cause[by_cause > 0].sort_values()
    figure, axes = new_figure(results)
    if by_cause.empty:
        say_instead(axes, "no energy was used")
        return figure
    unit, kwh = unit_for(by_cause.sum(), ENERGY_UNITS)
    bars = axes.barh(by_cause.index, by_cause / kwh, color=[colour_of(cause) for cause in by_cause.index])
    axes.bar_label(bars, [f"{value / kwh:,.3g} {unit}  ({value / by_cause.sum():.1%})" for value in by_cause],
                   padding=3, fontsize=8)
    axes.set_xlim(0, by_cause.max() / kwh * 1.3)  # room for the label of the longest
    axes.set_xlabel(f"IT energy ({unit})")
    axes.tick_params(axis="y", length=0)
    return figure


def ranges_of(placed_on):
    """`0-3;8` as [(0, 3), (8, 8)]."""
    ranges = []
    for part in placed_on.split(";"):
        first, _, last = part.partition("-")
        ranges.append((int(first), int(last or first)))
        if not 0 <= ranges[-1][0] <= ranges[-1][1] < MOST_ACCELERATORS:
            raise ValueError(part)
    return ranges


def read_placements(results):
    """segments.csv without what has no duration, and the accelerator ranges of each of its rows."""
    path = results.folder / "segments.csv"
    segments = results.table("segments.csv", ["start_s", "end_s"], ["segment", "cause", "placed_on", "cluster"],
                             gaps=["segment"])
    wrong = (segments["end_s"] < segments["start_s"]) | (segments["start_s"] < 0)
    refuse_where(results, "segments.csv", segments, wrong.to_numpy(), "a row starts at 0 or later and ends after it starts")
    segments = segments[segments["end_s"] > segments["start_s"]]
    known = {}
    for line, text in segments["placed_on"].drop_duplicates().items():
        try:
            known[text] = ranges_of(text)
        except ValueError:
            raise PlotError(f"{path}:{line}: '{text}' in column 'placed_on' is not a list such as 0-3;8") from None
    return segments, known


def draw_gantt(results):
    """Which accelerator did what when."""
    segments, ranges = read_placements(results)
    figure, axes = new_figure(results)
    if segments.empty:
        say_instead(axes, "nothing ran")
        return figure
    accelerators = 1 + max(last for parts in ranges.values() for _, last in parts)
    end = segments["end_s"].max()
    unit, seconds = unit_for(end, TIME_UNITS)

    bars = int(segments["placed_on"].map(lambda text: len(ranges[text])).sum())
    if bars <= MOST_GANTT_BARS:
        draw_gantt_bars(axes, segments, ranges, seconds)
        note = None
    else:
        draw_gantt_image(axes, segments, ranges, accelerators, end, seconds)
        note = "a mixed colour: shares of the time"
    axes.set_xlim(0, end / seconds)
    axes.set_ylim(accelerators - 0.5, -0.5)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(f"Time ({unit})")
    axes.set_ylabel("Accelerator")
    mark_clusters(axes, segments, ranges)
    causes = in_stacking_order(list(segments["cause"].unique()))
    legend_beside(figure, [Patch(color=colour_of(cause), label=cause) for cause in causes])
    if note:
        axes.text(1.0, -0.2, note, transform=axes.transAxes, fontsize=7, color="#555555", ha="right")
    return figure


def draw_gantt_bars(axes, segments, ranges, seconds):
    for cause, rows in segments.groupby("cause", sort=False):
        corners = []
        for start, end, text in zip(rows["start_s"], rows["end_s"], rows["placed_on"]):
            for first, last in ranges[text]:
                left, right, top, bottom = start / seconds, end / seconds, first - 0.5, last + 0.5
                corners.append([(left, top), (right, top), (right, bottom), (left, bottom)])
        axes.add_collection(PolyCollection(corners, facecolors=colour_of(cause), edgecolors="none", label=cause))

    # White seams part neighbouring segments, as long as there is room for them. Not each bar: a seam round
    # a thin one would look like a cause of its own.
    held = segments[segments["segment"] != ""].groupby(["segment", "placed_on"], sort=False)
    if len(held) > MOST_SEAMED_SEGMENTS:
        return
    for (_, text), rows in held:
        start, end = rows["start_s"].min() / seconds, rows["end_s"].max() / seconds
        for first, last in ranges[text]:
            axes.vlines(start, first - 0.5, last + 0.5, color="white", linewidth=0.5)
            axes.hlines(first - 0.5, start, end, color="white", linewidth=0.5)


def gantt_shares(segments, ranges, accelerators, end):
    """For each cause, the share of time and accelerators that it had in each cell of a grid of at most
    GANTT_ROWS x GANTT_COLUMNS. The cells of all causes sum to 1 where the segments tile the time."""
    rows = min(accelerators, GANTT_ROWS)
    edges = np.linspace(0, end, GANTT_COLUMNS + 1)

    def cells_of(parts):
        """The grid rows that these ranges touch, and how many accelerators in each."""
        touched = {}
        for first, last in parts:
            numbers, counts = np.unique(np.arange(first, last + 1) * rows // accelerators, return_counts=True)
            for number, count in zip(numbers, counts):
                touched[int(number)] = touched.get(int(number), 0) + int(count)
        return list(touched), list(touched.values())

    cells = {text: cells_of(parts) for text, parts in ranges.items()}
    row_sizes = np.bincount(np.arange(accelerators) * rows // accelerators, minlength=rows)

    def elapsed(row, weight, moment):
        """At each edge of the grid, the time since each of these moments that lie before it, summed by row."""
        # A moment counts from the first edge at or after it.
        at = row * (GANTT_COLUMNS + 1) + np.searchsorted(edges, moment)
        shape = (rows, GANTT_COLUMNS + 1)
        size = shape[0] * shape[1]
        number = np.bincount(at, weights=weight, minlength=size)[:size].reshape(shape).cumsum(axis=1)
        total = np.bincount(at, weights=weight * moment, minlength=size)[:size].reshape(shape).cumsum(axis=1)
        return number * edges - total

    shares = {}
    for cause, part in segments.groupby("cause", sort=False):
        touched = [cells[text] for text in part["placed_on"]]
        row = np.concatenate([np.asarray(numbers) for numbers, _ in touched])
        weight = np.concatenate([np.asarray(counts, dtype=float) for _, counts in touched])
        repeats = [len(numbers) for numbers, _ in touched]
        start = np.repeat(part["start_s"].to_numpy(dtype=float), repeats)
        stop = np.repeat(part["end_s"].to_numpy(dtype=float), repeats)
        held = np.diff(elapsed(row, weight, start) - elapsed(row, weight, stop), axis=1)
        shares[cause] = held / (np.diff(edges) * row_sizes[:, None])
    return shares


def draw_gantt_image(axes, segments, ranges, accelerators, end, seconds):
    shares = gantt_shares(segments, ranges, accelerators, end)
    image = np.ones((*next(iter(shares.values())).shape, 3))
    for cause, share in shares.items():
        image -= share[:, :, None] * (1 - np.array(to_rgb(colour_of(cause))))
    axes.imshow(np.clip(image, 0, 1), extent=(0, end / seconds, accelerators - 0.5, -0.5), aspect="auto",
                interpolation="nearest")


def mark_clusters(axes, segments, ranges):
    """A line and a name where there is more than one cluster."""
    clusters = segments.groupby("cluster", sort=False)["placed_on"].unique()
    if len(clusters) < 2:
        return
    for name, texts in clusters.items():
        first = min(part[0] for text in texts for part in ranges[text])
        last = max(part[1] for text in texts for part in ranges[text])
        if first > 0:
            axes.axhline(first - 0.5, color="black", linewidth=0.8)
        axes.text(0.005, (first + last) / 2, name, transform=axes.get_yaxis_transform(), va="center", fontsize=7,
                  bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1})


FIGURES = {"power": draw_power, "metric": draw_metric, "energy": draw_energy, "gantt": draw_gantt}


def main(arguments=None):
    options = figure_parser(__doc__, FIGURES, "the folder of a run").parse_args(arguments)
    return draw_figures(options, FIGURES)


if __name__ == "__main__":
    sys.exit(main())
