"""What was published, and which run of which scenario must come out as it did.

Each check names a run, an expression over the keys of its summary.json, the published value, how far off it may be,
and where it was printed. Tolerances are half a unit of the last printed digit where the paper multiplied the inputs
that it printed, and 1 % where those were rounded; `-0 +3 %` bounds a makespan from below. They say how far a correct
program can be from the print. They are not the distance of the print from reality.
"""

import power
from rows import Check, Control, Run, Shown, Source

PUBLISHED = "scenarios/published/"
LB = 0.45359237  # kg, the international pound of 1959

SOURCES = (
    Source("01", "Strubell, Ganesh, McCallum, ACL 2019, Table 3"),
    Source("02", "Strubell et al. 2019, Table 3"),
    Source("03", "Strubell et al. 2019, Tables 1 and 3"),
    Source("04", "Strubell et al. 2019, section 4.2 and Table 4"),
    Source("05", "Patterson et al. 2021, arXiv 2104.10350, Table 4; steps: So et al. 2019"),
    Source("06", "So et al. 2019, quoted by Patterson et al. 2021, appendix C"),
    Source("07", "Patterson et al. 2021, appendix C and D; factors worked out from its inputs and case 03's"),
    Source("08", "Patterson et al. 2021, Table 1"),
    Source("09", "Patterson et al. 2021, Table 4"),
    Source("10", "Zoph et al. 2018, section 4 (also for Zoph and Le 2017); Real et al. 2019, Methods"),
    Source("11", "Cai et al., ICLR 2020, Table 1"),
    Source("12", "Li et al., JMLR 18-185, 2018, algorithm 1; HpBandSter 0.7.4"),
    Source("13", "Li et al., MLSys 2020, figure 1 (from memory of the paper; it follows from the definition)"),
    Source("14", "So et al., ICML 2019, Table 1 (counts from memory of the paper; they agree with each other)"),
    Source("16", "Luccioni, Viguier, Ligozat 2022"),
    Source("17", "Luccioni, Viguier, Ligozat 2022, Table 5"),
    Source("18", "Touvron et al. 2023, Table 15 and section 6"),
    Source("19", "Model cards of Llama 3.1; Rae et al. 2021; MosaicML 2023; DeepSeek-AI 2024; CodeCarbon's documentation"),
    Source("20", "Morrison et al., ICLR 2025, Table 1"),
    Source("21", "Morrison et al., ICLR 2025"),
    Source("22", "Llama Team 2024, arXiv 2407.21783, section 3.3.4"),
    Source("23", "S. Bekman, The Technology Behind BLOOM Training; Machine Learning Engineering"),
    Source("24", "Zhang et al. 2022, OPT, and the team's logbook"),
    Source("26", "Morrison et al., ICLR 2025; Latif et al. 2024, arXiv 2412.08602; Newkirk et al. 2025, arXiv 2506.14551"),
    Source("vaswani", "Vaswani et al. 2017, section 5: 25,000 source and 25,000 target tokens a step; sentences of 50 tokens assumed"),
    *power.SOURCES,
)

# ---- Runs ------------------------------------------------------------------------------------------------------

PRICE = "platform.clusters.main.accelerator_price="
BASE = Run("Transformer base", PUBLISHED + "01_strubell_trainings.yaml")
BIG = BASE.but("Transformer big", "workload.duration=84 h", "workload.power=189.42875 W")
ELMO = BASE.but("ELMo", "workload.duration=336 h", "workload.power=172.55333 W", "workload.accelerators=3",
                "platform.clusters.main.accelerators_per_node=3")
