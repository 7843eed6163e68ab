#!/usr/bin/python3
"""The figures of analysis/sensitivity.py show the numbers of the CSVs, and what has none is left out."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "analysis"))
try:
    import sensitivity
except SystemExit as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(0)

import matplotlib.pyplot as plt

TORNADO = """input,low,high,figure,at_low,at_base,at_high,swing
power,180 W,260 W,energy_facility_kwh,18,21,24,6
power,180 W,260 W,makespan_s,7200,7200,7200,0
seconds,1 s,2 s,energy_facility_kwh,9,21,12,3
nodes,1,3,energy_facility_kwh,30,21,10,-20
broken,1,2,energy_facility_kwh,5,21,,
"""
SOBOL = """input,figure,samples,first_order,total
power,energy_facility_kwh,64,0.2,0.3
nodes,energy_facility_kwh,64,0.6,0.7
"""


class SensitivityTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.addCleanup(plt.close, "all")
        self.folder = Path(temporary.name)
        (self.folder / "tornado.csv").write_text(TORNADO)
        self.results = sensitivity.Results(self.folder)

    def run_script(self, *arguments):
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            status = sensitivity.main([str(argument) for argument in arguments])
        return status, out.getvalue(), error.getvalue()

    def test_the_widest_swing_is_at_the_top_and_the_bars_reach_the_ends(self):
        axes = sensitivity.draw_tornado(self.results).axes[0]
        self.assertEqual([label.get_text() for label in axes.get_yticklabels()], ["seconds", "power", "nodes"])
        low, high = axes.containers
        ends = [(round(a.get_x() + a.get_width(), 9), round(b.get_x() + b.get_width(), 9)) for a, b in zip(low, high)]
        self.assertEqual(ends, [(9, 12), (18, 24), (30, 10)])
        self.assertEqual({bar.get_x() for bar in [*low, *high]}, {21})
        self.assertIn("180 W", [text.get_text() for text in axes.texts])

    def test_of_two_bars_on_one_side_the_shorter_is_in_front(self):
        low, high = sensitivity.draw_tornado(self.results).axes[0].containers
        self.assertGreater(high[0].get_zorder(), low[0].get_zorder())

    def test_indices_are_those_of_the_file(self):
        (self.folder / "sobol.csv").write_text(SOBOL)
        axes = sensitivity.draw_sobol(self.results).axes[0]
        self.assertEqual([list(line.get_xdata()) for line in axes.lines[:2]], [[0.2, 0.6], [0.3, 0.7]])
        self.assertIn("64 samples", axes.get_xlabel())

    def test_what_has_no_numbers_is_left_out_and_it_says_why(self):
        status, printed, error = self.run_script(self.folder)
        self.assertEqual((status, printed.strip()), (0, str(self.folder / "figures" / "tornado.png")))
        self.assertIn("no sobol: there are no indices; campaign-sim sensitivity --samples makes them", error)

    def test_a_figure_that_is_not_there_is_refused_with_those_that_are(self):
        status, _, error = self.run_script(self.folder, "--figure-of", "joules")
        self.assertEqual(status, 2)
        self.assertIn("there is no figure 'joules' (there are: energy_facility_kwh, makespan_s)", error)


if __name__ == "__main__":
    unittest.main()
