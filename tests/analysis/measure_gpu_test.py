#!/usr/bin/python3
"""analysis/measure_gpu.py on a machine that only pretends: a stand-in for PyTorch and for nvidia-smi.

What no stand-in can show is that a real GPU trains; no GPU was at hand when this was written.
"""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "analysis" / "measure_gpu.py"
PROGRAM = sys.argv.pop(1)

# Whatever is asked of it, it is there; a step takes five milliseconds.
TORCH = """\
import time

class Anything:
    def __getattr__(self, name): return Anything()
    def __call__(self, *a, **k): return Anything()
    def __getitem__(self, key): return self
    def __enter__(self): return self
    def __exit__(self, *a): return False

class Scaler(Anything):
    def __init__(self, *a, **k): pass
    def step(self, optimiser): time.sleep(0.005)

class amp:
    GradScaler = Scaler

class cuda(Anything):
    class OutOfMemoryError(Exception): pass
    is_available = staticmethod(lambda: %(gpu)s)
    max_memory_allocated = staticmethod(lambda: 2**30)
    set_device = synchronize = empty_cache = reset_peak_memory_stats = staticmethod(lambda *a: None)

class nn(Anything):
    functional = Anything()
    Transformer = Anything()
    Embedding = Linear = TransformerEncoder = staticmethod(lambda *a, **k: Anything())

    @staticmethod
    def TransformerEncoderLayer(width, *a, **k):
        if width > 1000: raise cuda.OutOfMemoryError
        if width == 64: raise RuntimeError("no kernel image\\nfor this device")
        return Anything()

    Sequential = staticmethod(lambda *a: Anything())

def __getattr__(name): return Anything()
"""
SMI = "#!/bin/sh\necho \"$CUDA_VISIBLE_DEVICES $CUDA_DEVICE_ORDER $2\" > asked\necho '%s, 60, 1024, 300.00, NVIDIA A40, 535.54'\n"


class MeasureGpuTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.pretend()

    def pretend(self, gpu=True, watts="120.50"):
        (self.folder / "torch.py").write_text(TORCH % {"gpu": gpu}, encoding="utf-8")
        (self.folder / "pynvml.py").write_text("raise ImportError\n", encoding="utf-8")
        smi = self.folder / "nvidia-smi"
        smi.write_text(SMI % watts, encoding="utf-8")
        smi.chmod(0o755)

    def environment(self, path=None, **more):
        return {**os.environ, **more, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1",
                "PATH": path or f"{self.folder}:{os.environ['PATH']}"}

    def measure(self, *arguments, path=None, **more):
        return subprocess.run([sys.executable, str(SCRIPT), *arguments], cwd=self.folder,
                              env=self.environment(path, **more), text=True,
                              capture_output=True, check=False, timeout=300)

    def rows(self, name):
        with (self.folder / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_variants_are_measured_and_calibrate_reads_them(self):
        done = self.measure("--out", "m", "--seconds", "2", "--rest", "1.5",
                            "--variants", "256x2x2xbf16,64x1x1xbf16,512x2x2xbf16x512,1024x2x2xbf16")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("w64-d1-b1-s1024-bf16: left out; PyTorch says: no kernel image\n", done.stdout)
        self.assertIn("NVIDIA A40, driver 535.54: 4 variants of 2 s", done.stdout)
        self.assertIn("w1024-d2-b2-s1024-bf16: does not fit into the memory", done.stdout)
        rows = self.rows("m/variants.csv")
        self.assertEqual([row["variant"] for row in rows],
                         ["idle", "w256-d2-b2-s1024-bf16", "w512-d2-b2-s512-bf16", "idle"])
        small = rows[1]
        self.assertEqual(int(small["parameters"]), 12 * 2 * 256**2 + 256 * 32_000)
        self.assertGreater(float(small["step_time_s"]), 0.005)
        self.assertAlmostEqual(float(small["tokens_per_s"]) * float(small["step_time_s"]), 2048, delta=1)
        flops = 2048 * (6 * int(small["parameters"]) + 12 * 2 * 256 * 1024)
        self.assertAlmostEqual(float(small["flops_per_s"]) * float(small["step_time_s"]) / flops, 1, places=4)
        self.assertEqual((small["watts"], small["power_limit_w"], small["gpu"]), ("120.50", "300", "NVIDIA A40"))
        self.assertGreater(len(self.rows("m/power.csv")), 20)

        done = subprocess.run([PROGRAM, "calibrate", self.folder / "m" / "variants.csv"], capture_output=True, text=True,
                              check=False, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("(measure_gpu.py, NVIDIA A40)", done.stdout)
        self.assertIn("Idle: 120.5 W, from readings at utilisation 0.", done.stdout)

        again = self.measure("--replay", "m", "--out", "again")
        self.assertEqual(again.returncode, 0, again.stderr)
        for row, other in zip(rows, self.rows("again/variants.csv")):
            for column in set(row) - {"gpu", "driver"}:
                self.assertEqual(row[column], other[column], column)

    def test_what_was_measured_before_it_ended_is_kept(self):
        arguments = [sys.executable, str(SCRIPT), "--out", "m", "--seconds", "2", "--rest", "1.2", "--variants",
                     "256x2x2xbf16,512x2x2xbf16,512x4x2xbf16"]
        process = subprocess.Popen(arguments, cwd=self.folder, env=self.environment(), text=True, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        process.stdout.readline()
        self.assertIn("w256-d2-b2-s1024-bf16: ", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors),
                         (2, "measure_gpu.py: interrupted; the tables hold what was measured until then\n"))
        self.assertEqual([row["variant"] for row in self.rows("m/variants.csv")], ["idle", "w256-d2-b2-s1024-bf16"])
        self.assertEqual(len(self.rows("m/steps.csv")), 2)

        said = self.measure("--out", "m")
        self.assertEqual((said.returncode, said.stderr),
                         (2, "measure_gpu.py: m holds a measurement already; give another --out\n"))

    def test_where_it_cannot_write_it_does_not_measure(self):
        (self.folder / "file").write_text("", encoding="utf-8")
        done = self.measure("--out", "file/m")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("file/m: cannot be made", done.stderr)

    def test_what_is_missing_is_said(self):
        self.assertIn("--replay DIR", self.measure("--help").stdout)
        self.pretend(gpu=False)
        done = self.measure()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("PyTorch sees no GPU", done.stderr)
        (self.folder / "torch.py").write_text("raise ImportError\n", encoding="utf-8")
        self.assertIn("PyTorch is not installed for this Python", self.measure().stderr)
        (self.folder / "torch.py").write_text("class amp: pass\n__version__ = '2.0.1'\n", encoding="utf-8")
        self.assertIn("PyTorch 2.3 or newer is needed; this is 2.0.1", self.measure().stderr)
        self.pretend()
        (self.folder / "nvidia-smi").unlink()
        self.assertIn("no way to read the GPU's power", self.measure(path="/nowhere").stderr)
        self.pretend(watts="[N/A]")
        self.assertIn("this GPU does not report its power", self.measure("--seconds", "1", "--rest", "0.5").stderr)

    def test_wrong_arguments_and_tables_are_refused(self):
        for variant, words in (("512x8", "is not WIDTHxDEPTHxBATCHxPRECISION"), ("512x8x4xint4", "precision 'int4'"),
                               ("500x8x4xbf16", "not a multiple of 64")):
            done = self.measure("--variants", variant)
            self.assertEqual(done.returncode, 2)
            self.assertIn(words, done.stderr)
        self.assertIn("steps.csv: there is no such file", self.measure("--replay", "nowhere").stderr)
        (self.folder / "steps.csv").write_text("variant\n", encoding="utf-8")
        self.assertIn("steps.csv:1: there is no column 'start_time'", self.measure("--replay", ".").stderr)
        self.assertIn("--seconds must be more than 0", self.measure("--seconds", "nan").stderr)
        self.assertIn("--gpu -1: GPUs count from 0", self.measure("--gpu", "-1").stderr)

    def test_what_is_trained_on_is_what_is_metered(self):
        for gpu, visible, metered in (("1", "", "1"), ("0", "3", "3"), ("1", "3,GPU-5a", "GPU-5a")):
            done = self.measure("--out", f"m{gpu}{visible}", "--gpu", gpu, "--seconds", "1.5", "--rest", "1.2", "--variants",
                                "256x2x2xbf16", CUDA_VISIBLE_DEVICES=visible)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((self.folder / "asked").read_text(encoding="utf-8"), f"{metered} PCI_BUS_ID {metered}\n")
        done = self.measure("--gpu", "2", CUDA_VISIBLE_DEVICES="3,4")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn("CUDA_VISIBLE_DEVICES has 2 (3,4)", done.stderr)

    def test_a_table_that_somebody_edited_is_refused_in_a_line(self):
        power = b"time,watts,utilisation_percent,memory_mib,power_limit_w,variant\n5,100,50,10,300,idle\n"
        (self.folder / "power.csv").write_bytes(power)
        head = b"variant,start_time,end_time,steps,memory_gib\n"
        for steps, words in ((b"idle,x,9,0,0\n", "steps.csv:2: 'start_time' is 'x', which is no finite number"),
                             (b"idle,1,nan,0,0\n", "steps.csv:2: 'end_time' is 'nan'"),
                             (b"caf\xe9", "is not text in UTF-8"), (b"idle,1,9,0,0", "is the file cut short?"),
                             (b"w64-d1-b1-s8-bf16,1,9,0,0\n", "steps.csv:2: w64-d1-b1-s8-bf16 ran from 1.0 to 9.0 and made 0"),
                             (b"idle,1,2,0,0\n", "no sample of power"), (b"w64-d1,1,9,3,0\n", "steps.csv:2: 'w64-d1' is no variant"),
                             (b"idle,9,1,0,0\n", "that is no measurement"),
                             (b"idle,1\n", "steps.csv:2: 2 cells, but the header has 5")):
            (self.folder / "steps.csv").write_bytes(head + steps)
            done = self.measure("--replay", ".", "--out", "again")
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1), done.stderr)
            self.assertIn(words, done.stderr)
            self.assertFalse((self.folder / "again").exists())
        (self.folder / "steps.csv").write_bytes(head + b"idle,1,9,0,0\n")
        (self.folder / "power.csv").write_bytes(power + power.splitlines(keepends=True)[1])
        self.assertIn("power.csv:3: 'time' does not grow", self.measure("--replay", ".", "--out", "again").stderr)

    def test_what_a_replay_would_not_read_is_refused(self):
        for option, value in (("--gpu", "1"), ("--seconds", "3"), ("--rest", "3"), ("--variants", "256x2x2xbf16")):
            done = self.measure("--replay", ".", option, value)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{option} and --replay: a recorded run is not measured again", done.stderr)


if __name__ == "__main__":
    unittest.main()