BERT = Run("BERT", PUBLISHED + "02_bert_v100.yaml")
BERT_79 = BERT.but("BERT, 79 h", "workload.duration=79 h")
BERT_TPU = Run("BERT, TPU", PUBLISHED + "02_bert_tpu_v2.yaml")
NAS = Run("NAS 2019", "scenarios/transformer_nas_2019_estimate.yaml")
NAS_TPU = Run("NAS 2019, TPU", PUBLISHED + "03_nas_tpu_v2.yaml")
LISA = Run("LISA", "scenarios/lisa_campaign.yaml")
TUNE = Run("LISA, one tuning", PUBLISHED + "04_lisa_tuning.yaml")
JOB = TUNE.but("LISA, one job", "stop.trials=1")
EVOLVED = Run("NAS 2021", PUBLISHED + "05_evolved_transformer_accounting.yaml")
QUEUE = Run("NAS 2021, queued", PUBLISHED + "05_evolved_transformer_schedule.yaml")
NO_HURDLES = Run("no hurdles", PUBLISHED + "06_search_without_hurdles.yaml")
GAP_0 = Run("as in 2019", PUBLISHED + "07_from_284_t_to_3_t.yaml")
GAP_1 = GAP_0.but("1 proxy", "workload.seconds_per_unit=0.432 s")
GAP_2 = GAP_1.but("2 one chip", "workload.accelerators=1", "platform.clusters.main.accelerators_per_node=1")
GAP_3 = GAP_2.but("3 TPU v2", "workload.seconds_per_unit=0.12 s", "workload.power=208 W",
                  "platform.clusters.main.accelerator=tpu-v2")
GAP_4 = GAP_3.but("4 building", "platform.clusters.main.site.pue=1.10")
GAP_5 = GAP_4.but("5 grid", "platform.clusters.main.site.intensity=0.431 kg/kWh")
P100_US = Run("big, P100, US", PUBLISHED + "08_patterson_table1.yaml")
P100_IOWA = P100_US.but("big, P100, Iowa", "platform.clusters.main.site=google-iowa")
P100_EVOLVED = P100_IOWA.but("evolved, P100", "workload.power=271 W", "workload.duration=3.2 d")
TPU_IOWA = P100_IOWA.but("big, TPU v2", "workload.power=229 W", "workload.duration=0.81 d",
                         "platform.clusters.main.accelerator=tpu-v2")
TPU_EVOLVED = P100_IOWA.but("evolved, TPU v2", "workload.power=227 W", "workload.duration=0.62 d",
                            "platform.clusters.main.accelerator=tpu-v2")
TPU_EVOLVED_NET = TPU_EVOLVED.but("evolved, TPU v2, net", "platform.clusters.main.site.intensity=0.080 kg/kWh")
T5 = Run("T5", PUBLISHED + "09_t5.yaml")
GSHARD = Run("GShard", PUBLISHED + "09_gshard.yaml")
GSHARD_NET = GSHARD.but("GShard, net", "platform.clusters.main.site.intensity=0.177 kg/kWh")
GPT3 = Run("GPT-3", PUBLISHED + "09_gpt3.yaml")
ZOPH = Run("Zoph and Le", PUBLISHED + "10_zoph_nas.yaml")
NASNET = Run("NASNet", PUBLISHED + "10_nasnet.yaml")
AMOEBANET = Run("AmoebaNet", PUBLISHED + "10_amoebanet.yaml")
OFA = Run("Once-for-All", PUBLISHED + "11_once_for_all.yaml")


def ofa(label, hours):
    return OFA.but(label, f"search.resource.max={hours}")


MNASNET = ofa("MnasNet", 1600000)

