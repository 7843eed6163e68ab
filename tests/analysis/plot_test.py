#!/usr/bin/python3
"""The figures of analysis/plot.py show the numbers of the CSVs, and its errors say what is wrong."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # nothing of a test stays behind in the sources
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "analysis"))
try:
    import plot
except SystemExit as missing:
    print(f"SKIPPED: {missing}")
    sys.exit(0)

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import StepPatch

KWH = 3.6e6

# Two accelerators for 4 h: trial 0 on both for 2 h, then trial 1 on the second, while the first idles.
POWER = """start_s,end_s,it_w,facility_w,train_w,idle_w,search_w
0,3600,1000,1200,1000,0,0
3600,7200,1000,1200,1000,0,0
7200,14400,600,720,500,100,0
"""
SEGMENTS = """segment,trial,cause,from_resource,to_resource,start_s,end_s,accelerators,energy_j,cluster,placed_on
0,0,train,0,81,0,7200,2,7.2e6,a,0-1
,,idle,0,0,7200,14400,1,7.2e5,a,0
1,1,train,0,81,7200,14400,1,3.6e6,a,1
"""
INCUMBENT = """time_s,energy_kwh,resource,trial,metric
7200,2.0,81,0,3.5
14400,3.2,81,1,3.0
"""
TRIALS = """trial,status,resource,metric,best_metric,start_s,end_s,accelerator_s,energy_kwh,co2e_kg,width
0,completed,81,3.6,3.5,0,7200,14400,2.0,0.1,256
1,completed,81,3.0,3.0,7200,14400,7200,1.0,0.1,512
2,failed,0,,,14400,14400,0,0,0,4096
"""
NODES = "cluster,node,busy_s,idle_s,energy_kwh\na,0,21600,7200,3.2\n"


class PlotTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.addCleanup(plt.close, "all")
        self.folder = Path(temporary.name) / "a run"
        self.folder.mkdir()
        self.results = plot.Results(self.folder)
        for name, text in {"power": POWER, "segments": SEGMENTS, "incumbent": INCUMBENT, "trials": TRIALS,
                           "nodes": NODES}.items():
            self.write(f"{name}.csv", text)
        self.write("summary.json", json.dumps({"scenario": "tiny", "seed": 7, "strategy": "asha"}))

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def run_script(self, *arguments):
        """Exit status, standard output, standard error."""
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            try:
                status = plot.main([str(argument) for argument in arguments])
            except SystemExit as stop:
                status = stop.code
        return status, out.getvalue(), error.getvalue()

    def assert_fails(self, message):
        status, _, error = self.run_script(self.folder)
        self.assertEqual(status, 2)
        self.assertIn(message, error)
        self.assertNotIn("Traceback", error)


class WhatIsDrawn(PlotTest):
    def test_power_is_stacked_to_the_watts_of_the_csv(self):
        axes = plot.draw_power(self.results).axes[0]
        steps = {patch.get_label(): patch.get_data() for patch in axes.patches if isinstance(patch, StepPatch)}
        self.assertEqual(set(steps), {"train", "idle", "facility"})  # search never drew anything
        edges_h = [0, 1, 2, 4]
        for step in steps.values():
            np.testing.assert_allclose(step.edges, edges_h)
        np.testing.assert_allclose(steps["train"].baseline, [0, 0, 0])
        np.testing.assert_allclose(steps["train"].values, [1.0, 1.0, 0.5])  # kW
        np.testing.assert_allclose(steps["idle"].baseline, steps["train"].values)
        np.testing.assert_allclose(steps["idle"].values, [1.0, 1.0, 0.6])
        np.testing.assert_allclose(steps["facility"].values, [1.2, 1.2, 0.72])
        self.assertEqual((axes.get_xlabel(), axes.get_ylabel()), ("Time (h)", "Power (kW)"))

    def test_the_best_metric_holds_from_when_it_is_found_to_the_end(self):
        axes = plot.draw_metric(self.results).axes[0]
        line = axes.lines[0]
        self.assertEqual(line.get_drawstyle(), "steps-post")
        np.testing.assert_allclose(line.get_xdata(), [2.0, 3.2, 3.2])
        np.testing.assert_allclose(line.get_ydata(), [3.5, 3.0, 3.0])
        self.assertEqual(axes.get_xlabel(), "IT energy (kWh)")

    def test_trials_stand_at_the_energy_spent_when_they_ended(self):
        axes = plot.draw_metric(self.results).axes[0]
        # Without the trial that failed, which has no metric.
        np.testing.assert_allclose(axes.collections[0].get_offsets(), [[2.0, 3.5], [3.2, 3.0]])

    def test_trials_that_diverged_do_not_squeeze_the_curve(self):
        rows = [f"{n},completed,81,0,{3 + 0.01 * n if n < 29 else 1e9},0,7200,1,1,1,1" for n in range(30)]
        self.write("trials.csv", TRIALS.splitlines()[0] + "\n" + "\n".join(rows) + "\n")
        axes = plot.draw_metric(self.results).axes[0]
        self.assertLess(axes.get_ylim()[1], 10)
        hidden = sum(3 + 0.01 * n > axes.get_ylim()[1] for n in range(29)) + 1
        self.assertIn(f"{hidden} worse trials out of view", [text.get_text() for text in axes.texts])

    def test_energy_bars_sum_the_segments_by_cause(self):
        axes = plot.draw_energy(self.results).axes[0]
        bars = dict(zip([label.get_text() for label in axes.get_yticklabels()],
                        [bar.get_width() for bar in axes.containers[0]]))
        self.assertEqual(set(bars), {"train", "idle"})
        self.assertAlmostEqual(bars["train"], (7.2e6 + 3.6e6) / KWH)
        self.assertAlmostEqual(bars["idle"], 7.2e5 / KWH)

    def test_gantt_bars_cover_the_accelerators_of_each_row(self):
        axes = plot.draw_gantt(self.results).axes[0]
        boxes = {}
        for bars in axes.collections:
            if isinstance(bars, PolyCollection):
                boxes[bars.get_label()] = [
                    (path.vertices[:, 0].min(), path.vertices[:, 0].max(), path.vertices[:, 1].min(),
                     path.vertices[:, 1].max()) for path in bars.get_paths()]
        self.assertEqual(boxes, {"train": [(0, 2, -0.5, 1.5), (2, 4, 0.5, 1.5)], "idle": [(2, 4, -0.5, 0.5)]})

    def test_a_cause_of_a_later_version_is_drawn_too(self):
        self.write("segments.csv", SEGMENTS.replace("idle", "preempted"))
        axes = plot.draw_energy(self.results).axes[0]
        self.assertIn("preempted", [label.get_text() for label in axes.get_yticklabels()])

    def test_the_title_names_the_run_and_says_when_it_is_partial(self):
        self.assertEqual(self.results.title(), "tiny, asha, seed 7")
        self.write("summary.json", json.dumps({"scenario": "tiny", "partial": True}))
        self.assertIn("partial result", self.results.title())
        (self.folder / "summary.json").unlink()
        self.assertEqual(self.results.title(), "a run")


class ManyBars(PlotTest):
    def test_shares_of_the_image_are_those_of_the_segments(self):
        # 1,000 accelerators on 300 rows, so that rows hold three or four; random cuts that fit no column.
        accelerators, end = 1000, 5000.0
        random = np.random.default_rng(5)
        rows = []
        exact = {"train": 0.0, "idle": 0.0}
        for accelerator in range(accelerators):
            cuts = np.sort(np.r_[0, random.uniform(0, end, 5), end])
            for n, (start, stop) in enumerate(zip(cuts, cuts[1:])):
                cause = "train" if n % 2 == 0 else "idle"
                rows.append(f"{n},0,{cause},0,0,{start!r},{stop!r},1,1,a,{accelerator}")
                exact[cause] += stop - start
        self.write("segments.csv", SEGMENTS.splitlines()[0] + "\n" + "\n".join(rows) + "\n")
        segments, ranges = plot.read_placements(self.results)
        shares = plot.gantt_shares(segments, ranges, accelerators, end)

        np.testing.assert_allclose(shares["train"] + shares["idle"], 1, atol=1e-9)
        sizes = np.bincount(np.arange(accelerators) * plot.GANTT_ROWS // accelerators)
        seconds = end / plot.GANTT_COLUMNS
        self.assertAlmostEqual(float((shares["train"] * sizes[:, None]).sum() * seconds), exact["train"], places=3)

        # One cell, counted by hand.
        first, last = np.flatnonzero(np.arange(accelerators) * plot.GANTT_ROWS // accelerators == 123)[[0, -1]]
        low, high = 400 * seconds, 401 * seconds
        held = 0
        for _, row in segments[segments["cause"] == "train"].iterrows():
            if first <= int(row["placed_on"]) <= last:
                held += max(0, min(high, row["end_s"]) - max(low, row["start_s"]))
        self.assertAlmostEqual(float(shares["train"][123, 400]), held / seconds / (last - first + 1), places=9)

    def test_above_a_few_thousand_bars_it_is_an_image(self):
        rows = [f"{n},{n},train,0,0,{n},{n + 1},2,1,a,0-1" for n in range(plot.MOST_GANTT_BARS + 1)]
        self.write("segments.csv", SEGMENTS.splitlines()[0] + "\n" + "\n".join(rows) + "\n")
        axes = plot.draw_gantt(self.results).axes[0]
        self.assertEqual(len(axes.images), 1)
        colour = np.array(plot.to_rgb(plot.colour_of("train")))
        np.testing.assert_allclose(axes.images[0].get_array(), np.broadcast_to(colour, (2, 900, 3)), atol=1e-9)

    def test_a_placement_is_a_list_of_ranges(self):
        self.assertEqual(plot.ranges_of("0-3;8"), [(0, 3), (8, 8)])
        self.assertEqual(plot.ranges_of("12"), [(12, 12)])


class TheScript(PlotTest):
    def test_it_writes_every_figure_in_every_format_and_the_same_bytes_twice(self):
        out = self.folder / "deep" / "paper"
        contents = []
        for _ in range(2):
            status, printed, error = self.run_script(self.folder, "--out", out, "--format", "svg,pdf",
                                                     "--figures", "power,energy")
            self.assertEqual((status, error), (0, ""))
            self.assertEqual(len(printed.splitlines()), 4)
            contents.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
        self.assertEqual(list(contents[0]), ["energy.pdf", "energy.svg", "power.pdf", "power.svg"])
        self.assertEqual(contents[0], contents[1])

    def test_figures_go_into_the_results_folder_by_default(self):
        self.assertEqual(self.run_script(self.folder, "--figures", "energy")[0], 0)
        self.assertTrue((self.folder / "figures" / "energy.png").exists())

    def test_a_run_in_which_nothing_happened_is_drawn(self):
        for name in ("power", "segments", "incumbent", "trials"):
            path = self.folder / f"{name}.csv"
            path.write_text(path.read_text().splitlines()[0] + "\n")
        for name, draw in plot.FIGURES.items():
            with self.subTest(name):
                self.assertEqual(len(draw(self.results).axes[0].texts), 1)

    def test_a_missing_folder_or_file_is_named(self):
        status, _, error = self.run_script(self.folder / "nowhere")
        self.assertEqual(status, 2)
        self.assertIn("nowhere: there is no such folder", error)
        (self.folder / "power.csv").unlink()
        self.assert_fails("power.csv: there is no such file; is this the folder of a finished run?")

    def test_a_missing_column_is_named_with_those_that_are_there(self):
        self.write("power.csv", POWER.replace("facility_w", "facility"))
        self.assert_fails("power.csv:1: there is no column 'facility_w' (there are: start_s, end_s, it_w,")

    def test_words_among_the_numbers_are_refused(self):
        self.write("power.csv", POWER.replace("1000,0,0", "lots,0,0"))
        self.assert_fails("power.csv:2: 'train_w' is 'lots', which is no finite number")

    def test_bins_with_a_gap_are_refused(self):
        self.write("power.csv", POWER.replace("3600,7200", "3601,7200"))
        self.assert_fails("power.csv:3: each row must start where the one before it ends")
        self.write("power.csv", POWER.replace("3600,7200", "3600,3600"))
        self.assert_fails("power.csv:3: a row ends after it starts")

    def test_causes_that_are_not_the_whole_are_refused(self):
        self.write("power.csv", POWER.replace("500,100,0", "500,90,0"))
        self.assert_fails("power.csv:4: the causes must sum to it_w")

    def test_segments_that_cannot_be_are_refused(self):
        self.write("segments.csv", SEGMENTS.replace(",7200,14400,1,3.6e6", ",7200,7000,1,3.6e6"))
        self.assert_fails("segments.csv:4: a row starts at 0 or later and ends after it starts")
        self.write("segments.csv", SEGMENTS.replace("3.6e6", "-3.6e6"))
        self.assert_fails("segments.csv:4: energy is not negative")

    def test_files_that_are_no_csv_or_json_are_refused(self):
        self.write("power.csv", "")
        self.assert_fails("power.csv:1: is empty; make it again")
        self.write("power.csv", POWER.replace("7200,14400", '7200,"14400'))
        self.assert_fails("power.csv:4: cannot be read as CSV")
        (self.folder / "power.csv").write_bytes(b"\xff\xfe\x00\x01" * 50)
        self.assert_fails("power.csv: is not text in UTF-8")
        self.write("power.csv", POWER)
        self.write("summary.json", "{")
        self.assert_fails("summary.json: cannot be read as JSON")

    def test_a_placement_that_is_none_is_refused(self):
        self.write("segments.csv", SEGMENTS.replace("0-1", "everywhere"))
        self.assert_fails("'everywhere' in column 'placed_on' is not a list such as 0-3;8")
        for text in ("3-1", "0-99999999999", "-1"):
            self.write("segments.csv", SEGMENTS.replace("0-1", text))
            self.assert_fails(f"segments.csv:2: '{text}' in column 'placed_on' is not a list such as 0-3;8")
        self.write("segments.csv", SEGMENTS.replace("0-1", ""))
        self.assert_fails("segments.csv:2: 'placed_on' is empty")

    def test_an_unknown_figure_or_format_is_refused(self):
        for option, text in (("--figures", "powr"), ("--format", "gif")):
            status, _, error = self.run_script(self.folder, option, text)
            self.assertEqual(status, 2)
            self.assertIn(f"'{text}' is not one of", error)


if __name__ == "__main__":
    unittest.main()
