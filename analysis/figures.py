"""What the scripts that draw figures share: the look, the command line. tables.py reads what they draw."""

import argparse
import sys
from pathlib import Path

from tables import PlotError, Results

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError as missing:
    raise SystemExit(
        f"{Path(sys.argv[0]).name}: {missing}; on Debian: apt-get install python3-matplotlib python3-pandas"
    ) from None

TIME_UNITS = [("s", 1.0), ("min", 60.0), ("h", 3600.0), ("days", 86400.0)]
ENERGY_UNITS = [("Wh", 1e-3), ("kWh", 1.0), ("MWh", 1e3), ("GWh", 1e6)]
POWER_UNITS = [("W", 1.0), ("kW", 1e3), ("MW", 1e6)]

STYLE = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.dpi": 200,
    "figure.constrained_layout.use": True,
    "pdf.fonttype": 42,  # letters stay letters, as publishers ask
    "svg.fonttype": "none",
    "svg.hashsalt": "campaign-sim",  # the same CSVs give the same bytes
}
FIGURE_INCHES = (6.5, 3.4)  # the text width of a page
FORMATS = ("png", "svg", "pdf")


class NothingToDraw(Exception):
    """The numbers of this figure do not exist in these results."""


def unit_for(largest, units):
    """The largest unit in which the largest value is at least 1 (2 for time: `90 min` reads better than
    `1.5 h`, and an axis in days wants more than one)."""
    least = 2 if units is TIME_UNITS else 1
    fitting = [unit for unit in units if largest >= least * unit[1]]
    return fitting[-1] if fitting else units[0]


def say_instead(axes, words):
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center")
    axes.set_xticks([])
    axes.set_yticks([])


def list_of(choices):
    def parse(text):
        chosen = text.split(",")
        for one in chosen:
            if one not in choices:
                raise argparse.ArgumentTypeError(f"'{one}' is not one of {', '.join(choices)}")
        return chosen

    return parse


def save(figure, path):
    # Without its creation time, so that the same CSVs give the same bytes.
    metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix)
    try:
        figure.savefig(path, metadata=metadata)
    except OSError as problem:
        raise PlotError(f"{path}: cannot be written ({problem.strerror})") from None
    print(path)


def figure_parser(description, figures, folder):
    """The command line of a script that draws these figures of a folder."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, metavar="DIR", help=folder)
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (figures/ in that folder)")
    parser.add_argument("--format", type=list_of(FORMATS), default=["png"], metavar="png,svg,pdf",
                        help="one or several (png)")
    parser.add_argument("--figures", type=list_of(figures), default=list(figures), metavar=",".join(figures),
                        help="which ones (all that there are numbers for)")
    return parser


def draw_figures(options, figures):
    """Draws what the command line asks for; `figures` has a function of the results for each name. Returns the
    exit status."""
    script = Path(sys.argv[0]).name
    try:
        if not options.results.is_dir():
            raise PlotError(f"{options.results}: there is no such folder")
        results = Results(options.results)
        out = options.out or options.results / "figures"
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise PlotError(f"{out}: cannot be created ({problem.strerror})") from None
        with plt.rc_context(STYLE):
            for name in options.figures:
                try:
                    figure = figures[name](results)
                except NothingToDraw as reason:
                    print(f"{script}: no {name}: {reason}", file=sys.stderr)
                    continue
                for suffix in options.format:
                    save(figure, out / f"{name}.{suffix}")
                plt.close(figure)
    except PlotError as problem:
        print(f"{script}: {problem}", file=sys.stderr)
        return 2
    return 0
