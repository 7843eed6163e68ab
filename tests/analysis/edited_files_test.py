#!/usr/bin/python3
"""What the program wrote and somebody then edited, cut or replaced: every figure of every script refuses it with its
file and line, or is not touched by it."""

import csv
import io
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "analysis"))
PROGRAM = sys.argv.pop(1)
try:
    import compare
    import plot
    import plot_calibration
    import sensitivity
except SystemExit as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(0)

import matplotlib.pyplot as plt
import tables

SCRIPTS = {plot: "run", compare: "compared", sensitivity: "studied"}


def written():
    """Results of each kind, in a folder that stays for the whole test."""
    folder = Path(tempfile.mkdtemp())
    draws = random.Random(2)
    lines = ["time,watts,utilisation"] + [f"{i},{40 + 200 * (i % 6) / 5 + draws.gauss(0, 2):.2f},{(i % 6) / 5}" for i in range(60)]
    (folder / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    steps = [f"1,{n},{b},{0.1 + 0.01 * b + 0.02 * (n > 1)}" for n in (1, 2, 4) for b in (8, 16)]
    (folder / "steps.csv").write_text("\n".join(["nodes,accelerators,local_batch,step_time", *steps]) + "\n", encoding="utf-8")
    scenario = ROOT / "scenarios" / "compare_small.yaml"
    for command in (["run", scenario, "--variant", "asha", "--out", "run"],
                    ["compare", scenario, "--seeds", "3", "--out", "compared"],
                    ["sensitivity", ROOT / "scenarios" / "quick.yaml", "--samples", "4", "--out", "studied",
                     "--input", "workload.power=180 W..260 W", "--input", "platform.clusters.main.nodes=1..3"],
                    ["calibrate", "log.csv", "--accelerator", "a40", "--out", "curve.yaml"],
                    ["calibrate", "steps.csv", "--speeds", "--out", "speeds.yaml"]):
        subprocess.run([PROGRAM, *map(str, command), "--quiet"], cwd=folder, check=True, timeout=300)
    return folder


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def csv_text(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


class EditedFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = written()
        cls.figures = [(f"{script.__name__} {name}", lambda draw=draw, at=at: draw(script.Results(cls.folder / at)))
                       for script, at in SCRIPTS.items() for name, draw in script.FIGURES.items()]
        cls.figures += [(f"plot_calibration {name}", lambda name=name: plot_calibration.draw(cls.folder / name))
                        for name in ("curve.csv", "speeds.csv")]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def read_by(self, draw):
        """What a figure reads: path, numbers, texts and gaps of each table."""
        calls = []
        original = tables.read_table

        def recorded(path, numbers, texts=(), gaps=(), hint=""):
            table = original(path, numbers, texts, gaps, hint)
            calls.append((path, [name for name in table.columns if name not in texts], texts, gaps))
            return table

        for module in (tables, plot_calibration):
            module.read_table = recorded
        try:
            plt.close(draw())
        finally:
            for module in (tables, plot_calibration):
                module.read_table = original
        return calls

    def for_each_table(self, check):
        """Once for each set of columns, however many figures read it."""
        done = set()
        for name, draw in self.figures:
            for path, numbers, texts, gaps in self.read_by(draw):
                if (path, *numbers) not in done:
                    done.add((path, *numbers))
                    with self.subTest(f"{name}: {path.name}"):
                        check(draw, path, numbers, texts, gaps)

    def edited(self, path, content, draw):
        """What a figure says to this content; empty if it is drawn."""
        kept = path.read_bytes()
        try:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            plt.close(draw())
        except tables.PlotError as problem:
            return str(problem)
        except (plot_calibration.NothingToDraw, compare.NothingToDraw):
            return "nothing to draw"
        finally:
            path.write_bytes(kept)
        return ""

    def test_no_number_is_taken_for_one(self):
        def check(draw, path, numbers, _, gaps):
            rows = rows_of(path)
            place = len(rows) // 2
            for name in numbers:
                column = rows[0].index(name)
                for bad in ("nan", "many", "1;2", "0x1F", *(() if name in gaps else ("inf", "-1e999", ""))):
                    row = list(rows[place])
                    row[column] = bad
                    said = self.edited(path, csv_text([*rows[:place], row, *rows[place + 1:]]), draw)
                    self.assertTrue(said.startswith(f"{path}:{place + 1}: '{name}' is "), (name, bad, said))

        self.for_each_table(check)

    def test_columns_and_cells_that_are_gone(self):
        def check(draw, path, numbers, texts, _):
            header, *rows = rows_of(path)
            for name in (*numbers, *texts):
                if path.name == "power.csv" and name not in ("start_s", "end_s", "it_w", "facility_w"):
                    continue  # the causes are whichever there are, but they sum to it_w
                if path.name == "speeds.csv" and name == "step_s":
                    continue  # which tells it from a power curve
                other = [one if one != name else "other" for one in header]
                said = self.edited(path, csv_text([other, *rows]), draw)
                self.assertIn(f"{path}:1: there is no column '{name}' (there are: ", said)
            said = self.edited(path, csv_text([[*header[:-1], header[0]], *rows]), draw)
            self.assertIn(f"{path}:1: two columns are called '{header[0]}'", said)
            for row in ([*rows[0], "1"], rows[0][:-1]):
                said = self.edited(path, csv_text([header, row, *rows[1:]]), draw)
                self.assertIn(f"{path}:2: {len(row)} cells, but the header has {len(header)}", said)

        self.for_each_table(check)

    def test_files_that_are_cut_empty_or_no_files(self):
        def check(draw, path, *_):
            content = path.read_bytes()
            lines = content.count(b"\n")
            self.assertIn(f"{path}:{lines}: the last line does not end", self.edited(path, content[:-3], draw))
            self.assertIn(f"{path}:1: is empty", self.edited(path, b"", draw))
            self.assertIn(f"{path}: is not text in UTF-8", self.edited(path, content[:50] + b"\xff\xfe" + content[50:], draw))
            self.edited(path, content.split(b"\n")[0] + b"\n", draw)  # no rows: an empty picture or a word, no traceback
            if path.name == "sobol.csv":
                return  # a study need not have one
            aside = path.with_suffix(".aside")
            path.rename(aside)
            try:
                with self.assertRaisesRegex(tables.PlotError, "there is no such file"):
                    draw()
                path.mkdir()
                with self.assertRaisesRegex(tables.PlotError, "is not a file"):
                    draw()
                path.rmdir()
            finally:
                aside.rename(path)

        self.for_each_table(check)

    def test_other_line_breaks_and_a_byte_order_mark_change_nothing(self):
        def check(draw, path, numbers, texts, gaps):
            before = tables.read_table(path, numbers, texts, gaps)
            kept = path.read_bytes()
            try:
                path.write_bytes(b"\xef\xbb\xbf" + kept.replace(b"\n", b"\r\n"))
                plt.close(draw())
                self.assertTrue(before.equals(tables.read_table(path, numbers, texts, gaps)))
            finally:
                path.write_bytes(kept)

        self.for_each_table(check)


if __name__ == "__main__":
    unittest.main()
