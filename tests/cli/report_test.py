#!/usr/bin/python3
"""What `campaign-sim report` makes of folders and files that are not as they should be. How a report looks in a
browser, tests/report shows; none is needed here.

Usage: report_test.py CAMPAIGN_SIM [unittest arguments]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import no_file

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ""
LIMIT_S = 120


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = Path(tempfile.mkdtemp(prefix="campaign-sim-report-"))
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        subprocess.run([PROGRAM, "run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", cls.scratch / "run"],
                       check=True, timeout=LIMIT_S)

    def copy(self):
        return Path(shutil.copytree(self.scratch / "run", Path(tempfile.mkdtemp(dir=self.scratch)) / "copy"))

    def report(self, *arguments):
        return subprocess.run([PROGRAM, "report", *map(str, arguments)], cwd=self.scratch, timeout=LIMIT_S, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, errors="replace")

    def refused(self, says, folder, *options):
        """Status 2, a line that says why, and no page."""
        page = Path(tempfile.mkdtemp(dir=self.scratch)) / "page.html"
        result = self.report(folder, *(options or ("--out", page)))
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        self.assertIn(says, result.stderr)
        self.assertNotIn("internal error", result.stderr)
        self.assertNotIn("json.exception", result.stderr)
        self.assertFalse(page.exists())

    def test_what_is_no_folder_of_results(self):
        self.refused("nowhere: there is no such folder", "nowhere")
        self.refused("summary.json is not a folder", self.scratch / "run" / "summary.json")
        self.refused("is not a folder of results (it has no manifest.json)", self.scratch)

    def test_a_file_that_was_edited_cut_or_taken_away(self):
        for name in ("summary.json", "trials.csv", "segments.csv", "power.csv", "incumbent.csv"):
            folder = self.copy()
            whole = (folder / name).read_bytes()
            for damaged in (whole.replace(b"7", b"8", 1), whole[:-20], whole + whole[-60:], b"", whole[:9] + b"\0\xe9" + whole[9:]):
                (folder / name).write_bytes(damaged)
                self.refused(f"{name} is not as the run left it", folder)
            (folder / name).unlink()
            self.refused(f"{name} is missing; run the scenario again", folder)
            (folder / name).symlink_to("nowhere")
            self.refused(f"{name} is missing", folder)
            for _ in no_file.in_the_place_of(folder / name):
                self.refused(f"{name} is not a file", folder)

    def test_a_manifest_that_was_edited(self):
        folder = self.copy()
        manifest = json.loads((folder / "manifest.json").read_text())
        for key, value in (("program", 1), ("engine", None), ("command", []), ("inputs", "x"), ("inputs", [{"path": 1}]),
                           ("resolved_scenario", {}), ("crc32", None)):
            (folder / "manifest.json").write_text(json.dumps({**manifest, key: value}))
            self.refused("its manifest.json is not as a run of this version writes it", folder)
        (folder / "manifest.json").write_text(json.dumps({**manifest, "crc32": {}}))
        self.refused("its manifest.json has no checksum of summary.json", folder)
        for value in (None, "x", 99, 2e300, [], {}):
            (folder / "manifest.json").write_text(json.dumps({**manifest, "results_format": value}))
            self.refused("and this program reads format 2; run the scenario again", folder)
        (folder / "manifest.json").write_text(json.dumps({**manifest, "crc32": {"../run/summary.json": "0"}}))
        self.refused("names '../run/summary.json', which is no file of a run", folder)
        for text in ("", "{", "[]", "3", '{"a":' * 100_000):
            (folder / "manifest.json").write_text(text)
            self.refused("is not JSON as a run writes it", folder)

    def test_a_page_takes_the_place_of_nothing_else(self):
        folder = self.copy()
        before = (folder / "trials.csv").read_bytes()
        self.refused("trials.csv exists and is no report of campaign-sim; choose another with --out", folder, "--out",
                     folder / "trials.csv")
        self.assertEqual((folder / "trials.csv").read_bytes(), before)
        self.refused("exists and is no report", folder, "--out", folder)
        os.mkfifo(folder / "pipe")
        self.refused("exists and is no report", folder, "--out", folder / "pipe")
        (folder / "report.html").mkdir()
        result = self.report(folder)
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, "it is not a file|get-report-assets")

    @unittest.skipUnless((ROOT / "build" / "report-assets" / "d3.min.js").exists(), "needs tools/get-report-assets")
    def test_a_page_is_drawn_and_drawn_again(self):
        folder = self.copy()
        for out in ((), ("--out", folder / "a b\n é.html")):
            for _ in range(2):  # the second takes the first's place
                result = self.report(folder, *out)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn("Written to ", result.stdout)
        self.assertEqual((folder / "report.html").read_bytes(), (folder / "a b\n é.html").read_bytes())
        self.assertIn("cannot write", self.report(folder, "--out", folder / "nowhere" / "x.html").stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
