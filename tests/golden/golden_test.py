#!/usr/bin/python3
"""Every folder beside this file is a scenario with the files that a run of it must leave, byte for byte.

Usage: golden_test.py CAMPAIGN_SIM        UPDATE_GOLDEN=1 rewrites the expected files: say why in the commit.

manifest.json is not compared: it names the program's version, and every input of the library.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = ""
COMPARED = ("summary.json", "trials.csv", "segments.csv", "power.csv", "incumbent.csv", "nodes.csv")


class Golden(unittest.TestCase):
    maxDiff = 2000

    def test_each_case(self):
        cases = sorted(path.parent for path in HERE.glob("*/scenario.yaml"))
        self.assertTrue(cases)
        for case in cases:
            with self.subTest(case.name), tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "out"
                result = subprocess.run([PROGRAM, "run", case / "scenario.yaml", "--out", out, "--quiet"], timeout=60,
                                        capture_output=True, text=True)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                for name in COMPARED:
                    if name == "power.csv" and not (case / name).exists():
                        continue  # the long one: a case or two are enough
                    if os.environ.get("UPDATE_GOLDEN"):
                        shutil.copyfile(out / name, case / name)
                    self.assertEqual((out / name).read_text(), (case / name).read_text(), name)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