HYPERBAND = Run("Hyperband", PUBLISHED + "12_hyperband.yaml")
HYPERBAND_FREE = HYPERBAND.but("Hyperband, resumed", "checkpoint.resume=free")
HPBANDSTER = HYPERBAND.but("HpBandSter", "search.variant=hpbandster")
HPBANDSTER_FREE = HPBANDSTER.but("HpBandSter, resumed", "checkpoint.resume=free")
HALVING = Run("halving", PUBLISHED + "13_successive_halving.yaml")
HALVING_FREE = HALVING.but("halving, resumed", "checkpoint.resume=free")
FIXED_15K = Run("15k steps", PUBLISHED + "14_fixed_step_searches.yaml")
FIXED_30K = FIXED_15K.but("30k steps", "stop.trials=14857", "search.resource.max=30000")
FIXED_180K = FIXED_15K.but("180k steps", "stop.trials=2477", "search.resource.max=180000")
FIXED_300K = FIXED_15K.but("300k steps", "stop.trials=1486", "search.resource.max=300000")
BLOOM = Run("BLOOM", PUBLISHED + "16_bloom.yaml")
BIGSCIENCE = Run("BigScience", PUBLISHED + "17_bigscience.yaml")
LLAMA_65 = Run("LLaMA 65B", PUBLISHED + "18_llama.yaml")
LLAMA_33 = LLAMA_65.but("LLaMA 33B", "workload.duration=259 h")
LLAMA_13 = LLAMA_65.but("LLaMA 13B", "workload.duration=66 h")
LLAMA_7 = LLAMA_65.but("LLaMA 7B", "workload.duration=40.25 h")
LLAMA_ALL = LLAMA_65.but("LLaMA programme", "workload.duration=122 d")
LLAMA3_405 = Run("Llama 3.1 405B", PUBLISHED + "19_llama3.yaml")
LLAMA3_70 = LLAMA3_405.but("Llama 3.1 70B", "search.resource.max=7000000")
LLAMA3_8 = LLAMA3_405.but("Llama 3.1 8B", "search.resource.max=1460000")
LLAMA3_CAUSES = Run("Llama 3 405B, interruptions", PUBLISHED + "22_llama3_causes.yaml")
GOPHER = Run("Gopher", PUBLISHED + "19_gopher.yaml")
MPT = Run("MPT-7B", PUBLISHED + "19_two_dollars_an_hour.yaml")
DEEPSEEK = MPT.but("DeepSeek-V3", "search.resource.max=2788000")
OLMO = Run("OLMo, all", PUBLISHED + "20_olmo.yaml")
OLMO_DEVELOPMENT = OLMO.but("OLMo, development", "space.job={choice: [under-1B, 1B, 7B, mixture, 13B]}",
                            "platform.clusters.texas.accelerators_per_node=4",
                            "platform.clusters.iowa.accelerators_per_node=1")
OLMO_FINALS = OLMO.but("OLMo, final trainings", "space.job={choice: [OLMo 2 7B, OLMoE, OLMo 2 13B and others, "
                       "OLMo 1 7B on MI250X, OLMo 1 7B on A100]}",
                       "platform.clusters.texas.accelerators_per_node=2",
                       "platform.clusters.iowa.accelerators_per_node=1")
GRID_MIX = Run("a grid by its mix", PUBLISHED + "19_grid_mix.yaml")
OLMO2_7 = Run("OLMo 2 7B", PUBLISHED + "21_olmo2_7b.yaml")
LLAMA3_STOPS = Run("Llama 3, interruptions", PUBLISHED + "22_llama3_interruptions.yaml")
BLOOM_SAVES = Run("BLOOM, checkpoints", PUBLISHED + "23_bloom_checkpoints.yaml")
OPT = Run("OPT, restarts", PUBLISHED + "24_opt_restarts.yaml")
H100_NODE = Run("H100 node", PUBLISHED + "26_h100_node.yaml")
H100_GPUS = H100_NODE.but("H100 GPUs", "platform.clusters.main.node_base=0 W")
H100_SAVES = H100_GPUS.but("H100 GPUs, checkpoints", "workload.duration=24 h", "checkpoint.every=3 h",
                           "checkpoint.time=40 s")

# ---- Values ----------------------------------------------------------------------------------------------------

KWH = "energy_facility_kwh"
MWH = "energy_facility_kwh / 1000"
POUNDS = f"co2e_operational_kg / {LB}"
TONNES = "co2e_operational_kg / 1000"
DAYS = "makespan_s / 86400"
HOURS = "accelerator_h_busy"
GPU_DAYS = "accelerator_h_busy / 24"
RENT = "cost_accelerators"
EMBODIED = "co2e_embodied_kg / 1000"


def training_2019(run, cheap, kwh, pounds, dollars):
    """A row of Strubell et al.'s Table 3; `cheap` is the pre-emptible price."""
    low, high = dollars
    spot = run.but(run.label + ", spot", PRICE + cheap)
    return (
        Check("01", "A", "kWh", run, KWH, kwh, "0.5"),
        Check("01", "A", "lb", run, POUNDS, pounds, "0.5"),
        Check("01", "A", "USD, pre-emptible", spot, RENT, low, "1"),
        Check("01", "A", "USD, on demand", run, RENT, high, "1"),
    )


def once_for_all(run, kilo_pounds, kilo_dollars, tolerance="0.05"):
    """A row of Once-for-All's Table 1."""
    return (
        Check("11", "A", "thousand lb", run, POUNDS + " / 1000", kilo_pounds, tolerance),
        Check("11", "A", "thousand USD", run, RENT + " / 1000", kilo_dollars, "0.05"),
    )


