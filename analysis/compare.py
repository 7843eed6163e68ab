#!/usr/bin/python3
"""Draws the figures of a finished comparison from its CSVs alone.

    analysis/compare.py results/compare-small-comparison      -> …/figures/*.png
    analysis/compare.py DIR --out paper --format pdf,svg --figures anytime,saving --axis cost

anytime   the best metric so far against what was spent: mean over seeds, 95 % interval shaded
saving    how each variant stands to the best one, question by question, with 95 % intervals
ranks     mean ranks, and what is too close to tell apart (Nemenyi's critical difference)
totals    what a whole search of each variant spends: energy, CO2e, cost, time, with 95 % intervals
pareto    what each variant spent against what it found; the front is drawn through
seeds     every replicate as a dot, so that nothing hides behind a mean

Needs matplotlib and pandas (Debian: python3-matplotlib, python3-pandas). Every number drawn is in
the CSVs; docs/compare.md says what their columns mean. A figure whose numbers do not exist (intervals
of one seed, ranks of one variant) is left out, and it says why.
"""

import sys

from figures import (ENERGY_UNITS, FIGURE_INCHES, TIME_UNITS, NothingToDraw, draw_figures, figure_parser, plt,
                     unit_for)

# Okabe and Ito, "Color Universal Design", 2008, darkest first; then again with other dashes.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C00")
DASHES = ("-", "--", ":", "-.")
AXIS_WORDS = {"energy": "energy of the facility", "co2e": "operational CO2e", "cost": "cost", "time": "time",
              "resource": "training in all"}
TOTALS = {"total_energy": "energy", "total_co2e": "CO2e", "total_cost": "cost", "total_time": "time"}
SCALES = {"kWh": ENERGY_UNITS, "s": TIME_UNITS, "kg CO2e": [("g", 1e-3), ("kg", 1.0), ("t", 1e3)]}
SAVING_QUESTIONS = ("metric_at_equal_energy", "metric_at_equal_time", "energy_to_target", "cost_to_target",
                    "time_to_target", "total_energy")


def plain_number(value, _place):
    """Of a tick: 20, not 2 x 10^1; of the minor ones only every other, or they run into each other."""
    first = f"{value:e}"[0]
    return f"{value:g}" if first in "125" else ""


