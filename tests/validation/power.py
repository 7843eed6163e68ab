"""Metered power: accelerators under caps, nodes in whole trainings, and the parts of a node."""

from typing import NamedTuple

from rows import Check, Run, Shown, Source

PUBLISHED = "scenarios/published/"
WATTS = "1000 * energy_it_kwh / (makespan_s / 3600)"
ACCELERATOR = "platform.clusters.main.accelerator="

# ---- 25: time and energy under a cap, relative to none -----------------------------------------------------------

# Of each training, the largest batch (section 10.1 prints these): watts without a cap; its bursts (watts, share of the
# time), as `campaign-sim calibrate` finds them from every second of its readings, counted from 100 W up: the first, third
# and so on, or the others (metered_test.py holds them to that); then its readings at caps of half the limit and more
# (relative time, mean watts), each judged with the bursts from the other half. The catalogue's responses were fitted
# without these trainings.
CAPPED = {
    "v100-pcie": {
        "ResNet-50": (218, (371.2, 0.731), (376.7, 0.696),
                      {125: (1.462, 120), 150: (1.188, 144), 175: (1.094, 165), 200: (1.053, 182), 225: (1.018, 203)}),
        "BERT, SQuAD": (227, (416.2, 0.745), (430.2, 0.768),
                        {125: (1.669, 119), 150: (1.317, 146), 175: (1.135, 169), 200: (1.067, 189), 225: (1.024, 211)}),
        "BERT, Sentiment140": (223, (372.0, 0.658), (360.3, 0.732),
                               {125: (1.438, 123), 150: (1.200, 147), 175: (1.124, 169), 200: (1.077, 189),
                                225: (1.023, 206)}),
        "DeepSpeech2": (161, (311.8, 0.367), (338.6, 0.366),
                        {125: (1.191, 115), 150: (1.107, 126), 175: (1.057, 135), 200: (1.028, 144), 225: (1.003, 153)}),
        "ShuffleNetV2": (171, (301.4, 0.588), (311.5, 0.595),
                         {125: (1.233, 100), 150: (1.114, 116), 175: (1.074, 129), 200: (1.039, 144), 225: (1.014, 155)}),
    },
    "a40": {
        "ResNet-50": (234, (345.7, 0.628), (370.3, 0.632),
                      {150: (1.650, 142), 175: (1.171, 157), 200: (1.083, 175), 225: (1.022, 193), 250: (1.006, 208),
                       275: (1.003, 223)}),
        "BERT, SQuAD": (266, (347.7, 0.745), (363.0, 0.717),
                        {150: (1.862, 146), 175: (1.377, 167), 200: (1.103, 189), 225: (1.062, 211), 250: (1.018, 231),
                         275: (1.000, 252)}),
        "DeepSpeech2": (168, (248.1, 0.458), (411.4, 0.308),
                        {150: (1.339, 129), 175: (1.166, 142), 200: (1.092, 155), 225: (1.020, 162), 250: (1.003, 164),
                         275: (0.996, 169)}),
    },
}
LOWEST_CAP, STEP = 100, 25
# Out of tolerance, and known to be (docs/models.md).
STEEP = "the A40's clock falls steeply here: a few watts are a tenth of the time"
UNEVEN = "sequences of many lengths: two levels of draw are not enough for this training"
MISSES = {
    ("v100-pcie", "DeepSpeech2", 150, "energy"): UNEVEN,
    ("a40", "ResNet-50", 150, "energy"): STEEP,
    ("a40", "ResNet-50", 175, "time"): STEEP,
    ("a40", "ResNet-50", 175, "energy"): STEEP,
    ("a40", "ResNet-50", 200, "energy"): STEEP,
    ("a40", "BERT, SQuAD", 200, "energy"): STEEP,
    ("a40", "DeepSpeech2", 150, "energy"): UNEVEN,
    ("a40", "DeepSpeech2", 175, "time"): UNEVEN,
    ("a40", "DeepSpeech2", 175, "energy"): UNEVEN,
    ("a40", "DeepSpeech2", 250, "energy"): UNEVEN,
}


def capped():
    for card, trainings in CAPPED.items():
        name = card.split("-")[0].upper()
        for training, (watts, from_first, from_others, caps) in trainings.items():
            free = Run(f"{name}, {training}", PUBLISHED + "25_power_caps.yaml",
                       (ACCELERATOR + card, f"workload.power={watts} W"))
            for cap, (time, draw) in caps.items():
                burst, share = from_first if (cap - LOWEST_CAP) / STEP % 2 else from_others
                run = free.but(f"{name}, {training}, {cap} W", f"workload.power_cap={cap} W",
                               f"workload.bursts.draw={burst} W", f"workload.bursts.share={share}")
                yield Check("25", "P", "times as long", run, "makespan_s", time, "10 %", (free,),
                            MISSES.get((card, training, cap, "time"), ""))
                yield Check("25", "P", "times the energy", run, "energy_it_kwh", round(time * draw / watts, 3), "5 %",
                            (free,), MISSES.get((card, training, cap, "energy"), ""))


