#!/usr/bin/env python3
"""Measures how fast and at what power a GPU of yours trains Transformers, for `campaign-sim calibrate`.

    analysis/measure_gpu.py --out my-gpu                 about 20 minutes on one idle GPU
    campaign-sim calibrate my-gpu/variants.csv --accelerator h100-sxm --out platforms/accelerators/my-gpu.yaml

Trains a handful of decoder-only Transformers (width, depth, batch, precision) for a minute each on random tokens and
writes two tables: variants.csv, a line per variant with its step time, tokens/s, FLOP/s, mean watts and memory, and
one for the GPU at rest before and after; power.csv, every sample of power, utilisation and memory, ten a second.

Needs PyTorch (2.3 or newer) with CUDA, and pynvml (package nvidia-ml-py) or nvidia-smi. Run it with nothing else on
the GPU. For the response to power caps run it again under other limits (`nvidia-smi -pl 300`, as root) and give all
variants.csv to calibrate. --replay DIR works the tables out again from another run's steps.csv and power.csv, without
a GPU; that takes pandas, and tables.py from beside this script.

FLOPs are 6 x parameters x tokens (embeddings apart, output layer included) + 12 x depth x width x sequence x tokens
of attention: forward and backward, recomputation not counted (Chowdhery et al., PaLM, 2022, appendix B).
"""

import argparse
import csv
import datetime
import math
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SAMPLES_PER_S = 10
VOCABULARY = 32_000
HEAD_WIDTH = 64
WARM_UP_SHARE = 0.2  # of a variant's time, left out: clocks and caches settle
POWER_COLUMNS = ["time", "watts", "utilisation_percent", "memory_mib", "power_limit_w", "variant"]
STEP_COLUMNS = ["variant", "start_time", "end_time", "steps", "memory_gib"]
VARIANT_COLUMNS = ["variant", "start_time", "gpu", "driver", "width", "depth", "batch_size", "sequence_length",
                   "precision", "parameters", "steps", "step_time_s", "tokens_per_s", "flops_per_s", "watts",
                   "watts_samples", "energy_per_step_j", "utilisation_percent", "memory_gib", "power_limit_w"]


class MeasureError(Exception):
    """What the user can mend."""


@dataclass(frozen=True)
class Variant:
    width: int
    depth: int
    batch_size: int
    precision: str
    sequence_length: int = 1024

    @property
    def name(self):
        return f"w{self.width}-d{self.depth}-b{self.batch_size}-s{self.sequence_length}-{self.precision}"

    @property
    def parameters(self):
        """Weights that multiply: attention and feed-forward of each layer, and the output layer."""
        return 12 * self.depth * self.width**2 + self.width * VOCABULARY

    @property
    def tokens_per_step(self):
        return self.batch_size * self.sequence_length

    @property
    def flops_per_step(self):
        attention = 12 * self.depth * self.width * self.sequence_length
        return self.tokens_per_step * (6 * self.parameters + attention)


# From a GPU that mostly waits to one that mostly computes.
VARIANTS = [Variant(width, depth, batch, precision)
            for width, depth in ((256, 4), (512, 8), (1024, 12), (2048, 16))
            for batch, precision in ((2, "bf16"), (8, "bf16"), (8, "fp32"), (32, "bf16"))]


def parse_variant(text):
    """512x8x16xbf16, perhaps with the sequence's length at the end."""
    parts = text.split("x")
    try:
        width, depth, batch = (int(part) for part in parts[:3])
        sequence = int(parts[4]) if len(parts) == 5 else 1024
        if len(parts) not in (4, 5) or min(width, depth, batch, sequence) < 1:
            raise ValueError
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not WIDTHxDEPTHxBATCHxPRECISION, such as 512x8x16xbf16") from None
    if parts[3] not in ("fp32", "tf32", "fp16", "bf16"):
        raise argparse.ArgumentTypeError(f"precision '{parts[3]}' is not one of fp32, tf32, fp16, bf16")
    if width % HEAD_WIDTH:
        raise argparse.ArgumentTypeError(f"width {width} is not a multiple of {HEAD_WIDTH}, the width of a head")
    return Variant(width, depth, batch, parts[3], sequence)


# ---- the meter ------------------------------------------------------------------------------------------------------