def look_of(place):
    return {"color": COLOURS[place % len(COLOURS)], "linestyle": DASHES[place // len(COLOURS) % len(DASHES)]}


def metric_name(results):
    return results.description("comparison.json").get("objective", "metric")


def draw_anytime(results, axis="energy"):
    table = results.table("anytime.csv", ("spent", "replicates", "mean", "mean_low", "mean_high"),
                          ("axis", "unit", "variant"),
                          gaps=("mean", "mean_low", "mean_high", "unit"))
    table = table[(table["axis"] == axis) & table["mean"].notna()]
    if table.empty:
        raise NothingToDraw("no variant has a result of every seed")
    figure, axes = plt.subplots(figsize=FIGURE_INCHES)
    for place, (variant, curve) in enumerate(table.groupby("variant", sort=False)):
        look = look_of(place)
        axes.plot(curve["spent"], curve["mean"], drawstyle="steps-post", label=variant, linewidth=1.3, **look)
        axes.fill_between(curve["spent"], curve["mean_low"], curve["mean_high"], step="post", alpha=0.18,
                          color=look["color"], linewidth=0)
    axes.set_xscale("log")
    for ticks in (axes.xaxis.set_major_formatter, axes.xaxis.set_minor_formatter):
        ticks(plain_number)
    axes.set_xlabel(f"{AXIS_WORDS[axis]} ({table['unit'].iloc[0]})")
    axes.set_ylabel(f"best {metric_name(results)} so far")
    seeds = int(table["replicates"].max())
    axes.set_title(f"mean of {seeds} seeds, 95 % interval shaded" if seeds > 1 else "one seed: no interval")
    axes.legend()
    return figure


def draw_saving(results):
    summaries = results.table("summaries.csv", ("place",), ("question", "variant"))
    pairs = results.table("statistics.csv", ("relative", "relative_low", "relative_high", "p_holm"),
                          ("question", "label", "a", "b"), ("relative", "relative_low", "relative_high", "p_holm"))
    rows = []
    for question in SAVING_QUESTIONS:
        order = summaries[summaries["question"] == question].sort_values("place")
        if order.empty:
            continue
        best = order["variant"].iloc[0]
        of_question = pairs[(pairs["question"] == question) & pairs["relative_low"].notna()]
        for _, pair in of_question.iterrows():
            if best not in (pair["a"], pair["b"]):
                continue
            low, middle, high = (1 + pair[key] for key in ("relative_low", "relative", "relative_high"))
            if pair["a"] == best:  # the file has best over other: turn it round
                if min(low, middle, high) <= 0:
                    continue
                low, middle, high = 1 / high, 1 / middle, 1 / low
            other = pair["b"] if pair["a"] == best else pair["a"]
            rows.append((question.startswith("metric_"), f"{other} beside {best}\n{pair['label']}", low, middle, high,
                         pair["p_holm"] < 0.05))
    if not rows:
        raise NothingToDraw("there are no intervals: one seed, one variant, or runs that never got there")
    # What was found differs by percents, what was spent by multiples: an axis each.
    panels = [part for part in ([row for row in rows if row[0]], [row for row in rows if not row[0]]) if part]
    figure, all_axes = plt.subplots(len(panels), 1, figsize=(FIGURE_INCHES[0], 1.0 + 0.32 * len(rows)), squeeze=False,
                                    height_ratios=[len(part) for part in panels])
    for axes, part in zip(all_axes[:, 0], panels):
        for place, (_, _, low, middle, high, settled) in enumerate(part):
            axes.plot([100 * (low - 1), 100 * (high - 1)], [place, place], color="#0072B2", linewidth=1.5)
            axes.plot(100 * (middle - 1), place, "o", color="#0072B2", markersize=5,
                      markerfacecolor="#0072B2" if settled else "white")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(range(len(part)), [row[1] for row in part], fontsize=6)
        axes.set_ylim(len(part) - 0.5, -0.5)
    all_axes[-1, 0].set_xlabel("% more than the best variant (filled: p < 0.05 after Holm)")
    return figure


def draw_totals(results):
    table = results.table("summaries.csv", ("mean", "mean_low", "mean_high"), ("question", "unit", "variant"),
                          gaps=("mean", "mean_low", "mean_high", "unit"))
    names = list(dict.fromkeys(table["variant"]))
    figure, panels = plt.subplots(1, 4, figsize=(FIGURE_INCHES[0], 0.9 + 0.26 * len(names)), sharey=True)
    for axes, (question, words) in zip(panels, TOTALS.items()):
        rows = table[(table["question"] == question) & table["mean"].notna()]
        if rows.empty:
            raise NothingToDraw("every replicate failed")
        unit, size = rows["unit"].iloc[0], 1
        if unit in SCALES:
            unit, size = unit_for(rows["mean"].max(), SCALES[unit])
        for _, row in rows.iterrows():
            place = names.index(row["variant"])
            colour = look_of(place)["color"]
            axes.plot([row["mean_low"] / size, row["mean_high"] / size], [place, place], color=colour, linewidth=2)
            axes.plot(row["mean"] / size, place, "o", color=colour, markersize=5)
        axes.set_xlim(left=0)
        axes.margins(x=0.12)
        axes.grid(axis="x", color="#E4E4E4", linewidth=0.6)
        axes.set_xlabel(f"{words} ({unit})", fontsize=8)
        axes.tick_params(axis="y", length=0)
    panels[0].set_yticks(range(len(names)), names)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    return figure


def draw_ranks(results):
    summaries = results.table("summaries.csv", ("mean_rank",), ("question", "label", "variant"), gaps=("mean_rank",))
    pairs = results.table("statistics.csv", ("nemenyi_critical_difference",), ("question",),
                          gaps=("nemenyi_critical_difference",))
    ranked = summaries[(summaries["question"] == "metric_at_equal_energy") & summaries["mean_rank"].notna()]
    critical = pairs.loc[pairs["question"] == "metric_at_equal_energy", "nemenyi_critical_difference"].dropna()
    if ranked.empty or critical.empty:
        raise NothingToDraw("ranks need two variants and two seeds")
    ranked = ranked.sort_values("mean_rank")
    figure, axes = plt.subplots(figsize=(FIGURE_INCHES[0], 0.9 + 0.25 * len(ranked)))
    best = ranked["mean_rank"].iloc[0]
    axes.axvspan(best, best + critical.iloc[0], color="#C4C4C4", alpha=0.5, linewidth=0)
    axes.plot(ranked["mean_rank"], range(len(ranked)), "o", color="#0072B2")
    axes.set_yticks(range(len(ranked)), ranked["variant"])
    axes.invert_yaxis()
    axes.set_xlabel("mean rank, 1 is best (grey: too close to the best to tell apart, Nemenyi 5 %)")
    axes.set_title(ranked["label"].iloc[0])
    return figure


def draw_pareto(results):
    table = results.table("pareto.csv", ("energy_kwh", "metric", "rank"), ("variant",), gaps=("energy_kwh", "metric", "rank"))
    table = table[table["metric"].notna()]
    if table.empty:
        raise NothingToDraw("no variant measured anything")
    figure, axes = plt.subplots(figsize=FIGURE_INCHES)
    front = table[table["rank"] == 0].sort_values("energy_kwh")
    axes.plot(front["energy_kwh"], front["metric"], color="#C4C4C4", zorder=0)
    for place, (_, row) in enumerate(table.iterrows()):
        axes.plot(row["energy_kwh"], row["metric"], "o" if row["rank"] == 0 else "X", color=look_of(place)["color"],
                  linestyle="none", label=row["variant"])  # not beside the dot: variants that do alike would hide it
    axes.legend()
    axes.margins(0.18)
    axes.set_xlabel("energy of the whole search (kWh, mean)")
    axes.set_ylabel(f"{metric_name(results)} at the end (mean)")
    axes.set_title("dots: no other variant is better in both")
    return figure


def draw_seeds(results):
    table = results.table("comparison.csv", ("seed", "best_metric", "energy_facility_kwh"), ("variant",),
                          gaps=("best_metric", "energy_facility_kwh"))
    figure, panels = plt.subplots(1, 2, figsize=FIGURE_INCHES, sharey=True)
    names = list(dict.fromkeys(table["variant"]))
    for axes, column, words in zip(panels, ("best_metric", "energy_facility_kwh"),
                                   (f"{metric_name(results)} at the end", "energy (kWh)")):
        for place, name in enumerate(names):
            values = table.loc[table["variant"] == name, column].dropna()
            # Spread in the order of the seeds, not by chance: the same file gives the same figure.
            offsets = [place + 0.3 * (i / max(1, len(values) - 1) - 0.5) for i in range(len(values))]
            axes.plot(values, offsets, "o", color=look_of(place)["color"], markersize=3, alpha=0.6)
            if len(values):
                axes.plot([values.mean()] * 2, [place - 0.3, place + 0.3], color="black", linewidth=1.2)
        axes.set_xlabel(words)
    panels[0].set_yticks(range(len(names)), names)
    panels[0].invert_yaxis()
    figure.suptitle("a dot a seed, a line the mean", fontsize=9)
    return figure


FIGURES = {"anytime": draw_anytime, "saving": draw_saving, "totals": draw_totals, "ranks": draw_ranks,
           "pareto": draw_pareto, "seeds": draw_seeds}


def main(arguments=None):
    parser = figure_parser(__doc__, FIGURES, "the folder of a comparison")
    parser.add_argument("--axis", choices=list(AXIS_WORDS), default="energy", help="of the anytime figure (energy)")
    options = parser.parse_args(arguments)
    return draw_figures(options, {**FIGURES, "anytime": lambda results: draw_anytime(results, options.axis)})


if __name__ == "__main__":
    sys.exit(main())