# ---- MLPerf Training v4.0: kWh of a run, given its duration; means of the successful runs, AC side ----------------

ONE_NODE = {"BERT": (319.10, 0.60706), "DLRM-DCNv2": (232.43, 0.45660), "Llama 2 70B LoRA": (1687.93, 3.35670),
            "ResNet-50": (801.71, 1.56838), "SSD": (2170.79, 4.13706), "3D U-Net": (788.49, 1.58117)}
EIGHT_NODES = {"Llama 2 70B LoRA": (318.25, 4.11379), "ResNet-50": (152.62, 1.96458)}

# An H100 of the catalogue: in training at the usual utilisation, and while it exchanges.
TRAINING_W = 70 + 0.87 * 630
EXCHANGING_W = 70 + 0.152 * 630


def mlperf():
    run = Run("MLPerf", PUBLISHED + "mlperf_h100_node.yaml")
    for benchmark, (seconds, kwh) in ONE_NODE.items():
        yield Check("mlperf", "P", "kWh a run", run.but(f"{benchmark}, one node", f"workload.duration={seconds} s"),
                    "energy_it_kwh", kwh, "5 %")
    for benchmark, (seconds, kwh) in EIGHT_NODES.items():
        training = ONE_NODE[benchmark][0] / 8 / seconds
        watts = training * TRAINING_W + (1 - training) * EXCHANGING_W
        yield Check("mlperf", "P", "kWh a run", run.but(f"{benchmark}, eight nodes", f"workload.duration={seconds} s",
                                                        f"workload.power={watts:.1f} W"),
                    "8 * energy_it_kwh", kwh, "10 %")


# The same with their durations simulated, on eight nodes and on one. Layouts are in the scenarios' heads. Seconds of a step and
# of the start are means of the logs' blocks (Llama 2) and epochs (ResNet-50): of all but the first, and what the first took longer.
class Logged(NamedTuple):
    step_s: float
    start_s: float


class Simulated(NamedTuple):
    scenario: str
    steps: int
    eight: Logged
    one: Logged
    on_one_node: tuple


SIMULATED = {
    "Llama 2 70B LoRA": Simulated(PUBLISHED + "mlperf_llama2_lora.yaml", 384, Logged(0.65074, 26.7), Logged(3.8405, 19.0),
                                  ("workload.parallel={data: 2, tensor: 4, tensor_overlap: 0.625}", "workload.micro_batches=4")),
    "ResNet-50": Simulated(PUBLISHED + "mlperf_resnet.yaml", round(34 * 1281167 / 3200), Logged(0.010676, 1.87),
                           Logged(0.056675, 3.42), ("workload.parallel={data: 8, overlap: 0}",)),
}
OPEN = {"Llama 2 70B LoRA, eight nodes": "from one node to eight it scales too well; what is missing is open",
        "ResNet-50, one node": "nothing is fitted to convolutions: H100 come out 3 to 17 % too slow"}


def mlperf_simulated():
    for benchmark, training in SIMULATED.items():
        for nodes, logged, (seconds, kwh) in (("eight nodes", training.eight, EIGHT_NODES[benchmark]),
                                              ("one node", training.one, ONE_NODE[benchmark])):
            where = f"{benchmark}, {nodes}"
            settings = (*training.on_one_node, "platform.clusters.main.nodes=1") if nodes == "one node" else ()
            run = Run(f"{where}, simulated", training.scenario, (*settings, f"workload.start_up={logged.start_s} s"))
            steps = run.but(f"{where}, steps alone", "workload.start_up=0 s", "workload.evaluate={every: 1, time: 0 s}")
            why = OPEN.get(where, "")
            yield Check("mlperf", "P", "s a step", steps, f"makespan_s / {training.steps}", logged.step_s, "15 %", (), why)
            yield Check("mlperf", "P", "s a run", run, "makespan_s", seconds, "15 %", (), why * ("LoRA" in benchmark))
            yield Check("mlperf", "P", "kWh a run, of that time", run, "energy_it_kwh", kwh, "15 %")