def choose_gpu(number):
    """What the meter calls the GPU of that number among those that this process may use. CUDA sees no other from
    here on, and counts in the meter's order: otherwise one GPU could be trained on and another metered."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    names = [name.strip() for name in visible.split(",")] if visible else None
    if number < 0 or (names and number >= len(names)):
        raise MeasureError(f"--gpu {number}: GPUs count from 0" +
                           (f", and CUDA_VISIBLE_DEVICES has {len(names)} ({visible})" if names else ""))
    name = names[number] if names else str(number)
    os.environ["CUDA_VISIBLE_DEVICES"] = name
    os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    return name


class NvmlMeter:
    def __init__(self, gpu):
        import pynvml  # noqa: PLC0415  not everybody has it

        pynvml.nvmlInit()
        self._nvml = pynvml
        self._handle = (pynvml.nvmlDeviceGetHandleByIndex(int(gpu)) if gpu.isdigit()
                        else pynvml.nvmlDeviceGetHandleByUUID(gpu.encode()))
        text = lambda value: value.decode() if isinstance(value, bytes) else value  # noqa: E731
        self.name = text(pynvml.nvmlDeviceGetName(self._handle))
        self.driver = text(pynvml.nvmlSystemGetDriverVersion())

    def sample(self):
        nvml, handle = self._nvml, self._handle
        return (nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
                nvml.nvmlDeviceGetUtilizationRates(handle).gpu,
                nvml.nvmlDeviceGetMemoryInfo(handle).used / 2**20,
                nvml.nvmlDeviceGetPowerManagementLimit(handle) / 1000)


class SmiMeter:
    QUERY = "power.draw,utilization.gpu,memory.used,power.limit,name,driver_version"

    def __init__(self, gpu):
        self._command = ["nvidia-smi", "-i", gpu, f"--query-gpu={self.QUERY}", "--format=csv,noheader,nounits"]
        self.name, self.driver = self._cells()[4:6]

    def _cells(self):
        done = subprocess.run(self._command, capture_output=True, text=True, check=False)
        cells = [cell.strip() for cell in done.stdout.strip().split(",")]
        if done.returncode or len(cells) != 6:
            raise MeasureError(f"nvidia-smi says: {(done.stdout + done.stderr).strip() or 'nothing'}")
        return cells

    def sample(self):
        try:
            return tuple(float(cell) for cell in self._cells()[:4])
        except ValueError:
            raise MeasureError("this GPU does not report its power, utilisation, memory or limit: "
                               + ", ".join(self._cells()[:4])) from None


def open_meter(gpu):
    try:
        return NvmlMeter(gpu)
    except Exception:  # noqa: BLE001  whatever is wrong with the library, nvidia-smi may still work
        if shutil.which("nvidia-smi"):
            return SmiMeter(gpu)
    raise MeasureError("no way to read the GPU's power: install nvidia-ml-py (pynvml) or put nvidia-smi on the PATH")


class Sampler(threading.Thread):
    """Reads the meter ten times a second, as long as the work goes on beside it."""

    def __init__(self, meter):
        super().__init__(daemon=True)
        self._meter = meter
        self._stop_asked = threading.Event()
        self.variant = "idle"
        self.rows = []
        self.trouble = None

    def run(self):
        due = time.time()
        while not self._stop_asked.wait(max(0.0, due - time.time())):
            due += 1 / SAMPLES_PER_S
            try:
                self.rows.append([f"{time.time():.3f}", *(f"{value:g}" for value in self._meter.sample()), self.variant])
            except Exception as trouble:  # noqa: BLE001  told by whoever waits for the rows
                self.trouble = trouble
                return

    def stop(self):
        self._stop_asked.set()
        self.join()


# ---- the work -------------------------------------------------------------------------------------------------------


def load_torch():
    try:
        import torch  # noqa: PLC0415
    except ImportError:
        raise MeasureError("PyTorch is not installed for this Python: https://pytorch.org/get-started") from None
    if not hasattr(torch.amp, "GradScaler"):
        raise MeasureError(f"PyTorch 2.3 or newer is needed; this is {torch.__version__}")
    if not torch.cuda.is_available():
        raise MeasureError("PyTorch sees no GPU (torch.cuda.is_available() is False): a driver, or a build of PyTorch "
                           "for it, is missing")
    return torch


def make_model(torch, variant):
    nn = torch.nn
    layer = nn.TransformerEncoderLayer(variant.width, max(1, variant.width // HEAD_WIDTH), 4 * variant.width,
                                       dropout=0.0, batch_first=True, norm_first=True)
    return nn.Sequential(nn.Embedding(VOCABULARY, variant.width),
                         nn.TransformerEncoder(layer, variant.depth, enable_nested_tensor=False),
                         nn.Linear(variant.width, VOCABULARY, bias=False))


def train(torch, variant, seconds):
    """Trains for so long; yields one row of steps.csv, or in words why there is none."""
    device = torch.device("cuda")
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = variant.precision == "tf32"
    half = {"fp16": torch.float16, "bf16": torch.bfloat16}.get(variant.precision)
    try:
        model = make_model(torch, variant).to(device)
        optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
        scaler = torch.amp.GradScaler("cuda", enabled=variant.precision == "fp16")
        tokens = torch.randint(VOCABULARY, (variant.batch_size, variant.sequence_length + 1), device=device)
        mask = torch.nn.Transformer.generate_square_subsequent_mask(variant.sequence_length, device=device)

        def step():
            optimiser.zero_grad(set_to_none=True)
            with torch.autocast("cuda", dtype=half, enabled=half is not None):
                embedded = model[0](tokens[:, :-1])
                logits = model[2](model[1](embedded, mask=mask, is_causal=True))
                loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
            scaler.scale(loss).backward()
            scaler.step(optimiser)
            scaler.update()

        torch.cuda.reset_peak_memory_stats()
        warm_until = time.time() + WARM_UP_SHARE * seconds
        step()
        while time.time() < warm_until:
            step()
            torch.cuda.synchronize()
        start = time.time()
        end = start
        steps = 0
        while end - start < (1 - WARM_UP_SHARE) * seconds:
            for _ in range(5):  # without waiting for each: as a training does
                step()
            torch.cuda.synchronize()
            steps += 5
            end = time.time()
        memory = torch.cuda.max_memory_allocated() / 2**30
        return [variant.name, f"{start:.3f}", f"{end:.3f}", steps, f"{memory:.3f}"]
    except torch.cuda.OutOfMemoryError:
        return "does not fit into the memory"
    except RuntimeError as trouble:
        return "left out; PyTorch says: " + (str(trouble) or "nothing").splitlines()[0]
    finally:
        torch.cuda.empty_cache()


def measure(options):
    """The rows of steps.csv and of power.csv, the GPU's name and driver, and what ended it early, if anything did."""
    gpu = choose_gpu(options.gpu)  # before PyTorch looks
    torch = load_torch()
    meter = open_meter(gpu)
    print(f"{meter.name}, driver {meter.driver}: {len(options.variants)} variants of {options.seconds:g} s", flush=True)
    sampler = Sampler(meter)
    steps = []

    def rest():
        sampler.variant = "idle"
        start = time.time()
        time.sleep(options.rest)
        steps.append(["idle", f"{start:.3f}", f"{time.time():.3f}", 0, "0"])

    ended_by = None
    sampler.start()
    try:
        rest()
        for variant in options.variants:
            sampler.variant = variant.name
            row = train(torch, variant, options.seconds)
            if not isinstance(row, str):
                steps.append(row)
            print(f"  {variant.name}: " + (row if isinstance(row, str) else f"{row[3]} steps"), flush=True)
            if sampler.trouble:
                break
        else:
            rest()
    except KeyboardInterrupt:
        ended_by = "interrupted"
    finally:
        sampler.stop()
    if sampler.trouble:
        ended_by = f"the meter stopped: {sampler.trouble}"
    return steps, sampler.rows, meter.name, meter.driver, ended_by