# ---- Checks ----------------------------------------------------------------------------------------------------

LISA_SPOT = LISA.but("LISA, spot", "platform.clusters.titan-x.accelerator_price=0.43 USD/h",
                     "platform.clusters.m40.accelerator_price=0.43 USD/h")

CHECKS = (
    *training_2019(BASE, "0.43 USD/h", 27, 26, (41, 140)),
    *training_2019(BIG, "0.43 USD/h", 201, 192, (289, 981)),
    *training_2019(ELMO, "0.43 USD/h", 275, 262, (433, 1472)),

    Check("02", "A", "kWh", BERT, KWH, 1507, "0.1 %"),
    Check("02", "A", "lb", BERT, POUNDS, 1438, "0.1 %"),
    Check("02", "A", "USD, pre-emptible", BERT.but("BERT, spot", PRICE + "0.74 USD/h"), RENT, 3751, "0.1 %"),
    Check("02", "A", "USD, on demand", BERT, RENT, 12571, "0.1 %"),
    Check("02", "A", "passengers NY-SF", BERT, "equals_passengers_ny_sf_strubell2019", 0.72, "0.005"),

    Check("03", "A", "hours of the machine", NAS, "makespan_s / 3600", 274120, "0.1 %"),
    Check("03", "A", "kWh", NAS, KWH, 656347, "0.1 %"),
    Check("03", "A", "lb", NAS, POUNDS, 626155, "0.1 %"),
    Check("03", "A", "USD, pre-emptible", NAS.but("NAS 2019, spot", PRICE + "0.43 USD/h"), RENT, 942973, "0.1 %"),
    Check("03", "A", "USD, on demand", NAS, RENT, 3201722, "0.1 %"),
    Check("03", "A", "passengers NY-SF", NAS, "equals_passengers_ny_sf_strubell2019", 315.6, "0.1 %"),
    Check("03", "A", "cars", NAS, "equals_car_lifetimes", 4.97, "0.1 %"),
    Check("03", "A", "trainings of Transformer big", NAS, "trainings_equivalent", 3263, "0.1 %"),
    Check("03", "A", "chip-hours", NAS_TPU, HOURS, 32633, "0.1 %"),
    Check("03", "A", "USD, pre-emptible", NAS_TPU.but("NAS 2019, TPU, spot", PRICE + "1.35 USD/h"), RENT, 44055,
          "0.1 %"),
    Check("03", "A", "USD, on demand", NAS_TPU, RENT, 146848, "0.1 %"),

    Check("04", "C", "GPU-hours", LISA, HOURS, 239942, "0.5 %"),
    Check("04", "C", "kWh, jobs only", LISA, "energy_train_kwh * energy_facility_kwh / energy_it_kwh", 82252, "0.5 %"),
    Check("04", "C", "kWh, with idle GPUs", LISA, KWH, 82252, "0.5 %"),
    Check("04", "C", "lb, with idle GPUs", LISA, POUNDS, 78468, "0.5 %"),
    Check("04", "C", "USD of electricity", LISA, "cost_electricity", 9870, "0.5 %"),
    Check("04", "C", "thousand USD, pre-emptible", LISA_SPOT, RENT + " / 1000", 103, "0.5"),
    Check("04", "C", "thousand USD, on demand", LISA, RENT + " / 1000", 350, "0.5"),
    Check("04", "S", "days, given 60 GPUs", LISA, DAYS, 172, "6 %"),
    Check("04", "S", "GPUs busy on average, of 60", LISA, "accelerator_h_busy * 3600 / makespan_s", 58.1, "6 %"),
    Check("04", "A", "lb", JOB, POUNDS, 39, "0.5"),
    Check("04", "A", "USD of electricity", JOB, "cost_electricity", 5, "0.5"),
    Check("04", "A", "USD, on demand", JOB, RENT, 175, "1"),
    Check("04", "A", "GPU-hours", TUNE, HOURS, 2880, "0.5"),
    Check("04", "A", "USD of electricity", TUNE, "cost_electricity", 118, "0.5"),
    Check("04", "A", "USD, pre-emptible", TUNE.but("LISA, one tuning, spot", PRICE + "0.43 USD/h"), RENT, 1238, "1"),
    Check("04", "A", "USD, on demand", TUNE, RENT, 4205, "1"),

    Check("05", "A", "chip-hours", EVOLVED, HOURS, 32633, "0.1 %"),
    Check("05", "A", "days, no chip ever idle", EVOLVED, DAYS, 6.8, "0.05"),
    Check("05", "A", "MWh", EVOLVED, MWH, 7.5, "1 %"),
    Check("05", "A", "t", EVOLVED, TONNES, 3.2, "1 %"),
    Check("05", "A", "million steps, share passing calibrated", QUEUE, "resource_total / 1e6", 979, "3 %"),
    Check("05", "S", "days, with a tail", QUEUE, DAYS, 6.8, "-0 +6 %"),
    Check("05", "A", "MWh, with idle chips", QUEUE, MWH, 7.5, "1 %"),
    Check("05", "A", "t, with idle chips", QUEUE, TONNES, 3.2, "0.05"),
    Check("05", "A", "passengers, at 1.2 t each", EVOLVED, "equals_passengers_ny_sf_patterson2021", 3, "0.5"),

    Check("06", "A", "steps without hurdles", NO_HURDLES, "resource_total", 3.6e9, "0"),
    Check("06", "A", "times 979 M steps", NO_HURDLES, "resource_total / 979e6", 3.68, "0.005"),

    Check("07", "A", "factor of the proxy model", GAP_0, TONNES, 2.333, "1 %", over=(GAP_1,)),
    Check("07", "A", "factor of chips a child", GAP_1, TONNES, 8, "1 %", over=(GAP_2,)),
    Check("07", "A", "lb after two factors", GAP_2, POUNDS, 33544, "1 %"),
    Check("07", "A", "factor of the chip", GAP_2, TONNES, 3.27, "1 %", over=(GAP_3,)),
    Check("07", "A", "factor of the building", GAP_3, TONNES, 1.436, "1 %", over=(GAP_4,)),
    Check("07", "A", "factor of the grid", GAP_4, TONNES, 1.004, "1 %", over=(GAP_5,)),
    Check("07", "A", "all factors", GAP_0, TONNES, 88.2, "1 %", over=(GAP_5,)),
    Check("07", "A", "lb at the end", GAP_5, POUNDS, 7096, "1 %"),

    Check("08", "A", "kWh", P100_US, KWH, 316, "0.5"),
    Check("08", "A", "t", P100_US, TONNES, 0.1357, "1 %"),
    Check("08", "A", "kWh", P100_IOWA, KWH, 221, "0.5"),
    Check("08", "A", "t", P100_IOWA, TONNES, 0.1055, "1 %"),
    Check("08", "A", "kWh", P100_EVOLVED, KWH, 185, "0.5"),
    Check("08", "A", "t", P100_EVOLVED, TONNES, 0.0883, "1 %"),
    Check("08", "A", "kWh", TPU_IOWA, KWH, 40, "0.5"),
    Check("08", "A", "t", TPU_IOWA, TONNES, 0.0189, "1 %"),
    Check("08", "A", "kWh", TPU_EVOLVED, KWH, 30, "0.5"),
    Check("08", "A", "t", TPU_EVOLVED, TONNES, 0.0143, "1 %"),
    Check("08", "A", "t, net", TPU_EVOLVED_NET, TONNES, 0.0024, "1 %"),
    Check("08", "A", "times, end to end", P100_US, TONNES, 57, "2", over=(TPU_EVOLVED_NET,)),

    Check("09", "A", "MWh", T5, MWH, 85.7, "1 %"),
    Check("09", "A", "t", T5, TONNES, 46.7, "1 %"),
    Check("09", "A", "MWh", GSHARD, MWH, 24.1, "1 %"),
    Check("09", "A", "t", GSHARD, TONNES, 4.8, "0.1"),
    Check("09", "A", "t, net", GSHARD_NET, TONNES, 4.3, "0.1"),
    Check("09", "A", "MWh", GPT3, MWH, 1287, "1 %"),
    Check("09", "A", "t", GPT3, TONNES, 552.1, "1 %"),

    Check("10", "A", "GPU-days", ZOPH, GPU_DAYS, 22400, "0.5"),
    Check("10", "A", "days", ZOPH, DAYS, 28, "-0 +3 %"),
    Check("10", "A", "GPU-days", NASNET, GPU_DAYS, 2000, "0.5"),
    Check("10", "A", "days", NASNET, DAYS, 4, "-0 +3 %"),
    Check("10", "A", "GPU-days", AMOEBANET, GPU_DAYS, 3150, "0.5"),
    Check("10", "S", "days", AMOEBANET, DAYS, 7, "-0 +3 %"),

    *once_for_all(ofa("MobileNetV2", 6000), 1.7, 18.4),
    *once_for_all(ofa("MobileNetV2 #1200", 48000), 13.6, 146.9),
    *once_for_all(ofa("NASNet-A", 1920000), 544.5, 5875.2),
    *once_for_all(ofa("DARTS", 14000), 4.0, 42.8),
    *once_for_all(MNASNET, 453.8, 4896.0),
    *once_for_all(ofa("FBNet-C", 23000), 6.5, 70.4),
    *once_for_all(ofa("ProxylessNAS", 20000), 5.7, 61.2),
    *once_for_all(ofa("SinglePathNAS", 17000), 4.8, 52.0),
    *once_for_all(ofa("AutoSlim", 12000), 3.4, 36.7),
    *once_for_all(OFA, 0.34, 3.7, "0.005"),
    Check("11", "A", "times Once-for-All", MNASNET, TONNES, 1300, "50", over=(OFA,)),

    Check("12", "S", "configurations", HYPERBAND, "trials_started", 143, "0"),
    Check("12", "S", "epochs", HYPERBAND, "resource_total", 1902, "0"),
    Check("12", "S", "epochs", HYPERBAND_FREE, "resource_total", 1581, "0"),
    Check("12", "S", "configurations", HPBANDSTER, "trials_started", 128, "0"),
    Check("12", "S", "epochs", HPBANDSTER, "resource_total", 1701, "0"),
    Check("12", "S", "epochs", HPBANDSTER_FREE, "resource_total", 1404, "0"),

    Check("13", "S", "epochs", HALVING, "resource_total", 27, "0"),
    Check("13", "S", "times one training, until the first", HALVING, "makespan_s / (9 * 60)", 13 / 9, "0.001 %"),
    Check("13", "S", "epochs", HALVING_FREE, "resource_total", 21, "0"),
    Check("13", "S", "times one training, until the first", HALVING_FREE, "makespan_s / (9 * 60)", 1, "0.001 %"),

    *(Check("14", "A", what, run, value, published, "0.05 %")
      for run in (FIXED_15K, FIXED_30K, FIXED_180K, FIXED_300K)
      for what, value, published in (("million steps", "resource_total / 1e6", 445.8), ("chip-hours", HOURS, 14860))),

    Check("16", "A", "A100-hours", BLOOM, HOURS, 1082990, "0.5"),
    Check("16", "A", "kWh", BLOOM, KWH, 433196, "0.5"),
    Check("16", "A", "t", BLOOM, TONNES, 24.69, "0.005"),

    Check("17", "C", "kWh", BIGSCIENCE, KWH, 1163088, "0.01 %"),
    Check("17", "C", "t", BIGSCIENCE, TONNES, 66.29, "0.01 %"),
    Check("17", "C", "% in the final training", BIGSCIENCE, "100 * energy_best_trial_kwh / energy_it_kwh", 37.24, "0.01"),

    Check("18", "A", "MWh", LLAMA_7, MWH, 36, "0.5"),
    Check("18", "A", "t", LLAMA_7, TONNES, 14, "0.5"),
    Check("18", "A", "MWh", LLAMA_13, MWH, 59, "0.5"),
    Check("18", "A", "t", LLAMA_13, TONNES, 23, "0.5"),
    Check("18", "A", "MWh", LLAMA_33, MWH, 233, "1 %"),
    Check("18", "A", "t", LLAMA_33, TONNES, 90, "1 %"),
    Check("18", "A", "MWh", LLAMA_65, MWH, 449, "1 %"),
    Check("18", "A", "t", LLAMA_65, TONNES, 173, "1 %"),
    Check("18", "C", "MWh", LLAMA_ALL, MWH, 2638, "1 %"),
    Check("18", "C", "t", LLAMA_ALL, TONNES, 1015, "1 %"),
    Check("18", "C", "times the four trainings", LLAMA_ALL, MWH, 3.39, "1 %",
          over=(LLAMA_7, LLAMA_13, LLAMA_33, LLAMA_65)),

    Check("19", "A", "t", LLAMA3_8, TONNES, 420, "1 %"),
    Check("19", "A", "t", LLAMA3_70, TONNES, 2040, "1 %"),
    Check("19", "A", "t", LLAMA3_405, TONNES, 8930, "1 %"),
    Check("19", "A", "MWh, no PUE", GOPHER, "energy_it_kwh / 1000", 1066, "1 %"),
    Check("19", "A", "MWh", GOPHER, MWH, 1152, "1 %"),
    Check("19", "A", "t", GOPHER, TONNES, 380, "1 %"),
    Check("19", "A", "USD", MPT, RENT, 200000, "1 %"),
    Check("19", "A", "USD", DEEPSEEK, RENT, 5576000, "1 %"),

    Check("19", "A", "g/kWh", GRID_MIX, "1000 * co2e_operational_kg / energy_facility_kwh", 731.59, "0.000001"),

    Check("20", "C", "GPU-hours", OLMO_DEVELOPMENT, HOURS, 680000, "1 %"),
    Check("20", "C", "MWh, PUE as by group", OLMO_DEVELOPMENT, "energy_it_kwh / 1000", 459, "1 %"),
    Check("20", "C", "t", OLMO_DEVELOPMENT, TONNES, 159, "1 %"),
    Check("20", "C", "W a GPU", OLMO_DEVELOPMENT, "1000 * energy_it_kwh / accelerator_h_busy", 675, "1 %"),
    Check("20", "C", "MWh, PUE as by model", OLMO_FINALS, "energy_it_kwh / 1000", 913, "1 %"),
    Check("20", "C", "t", OLMO_FINALS, TONNES, 312, "1 %"),
    Check("20", "C", "t embodied", OLMO, EMBODIED, 22, "0.5"),
    Check("20", "C", "t in all", OLMO, "(co2e_operational_kg + co2e_embodied_kg) / 1000", 493, "1 %"),

    Check("21", "A", "MWh", OLMO2_7, MWH, 157, "1 %"),
    Check("21", "A", "t", OLMO2_7, TONNES, 52, "1 %"),

    Check("22", "S", "interruptions", LLAMA3_STOPS, "interruptions", 419, "41"),
    Check("22", "S", "h between two", LLAMA3_STOPS, "makespan_s / 3600 / interruptions", 3.09, "10 %"),
    Check("22", "S", "% of the time effective (more than 90)", LLAMA3_STOPS, "100 * effective_time", 90, "-0 +11 %"),

    Check("23", "S", "checkpoints", BLOOM_SAVES, "checkpoints", 720, "1"),
    Check("23", "S", "h of writing", BLOOM_SAVES, "accelerator_h_checkpoint / accelerators", 8.0, "0.05"),
    Check("23", "S", "% of 90 days", BLOOM_SAVES, "100 * accelerator_h_checkpoint / accelerators / 2160", 0.37, "0.005"),

    Check("24", "S", "days", OPT, DAYS, 62, "-33 +50 %"),
    Check("24", "S", "restarts", OPT, "interruptions", 90, "-33 +50 %"),
    Check("24", "S", "% of the time that trained", OPT, "100 * effective_time", 53, "-33 +50 %"),

    Check("26", "P", "W a GPU between checkpoints (more than 600)", H100_SAVES,
          "1000 * energy_train_kwh / accelerator_h_train", 600, "50"),
    Check("26", "P", "W a GPU while it writes one", H100_SAVES,
          "1000 * energy_checkpoint_kwh / accelerator_h_checkpoint", 100, "50"),
    Check("26", "P", "W a GPU in training (more than 600)", H100_GPUS, "1000 * energy_it_kwh / accelerator_h_busy", 600,
          "50"),
    *power.CHECKS,
)