# Speed-ups of the same training that NVIDIA measured on eight H200 when its attention became cuDNN's, published without the
# layout: that of one node above. Nothing was fitted to them.
CUDNN_SPEED_UPS = {"cudnn": 1.11, "cudnn_fp8": 1.15}


def attention_kernels():
    node = Run("Llama 2 70B LoRA, eight H200, FlashAttention-2", PUBLISHED + "mlperf_llama2_lora.yaml",
               (*SIMULATED["Llama 2 70B LoRA"].on_one_node, "platform.clusters.main.nodes=1",
                ACCELERATOR + "h200-sxm", "workload.attention=fused"))
    for kernel, speed_up in CUDNN_SPEED_UPS.items():
        faster = node.but(f"Llama 2 70B LoRA, eight H200, {kernel}", f"workload.attention={kernel}")
        yield Check("cudnn9", "P", "of the time with FlashAttention-2", faster, "makespan_s", round(1 / speed_up, 3), "3 %", (node,))


# ---- 27: watts that one chip draws for one training and not for another -------------------------------------------

DODGE = Run("BERT, Titan X", PUBLISHED + "27_dodge.yaml")


def vision(label, accelerators, hours, watts):
    return DODGE.but(label, ACCELERATOR + "v100-sxm2", f"platform.clusters.main.accelerators_per_node={accelerators}",
                     "platform.clusters.main.node_power.idle=0 W", f"workload.accelerators={accelerators}",
                     f"workload.duration={hours} h", f"workload.power={watts} W")


CHECKS = (
    *capped(),
    Check("27", "A", "W of the node", DODGE, WATTS, 251.6, "0.05"),
    Check("27", "A", "% of them the GPU", DODGE, "100 * 187.1 / (" + WATTS + ")", 74, "0.5"),
    Check("27", "A", "kWh", vision("8 V100, 36 h", 8, 36, 130), "energy_it_kwh", 37.3, "1 %"),
    Check("27", "A", "kWh", vision("ViT-H", 4, 216, 275), "energy_it_kwh", 237.6, "1 %"),
    Check("27", "A", "kWh", vision("ViT-tiny", 1, 19, 89), "energy_it_kwh", 1.7, "0.05"),
    *mlperf(),
    *mlperf_simulated(),
    *attention_kernels(),
    Check("deepseek", "P", "s a step", Run("DeepSeek-V3, a step", PUBLISHED + "deepseek_v3_step.yaml"), "makespan_s / 10", 19.907, "15 %"),
)

FULL_NODE = Run("metered H100 node, all GPUs at 700 W", PUBLISHED + "mlperf_h100_node.yaml", ("workload.power=700 W",))
A100_NODE = Run("A100 node, mean GPU", PUBLISHED + "mlperf_h100_node.yaml",
                ("platform=a100-node-x8", "workload.power=168.4 W"))
SHOWN = (
    Shown("acme", "kW a server on average", A100_NODE, "energy_it_kwh / (makespan_s / 3600)", 2.930,
          "the node's constant base: it is one make of node for another's mean GPU, 168.4 W"),
    Shown("acme", "kW a server, 5th percentile", A100_NODE.but("A100 node, idle GPUs", "workload.power=62.1 W"),
          "energy_it_kwh / (makespan_s / 3600)", 1.512, "the same; an empty server there draws less"),
    Shown("acme", "kW a server, 90th percentile", A100_NODE.but("A100 node, busy GPUs", "workload.power=395.1 W"),
          "energy_it_kwh / (makespan_s / 3600)", 4.851, "the same; GPUs at their 90th percentile, all eight at once"),
    Shown("26", "kW a node at most", FULL_NODE, "energy_it_kwh / (makespan_s / 3600)", 8.4,
          "another make of node: its host draws up to 2.8 kW beside GPUs at their limit, that of the MLPerf logs 2.1"),
)

SOURCES = (
    Source("25", "You et al., NSDI 2023, published traces: the largest batch of each training, which no fit has seen at that cap"),
    Source("27", "Dodge et al., FAccT 2022, Tables 1 and 2"),
    Source("deepseek", "DeepSeek-AI 2024, arXiv 2412.19437: hours for 10^12 tokens; sections 3 and 4.2"),
    Source("acme", "Hu et al., NSDI 2024: Acme trace, cluster Seren, percentiles of server and of GPU power"),
    Source("cudnn9", "NVIDIA 2024, Accelerating Transformers with cuDNN 9, table 1: NeMo, end to end, 1.11 and 1.15 times as fast"),
    Source("mlperf", "MLPerf Training v4.0, Supermicro's closed results with power (derived, not verified by MLCommons)"),
)