# ---- the tables -----------------------------------------------------------------------------------------------------


def mean(values):
    return sum(values) / len(values)


def variant_rows(steps, power, variants, gpu, driver):
    """A row of variants.csv for each of steps.csv: what the meter read meanwhile."""
    by_name = {variant.name: variant for variant in variants}
    rows = []
    for name, start, end, count, memory in steps:
        start, end, count = float(start), float(end), int(float(count))
        # NVML's reading is a mean over up to a second: what lies so close to the beginning is of before.
        during = [row for row in power if start + 1 <= float(row[0]) <= end] or \
                 [row for row in power if start <= float(row[0]) <= end]
        if not during:
            raise MeasureError(f"no sample of power between {start} and {end}, when {name} ran")
        watts = mean([float(row[1]) for row in during])
        common = {"variant": name, "start_time": f"{start:.3f}", "gpu": gpu, "driver": driver, "watts": f"{watts:.2f}",
                  "watts_samples": len(during), "memory_gib": f"{float(memory):g}",
                  "utilisation_percent": f"{mean([float(row[2]) for row in during]):.1f}",
                  "power_limit_w": f"{float(during[-1][4]):g}"}
        if name != "idle":
            variant = by_name[name]
            step_time = (end - start) / count
            common |= {"width": variant.width, "depth": variant.depth, "batch_size": variant.batch_size,
                       "sequence_length": variant.sequence_length, "precision": variant.precision,
                       "parameters": variant.parameters, "steps": count, "step_time_s": f"{step_time:.6g}",
                       "tokens_per_s": f"{variant.tokens_per_step / step_time:.6g}",
                       "flops_per_s": f"{variant.flops_per_step / step_time:.6g}",
                       "energy_per_step_j": f"{watts * step_time:.6g}"}
        rows.append([common.get(column, "") for column in VARIANT_COLUMNS])
    return sorted(rows, key=lambda row: float(row[1]))


def write_table(path, columns, rows):
    part = path.with_name(path.name + ".part")  # a full disk leaves no half table
    try:
        with part.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        part.replace(path)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise MeasureError(f"{path}: cannot be written ({problem.strerror})") from None