# ---- Not judged ------------------------------------------------------------------------------------------------

SEARCH = Run("the search as it ran", "scenarios/transformer_nas.yaml")
LANDSCAPE = "the assumed landscape: how many children pass a hurdle"

OLD_SOFTWARE = "software of 2017, in fp32 on a chip without tensor cores: the law's constants are of 2023; nor are gradients exchanged"


def vaswani(label, width, published):
    run = Run(label, "scenarios/training_speed.yaml",
              ("precision=fp32", "workload.precision=fp32", "platform.clusters.main.accelerator.use=p100-sxm2",
               "workload.architecture=encoder_decoder", "workload.layers=6", f"workload.width={width}",
               f"workload.heads={width // 64}", f"workload.feed_forward={4 * width}", "workload.vocabulary=37000",
               "workload.sequence_length=50", "workload.batch_size=500", "workload.micro_batches=1", "workload.zero_stage=0",
               "workload.attention=plain"))
    return Shown("vaswani", "s a step", run, "makespan_s / 10", published, OLD_SOFTWARE)


SHOWN = (
    vaswani("Transformer base, eight P100", 512, 0.4),
    vaswani("Transformer big, eight P100", 1024, 1.0),
    Shown("05", "days", SEARCH, DAYS, 6.8, LANDSCAPE + "; 6.8 has no chip ever idle"),
    Shown("05", "MWh", SEARCH, MWH, 7.5, LANDSCAPE),
    Shown("05", "t", SEARCH, TONNES, 3.2, LANDSCAPE),
    Shown("06", "million steps", SEARCH, "resource_total / 1e6", 979, LANDSCAPE),
    Shown("06", "trainings past the first 60k steps, of 60k each", SEARCH, "(resource_total - 15000 * 60e3) / 60e3", 1317,
          LANDSCAPE),
    Shown("26", "kW a node in training", H100_NODE, "energy_it_kwh / (makespan_s / 3600)", 7.75,
          "the node's assumed base power and utilisation; other nodes were metered at 6.8 to 7.2 kW"),
    *power.SHOWN,
)

