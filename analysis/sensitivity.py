#!/usr/bin/python3
"""Draws the figures of a finished sensitivity study from its CSVs alone.

    analysis/sensitivity.py results/quick-sensitivity                 -> …/figures/*.png
    analysis/sensitivity.py DIR --figure-of makespan_s --format pdf

tornado   what a figure becomes when each input alone is at either end, the widest swing at the top
sobol     the share of the figure's variance that is each input's: alone, and with all it takes part in

Needs matplotlib and pandas (Debian: python3-matplotlib, python3-pandas). docs/compare.md says what the
columns mean. What has no numbers (an end that failed, indices without --samples) is left out, and it says why.
"""

import sys

from figures import (ENERGY_UNITS, FIGURE_INCHES, TIME_UNITS, NothingToDraw, PlotError, Results, draw_figures,
                     figure_parser, plt, unit_for)

LOW, HIGH = "#56B4E9", "#D55E00"  # Okabe and Ito, as everywhere; the ends are also written beside the bars


WORDS = {"energy_facility_kwh": ("energy of the facility", ENERGY_UNITS), "makespan_s": ("time", TIME_UNITS),
         "co2e_operational_kg": ("operational CO2e", [("kg", 1.0), ("t", 1e3)])}


def scale_of(figure, largest):
    """The words of the figure's axis, and what its values are divided by."""
    words, units = WORDS.get(figure, (figure.replace("_", " "), None))
    if units is None:
        return words, 1
    unit, size = unit_for(largest, units)
    return f"{words} ({unit})", size


def of_figure(table, figure, name):
    chosen = table[table["figure"] == figure]
    if chosen.empty:
        raise PlotError(f"{name}: there is no figure '{figure}' (there are: {', '.join(table['figure'].unique())})")
    return chosen


def draw_tornado(results, figure="energy_facility_kwh"):
    table = results.table("tornado.csv", ("at_low", "at_base", "at_high", "swing"), ("input", "low", "high", "figure"),
                          gaps=("at_low", "at_base", "at_high", "swing"))
    rows = of_figure(table, figure, results.folder / "tornado.csv").dropna(subset=["at_low", "at_base", "at_high"])
    if rows.empty:
        raise NothingToDraw("no input has a value at both ends")
    rows = rows.iloc[rows["swing"].abs().argsort(kind="stable")]  # barh counts from below
    label, size = scale_of(figure, rows[["at_low", "at_high"]].to_numpy().max())
    base = rows["at_base"].iloc[0] / size
    drawn, axes = plt.subplots(figsize=(FIGURE_INCHES[0], 1.0 + 0.42 * len(rows)))
    for column, ends, colour in (("at_low", "low", LOW), ("at_high", "high", HIGH)):
        values = rows[column] / size
        bars = axes.barh(range(len(rows)), values - base, left=base, color=colour, height=0.62,
                         label=f"input at its {ends} end")
        for bar in bars:  # both may lie on one side of the base: the shorter in front
            bar.set_zorder(2 - abs(bar.get_width()) / (1 + abs(rows[["at_low", "at_high"]].to_numpy() / size - base).max()))
        other = rows["at_high" if column == "at_low" else "at_low"] / size
        for place, (value, opposite, words) in enumerate(zip(values, other, rows[ends])):
            left = value < opposite or (value == opposite and column == "at_low")
            axes.annotate(words, (value, place), xytext=(-3 if left else 3, 0), textcoords="offset points",
                          ha="right" if left else "left", va="center", fontsize=7)
    axes.axvline(base, color="black", linewidth=0.8)
    axes.set_yticks(range(len(rows)), rows["input"], fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.16)
    axes.set_xlabel(f"{label}; the line: as the scenario stands")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return drawn


def draw_sobol(results, figure="energy_facility_kwh"):
    if not (results.folder / "sobol.csv").exists():
        raise NothingToDraw("there are no indices; campaign-sim sensitivity --samples makes them")
    table = results.table("sobol.csv", ("samples", "first_order", "total"), ("input", "figure"), gaps=("first_order", "total"))
    rows = of_figure(table, figure, results.folder / "sobol.csv").dropna(subset=["first_order", "total"])
    if rows.empty:
        raise NothingToDraw("the indices have no values: a point failed, or nothing moved")
    rows = rows.iloc[rows["total"].argsort(kind="stable")]
    drawn, axes = plt.subplots(figsize=(FIGURE_INCHES[0], 1.0 + 0.42 * len(rows)))
    places = range(len(rows))
    axes.hlines(places, rows["first_order"], rows["total"], color="#C4C4C4", linewidth=1.5, zorder=0)
    axes.plot(rows["first_order"], places, "o", color="#0072B2", label="alone (first order)")
    axes.plot(rows["total"], places, "D", color=HIGH, label="with all it takes part in (total)")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_yticks(places, rows["input"], fontsize=7)
    words = WORDS.get(figure, (figure.replace("_", " "), None))[0]
    axes.set_xlabel(f"share of the variance of: {words} ({int(rows['samples'].iloc[0])} samples)")
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return drawn


FIGURES = {"tornado": draw_tornado, "sobol": draw_sobol}


def main(arguments=None):
    parser = figure_parser(__doc__, FIGURES, "the folder of a sensitivity study")
    parser.add_argument("--figure-of", default="energy_facility_kwh", metavar="COLUMN",
                        help="which of its figures (energy_facility_kwh)")
    options = parser.parse_args(arguments)
    return draw_figures(options, {name: lambda results, draw=draw: draw(results, options.figure_of)
                                  for name, draw in FIGURES.items()})


if __name__ == "__main__":
    sys.exit(main())