def read_recorded(folder):
    """The rows of steps.csv and power.csv of another run, as `measure` gives them, and its variants."""
    from tables import PlotError, read_table  # noqa: PLC0415  to measure takes no pandas

    try:
        steps = read_table(folder / "steps.csv", STEP_COLUMNS[1:], STEP_COLUMNS[:1])
        power = read_table(folder / "power.csv", POWER_COLUMNS[:-1], POWER_COLUMNS[-1:])
    except PlotError as problem:
        raise MeasureError(str(problem)) from None
    for line in power.index[power["time"].diff() <= 0]:
        raise MeasureError(f"{folder / 'power.csv'}:{line}: 'time' does not grow; record it again, or mend that line")
    variants = []
    for line, row in steps.iterrows():
        place, name = f"{folder / 'steps.csv'}:{line}", row["variant"]
        if row["end_time"] <= row["start_time"] or (row["steps"] < 1 and name != "idle"):
            raise MeasureError(f"{place}: {name} ran from {row['start_time']} to {row['end_time']} and made "
                               f"{row['steps']:g} steps: that is no measurement")
        if name != "idle":
            variants.append(variant_of_name(name, place))
    return steps[STEP_COLUMNS].to_numpy().tolist(), power[POWER_COLUMNS].to_numpy().tolist(), variants


def variant_of_name(name, place):
    """The other way round: w512-d8-b16-s1024-bf16."""
    try:
        width, depth, batch, sequence, precision = name.split("-")
        return Variant(int(width[1:]), int(depth[1:]), int(batch[1:]), precision, int(sequence[1:]))
    except ValueError:
        raise MeasureError(f"{place}: '{name}' is no variant, such as {VARIANTS[0].name}") from None


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("measured-gpu"), metavar="DIR", help="(measured-gpu)")
    of_measuring = [
        parser.add_argument("--gpu", type=int, default=0, help="its number (0)"),
        parser.add_argument("--seconds", type=float, default=60, help="that each variant trains (60)"),
        parser.add_argument("--rest", type=float, default=30, help="seconds of rest before and after (30)"),
        parser.add_argument("--variants", type=lambda text: [parse_variant(one) for one in text.split(",")], default=VARIANTS,
                            metavar="WIDTHxDEPTHxBATCHxPRECISION,…", help=f"which ones ({len(VARIANTS)} of them)")]
    parser.add_argument("--replay", type=Path, metavar="DIR", help="take steps.csv and power.csv from here")
    options = parser.parse_args(arguments)
    for option in of_measuring:
        if options.replay and getattr(options, option.dest) != option.default:
            parser.error(f"{option.option_strings[0]} and --replay: a recorded run is not measured again; leave one of "
                         "them out")
    try:
        if not 0 < options.seconds < math.inf or not 0 <= options.rest < math.inf:
            raise MeasureError("--seconds must be more than 0 and --rest at least 0")
        if options.replay:
            return replay(options)
        return measure_and_write(options)
    except MeasureError as problem:
        print(f"measure_gpu.py: {problem}", file=sys.stderr)
        return 2


def replay(options):
    steps, power, variants = read_recorded(options.replay)
    rows = variant_rows(steps, power, variants, "", "")
    make_folder(options.out)
    write_variants(options.out, rows)
    return 0


def measure_and_write(options):
    make_folder(options.out)  # not after twenty minutes
    if (options.out / "steps.csv").exists():
        raise MeasureError(f"{options.out} holds a measurement already; give another --out")
    steps, power, gpu, driver, ended_by = measure(options)
    write_table(options.out / "steps.csv", STEP_COLUMNS, steps)
    write_table(options.out / "power.csv", POWER_COLUMNS, power)
    if ended_by:  # what it had measured until then is kept
        last = max((float(row[0]) for row in power), default=-math.inf)
        steps = [row for row in steps if float(row[2]) <= last + 1 / SAMPLES_PER_S]
    if all(row[0] == "idle" for row in steps):
        raise MeasureError("no variant was measured" + (f": {ended_by}" if ended_by else ""))
    write_variants(options.out, variant_rows(steps, power, options.variants, gpu, driver))
    if ended_by:
        raise MeasureError(f"{ended_by}; the tables hold what was measured until then")
    return 0


def make_folder(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise MeasureError(f"{folder}: cannot be made ({problem.strerror})") from None
    if not os.access(folder, os.W_OK):
        raise MeasureError(f"{folder}: cannot be written into")


def write_variants(folder, rows):
    write_table(folder / "variants.csv", VARIANT_COLUMNS, rows)
    print(f"Written to {folder / 'variants.csv'}, {datetime.date.today()}")


if __name__ == "__main__":
    sys.exit(main())