# ---- Printed, and wrong ----------------------------------------------------------------------------------------

CONTROLS = (
    Control("N1", "GPU-hours of the NASNet search", NASNET, HOURS, 2000, 48000, "0.5",
            "Zoph et al. 2018 call GPU-days GPU-hours"),
    Control("N2", "kWh of BERT in 79 h", BERT_79, KWH, 1507, 1503, "0.5",
            "Strubell et al. 2019: the outputs need 79.2 h"),
    Control("N2", "lb of BERT in 79 h", BERT_79, POUNDS, 1438, 1433.9, "0.5", "the same"),
    Control("N3", "USD of BERT on 16 TPU v2, pre-emptible",
            BERT_TPU.but("BERT, TPU, spot", "platform.clusters.tpu.accelerator_price=0.3375 USD/h"), RENT, 2074, 518, "1",
            "Strubell et al. 2019: a device's price for each of its four chips"),
    Control("N3", "USD of BERT on 16 TPU v2, on demand", BERT_TPU, RENT, 6912, 1728, "1", "the same"),
    Control("N4", "t of 7.0 M H100-hours of Llama", LLAMA3_70, TONNES, 12.9, 2040, "1 %",
            "the Llama 3.3 card; the same hours are 2,040 t in the 3.1 card"),
    Control("N5", "% of Llama 3's interruptions by faulty GPUs", LLAMA3_CAUSES,
            "100 * energy_best_trial_kwh / energy_it_kwh", 30.1, 35.3, "0.05",
            "Llama Team 2024, Table 5: 148 of 419; the table's other percentages are right"),
    Control("N6", "h of a LISA job on average", LISA, "accelerator_h_busy / trials_started", 52, 50.1, "0.05",
            "Strubell et al. 2019, section 4.2: 239,942 h / 4,789 jobs"),
    Control("N7", "passengers NY-SF of one BERT", BERT, "equals_passengers_ny_sf_strubell2019", 315, 0.72, "0.005",
            "the press, 2020: the 315 belong to the architecture search"),
    Control("T2", "chip-hours of 979 M steps of 0.12 s", NAS_TPU, HOURS, 32623, 32633, "0.5",
            "Strubell et al. 2019: a slip, the dollars beside it need 32,633"),
    Control("T6", "P100-hours after two factors", GAP_2, HOURS, 117780, 117480, "0.5",
            "Patterson et al. 2021, appendix D: 979 M × 12 h / 100k is 117,480"),
    Control("T9", "thousand lb of MobileNetV3's 7.2k hours", ofa("MobileNetV3", 7200), POUNDS + " / 1000", 1.8, 2.04,
            "0.005", "Cai et al. 2020: every other row has 0.2836 lb an hour"),
)
