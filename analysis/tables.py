"""Reads the files that campaign-sim wrote, for the scripts that draw them. They may have been edited or cut since:
whatever cannot be what was written is refused with its file and line, so that no picture is silently wrong."""

import csv
import io
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

try:
    import numpy as np
    import pandas as pd
except ImportError as missing:
    raise SystemExit(f"{Path(sys.argv[0]).name}: {missing}; on Debian: apt-get install python3-pandas") from None

AGAIN = "make the file again, or mend that line"


class PlotError(Exception):
    """Something the user can mend."""


def is_number(cell):
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True


@dataclass
class Column:
    """One that is asked for. A number may be missing if the column has gaps: nothing was measured (empty) or reached
    (inf)."""

    name: str
    place: int
    is_text: bool
    has_gaps: bool

    def read(self, cells, lines, path):
        if self.is_text:
            if not self.has_gaps and "" in cells:
                self.refuse("", lines[cells.index("")], path)
            return pd.Series(cells, lines, object)
        try:
            values = np.array([float(cell) if cell else math.nan for cell in cells])
        except ValueError:
            self.refuse(*next(pair for pair in zip(cells, lines) if not is_number(pair[0])), path)
        for row in np.flatnonzero(~np.isfinite(values)):
            if not self.has_gaps or (cells[row] and math.isnan(values[row])):
                self.refuse(cells[row], lines[row], path)
            values[row] = math.nan
        return pd.Series(values, lines, float)

    def refuse(self, cell, line, path):
        what = f"is '{cell.strip()}', which is no finite number" if cell.strip() else "is empty"
        raise PlotError(f"{path}:{line}: '{self.name}' {what}; {AGAIN}")


def text_of(path, hint=""):
    """What it holds. Whether it is a file comes first: to open a pipe would wait for ever."""
    if not path.exists():
        raise PlotError(f"{path}: there is no such file{hint}")
    if not path.is_file():
        raise PlotError(f"{path}: is not a file")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise PlotError(f"{path}: is not text in UTF-8 ({problem.reason} at byte {problem.start}); save it as such") from None
    except OSError as problem:
        raise PlotError(f"{path}: cannot be read ({problem.strerror})") from None


def columns_of(path, header, numbers, texts, gaps):
    """Those that are asked for, where they stand."""
    for name in header:
        if header.count(name) > 1:
            raise PlotError(f"{path}:1: two columns are called '{name}'")
    for name in (*texts, *numbers):
        if name not in header:
            raise PlotError(f"{path}:1: there is no column '{name}' (there are: {', '.join(header)})")
    return [Column(name, header.index(name), name in texts, name in gaps) for name in (*texts, *numbers)]


def records_of(path, text):
    """Each row, the header first, and the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line, width = 1, 0
    try:
        for row in reader:
            width = width or len(row)
            if len(row) == width:
                yield row, line
            elif row:  # else a blank line
                raise PlotError(f"{path}:{line}: {len(row)} cells, but the header has {width}; {AGAIN}")
            line = reader.line_num + 1
    except csv.Error as problem:
        raise PlotError(f"{path}:{line}: cannot be read as CSV ({problem}); {AGAIN}") from None


def read_table(path, numbers, texts=(), gaps=(), hint=""):
    """The columns of a CSV as a table: `numbers`, which may be a function of the header, and `texts`. A cell of the
    columns in `gaps` may be empty, and a number there infinite: both become no number. The index is the lines."""
    text = text_of(path, hint)
    if not text.strip():
        raise PlotError(f"{path}:1: is empty; make it again")
    if not text.endswith(("\n", "\r")):
        raise PlotError(f"{path}:{len(text.splitlines())}: the last line does not end: is the file cut short? Make it "
                        "again (if only the line break is gone, add it)")
    records = records_of(path, text)
    header = [name.strip() for name in next(records)[0]]
    columns = columns_of(path, header, numbers(header) if callable(numbers) else numbers, texts, gaps)
    cells, lines = [[] for _ in columns], []
    taken = [(column.place, of_column.append) for column, of_column in zip(columns, cells)]
    for row, line in records:
        for place, take in taken:
            take(row[place])
        lines.append(line)
    return pd.DataFrame({column.name: column.read(of_column, lines, path) for column, of_column in zip(columns, cells)})


@dataclass
class Results:
    """A results folder. Files are read when a figure asks for them."""

    folder: Path

    def table(self, name, numbers, texts=(), gaps=()):
        """The CSV of that name, as read_table has it."""
        return read_table(self.folder / name, numbers, texts, gaps, "; is this the folder of a finished run?")

    def description(self, name):
        """A JSON file that only adds words to the figures; empty if it is not there."""
        path = self.folder / name
        if not path.exists():
            return {}
        try:
            content = json.loads(text_of(path))
        except ValueError as problem:
            raise PlotError(f"{path}: cannot be read as JSON ({problem})") from None
        if not isinstance(content, dict):
            raise PlotError(f"{path}: must hold a JSON object")
        return content

    def title(self):
        summary = self.description("summary.json")
        title = [str(summary.get("scenario", self.folder.resolve().name))]
        if "strategy" in summary:
            title.append(str(summary["strategy"]))
        if "seed" in summary:
            title.append(f"seed {summary['seed']}")
        partial = summary.get("partial") or self.description("manifest.json").get("partial")
        return ", ".join(title) + (" (partial result: the run was interrupted)" if partial else "")
