#!/usr/bin/python3
"""Billing finished runs again, with the program as a process.

Usage: bill_test.py CAMPAIGN_SIM [unittest arguments]
"""

import csv
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

import no_file

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
PROGRAM = ""
LIMIT_S = 300
SITE = "platform.clusters.main.site"

# One trial of 10 h at 361 W and one of 5 h, on two cards without a host.
BY_HAND = """\
name: by_hand
platform:
  clusters:
    main:
      site: {pue: 1.5, intensity: 400 g/kWh, electricity_price: 0.2 USD/kWh}
      accelerator: {use: v100-sxm2, max: 400 W, idle: 36 W}
      nodes: 1
      accelerators_per_node: 2
      node_memory: 64 GB
      accelerator_price: 3 USD/h
      spot_price: 1 USD/h
      owned: {price: 8766 USD, lifetime: 1461 d, utilisation: 0.5}
      embodied: {accelerator: 100 kg, node: 40 kg, switch: 10 kg, switches: 2, lifetime: 1000 d, utilisation: 0.5}
space: {hours: {choice: [10, 5]}}
workload: {kind: table, table: jobs.csv, metric: loss, seconds_column: seconds, power_column: watts}
search: {strategy: grid}
objective: {minimise: loss}
"""
JOBS = "hours,seconds,watts,loss\n10,36000,361,0.25\n5,18000,361,0.5\n"


def hourly(day, values):
    rows = [f"{day}T{hour:02d}:00,{value}" for hour, value in enumerate(values)]
    return "time,value\n" + "\n".join(rows) + "\n"


class BillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="campaign-sim-bill-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        (cls.folder / "jobs.csv").write_text(JOBS)
        (cls.folder / "hand.yaml").write_text(BY_HAND)
        days = "".join(hourly(f"2023-07-{day:02d}", [100 + (h * 37 + day * 11) % 300 for h in range(24)])
                       .replace("time,value\n", "" if day > 1 else "time,value\n") for day in (1, 2, 3))
        (cls.folder / "grid.csv").write_text(days)
        cls.trace = f"{{trace: {cls.folder / 'grid.csv'}, unit: g/kWh}}"
        cls.program("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", "plain")
        cls.program("run", "hand.yaml", "--quiet", "--out", "hand")
        cls.program("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", "traced", "--set",
                    "start=2023-07-01T06:00", "--set", f"{SITE}.intensity={cls.trace}", "--set", f"{SITE}.pue=1.2")

    @classmethod
    def call(cls, *arguments):
        return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cls.folder, timeout=LIMIT_S, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, errors="replace")

    @classmethod
    def program(cls, *arguments):
        result = cls.call(*arguments)
        if result.returncode != 0:
            raise AssertionError(f"{arguments}: status {result.returncode}\n{result.stderr}")
        return result.stdout

    def bill(self, results, *arguments):
        """bill.json of a bill, and its folder."""
        out = Path(tempfile.mkdtemp(dir=self.folder)) / "bill"
        self.program("bill", results, "--quiet", "--out", out, *arguments)
        return json.loads((out / "bill.json").read_text()), out

    def refused(self, says, *arguments):
        result = self.call("bill", *arguments)
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)
        self.assertRegex(result.stderr, says)
        self.assertNotIn("internal error", result.stderr)
        return result.stderr

    def same_bytes(self, one, other):
        for name in ("bill.json", "bill_trials.csv"):
            self.assertEqual((self.folder / one / name).read_bytes(), (self.folder / other / name).read_bytes(), name)


class Rebilling(BillTest):
    def fresh_and_again(self, settings, *options):
        out = Path(tempfile.mkdtemp(dir=self.folder)) / "fresh"
        sets = [word for setting in settings for word in ("--set", setting)]
        self.program("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", out, *sets)
        self.same_bytes(out, self.bill("plain", *options)[1])

    def test_what_completed_was_not_chosen_only_where_there_is_a_metric_to_choose_by(self):
        bare = re.sub(r"workload: .*\nsearch: .*\nobjective: .*\n", "workload: {kind: fixed, seconds_per_unit: 1 h, power: 361 W}\n"
                      "search: {strategy: grid, resource: {unit: epoch, max: 3}}\n", BY_HAND)
        (self.folder / "bare.yaml").write_text(bare)
        for name, words in (("hand.yaml", "completed, not chosen"), ("bare.yaml", "completed")):
            with self.subTest(name):
                said = self.program("run", name, "--out", "chosen", "--force")
                self.assertRegex(said, rf"\n  {words}  ")
                self.assertEqual("the best trial" in said, name == "hand.yaml")
                said = self.program("bill", "chosen")
                self.assertRegex(said, rf"\n  {words}  ")
                self.assertEqual("the best trial" in said, name == "hand.yaml")
                said = self.program("bill", "chosen", "--quiet", "--export", "paper")
                self.assertEqual("the configuration that was kept" in said, name == "hand.yaml")

    def test_as_it_was_run(self):
        self.same_bytes("plain", self.bill("plain")[1])

    def test_under_a_trace_and_a_pue(self):
        again = self.bill("plain", "--start", "2023-07-01T06:00", "--intensity", self.trace, "--pue", "1.2")[1]
        self.same_bytes("traced", again)

    def test_in_another_country_from_another_start(self):
        self.fresh_and_again([f"{SITE}.intensity={{region: fr}}", f"{SITE}.name=France", f"{SITE}.country=FRA",
                              f"{SITE}.pue=1.1", "start=2023-07-01T00:00"],
                             "--site", "fr", "--start", "2023-07-01T00:00", "--pue", "1.1")

    def test_in_another_country_nothing_is_said_of_the_old_one(self):
        self.program("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", "american", "--force", "--set",
                     f"{SITE}=google-iowa")
        self.assertIn("USA", self.program("bill", "american", "--export", "codecarbon"))
        for region, name, code in (("fr", "France", "FRA"), ("gcp-europe-west9", "Paris", "")):
            text = self.program("bill", "american", "--site", region, "--export", "codecarbon,paper,huggingface")
            self.assertIn(name, text)
            self.assertIn(f",{code},", text)
            self.assertNotRegex(text, "iowa|USA")

    def test_at_another_site(self):
        self.fresh_and_again([f"{SITE}=sweden"], "--site", "sweden")

    def test_bought_otherwise(self):
        prices = ["platform.clusters.main.spot_price=1.2 USD/h", "accounting.purchase=spot",
                  "accounting.accelerator_hours=busy", "accounting.billing_granularity=1 h"]
        self.fresh_and_again(prices, *(word for price in prices for word in ("--set", price)))

    def test_from_the_copy_of_the_trace_in_the_results(self):
        moved = self.folder / "moved.csv"
        shutil.move(self.folder / "grid.csv", moved)
        try:
            self.same_bytes("traced", self.bill("traced")[1])
        finally:
            shutil.move(moved, self.folder / "grid.csv")

    def test_the_causes_and_the_trials_add_up(self):
        for results in ("plain", "traced", "hand"):
            bill, out = self.bill(results)
            for total, share in (("energy_facility_kwh", "energy_kwh"), ("co2e_operational_kg", "co2e_kg"),
                                 ("cost_electricity", "electricity"), ("cost_accelerators", "accelerators")):
                self.assertAlmostEqual(sum(cause[share] for cause in bill["causes"]) / bill[total], 1, delta=1e-9)
            with open(out / "bill_trials.csv") as file:
                trials = list(csv.DictReader(file))
            idle = next(cause for cause in bill["causes"] if cause["cause"] == "idle")
            by_trials = sum(float(trial["energy_it_kwh"]) for trial in trials) + idle["energy_kwh"]
            self.assertAlmostEqual(by_trials / bill["energy_it_kwh"], 1, delta=1e-9)


class ByHand(BillTest):
    """One card held 10 h at 361 W, one 5 h at 361 W and then 5 h idle at 36 W."""

    kwh = (15 * 361 + 5 * 36) / 1000

    def test_energy_co2e_and_power(self):
        bill = self.bill("hand")[0]
        self.assertAlmostEqual(bill["energy_it_kwh"], self.kwh)
        self.assertAlmostEqual(bill["energy_facility_kwh"], self.kwh * 1.5)
        self.assertAlmostEqual(bill["co2e_operational_kg"], self.kwh * 1.5 * 0.4)
        self.assertAlmostEqual(bill["cost_electricity"], self.kwh * 1.5 * 0.2)

    def test_the_prices_of_each_purchase(self):
        for purchase, price in (("on-demand", 3), ("spot", 1), ("owned", 8766 / (1461 * 24 * 0.5))):
            for charge, hours in (("reserved", 20), ("busy", 15)):
                bill = self.bill("hand", "--set", f"accounting.purchase={purchase}", "--set",
                                 f"accounting.accelerator_hours={charge}")[0]
                self.assertAlmostEqual(bill["cost_accelerators"], hours * price, msg=(purchase, charge))
                self.assertEqual(bill["purchase"], purchase)

    def test_time_is_sold_in_pieces(self):
        for charge, hours in (("reserved", 2 * 12), ("busy", 12 + 8)):
            bill = self.bill("hand", "--set", "accounting.billing_granularity=4 h", "--set",
                             f"accounting.accelerator_hours={charge}")[0]
            self.assertAlmostEqual(bill["cost_accelerators"], hours * 3)

    def test_embodied_carbon_by_share_of_time(self):
        each = 100 + 40 / 2 + 10 * 2 / 2  # kg: a card, its half of the node, its half of two switches
        for charge, hours in (("reserved", 20), ("busy", 15)):
            bill = self.bill("hand", "--set", f"accounting.accelerator_hours={charge}")[0]
            self.assertAlmostEqual(bill["co2e_embodied_kg"], each * hours / (1000 * 24 * 0.5))

    def test_software_carbon_intensity(self):
        bill = self.bill("hand")[0]
        sci = bill["software_carbon_intensity"]
        both = bill["co2e_operational_kg"] + bill["co2e_embodied_kg"]
        self.assertAlmostEqual(sci["kg_per_search"], both)
        self.assertAlmostEqual(sci["kg_per_trial"], both / 2)
        self.assertAlmostEqual(sci["kg_per_completed_trial"], both / 2)
        self.assertAlmostEqual(sci["kg_per_metric_point"], both / 0.25)

    def test_the_hours_of_a_year_each_with_its_intensity_and_price(self):
        grid = self.folder / "hand_grid.csv"
        grid.write_text(hourly("2023-07-01", range(100, 2500, 100)))
        price = self.folder / "hand_price.csv"
        price.write_text(hourly("2023-07-01", [-50, *range(10, 240, 10)]))
        bill = self.bill("hand", "--start", "2023-07-01T01:30", "--intensity", f"{{trace: {grid}, unit: g/kWh}}",
                         "--price", f"{{trace: {price}, unit: USD/MWh}}")[0]
        power = lambda hour: 361 + (361 if hour < 5 else 36)  # W, `hour` after the start
        intensity = money = 0
        for half in range(20):  # half hours, so that the shift of half an hour is exact
            clock = int((1.5 + half / 2) // 1)
            kwh = power(half / 2) / 2000 * 1.5
            intensity += kwh * (100 + 100 * clock) / 1000
            money += kwh * ([-50, *range(10, 240, 10)][clock]) / 1000
        self.assertAlmostEqual(bill["co2e_operational_kg"] / intensity, 1, delta=1e-9)
        self.assertAlmostEqual(bill["cost_electricity"] / money, 1, delta=1e-9)

    def test_negative_prices_are_paid_out(self):
        bill = self.bill("hand", "--price", "{otherwise: -0.1 USD/kWh, time_of_use: []}", "--start", "2023-07-01")[0]
        self.assertAlmostEqual(bill["cost_electricity"], -0.1 * self.kwh * 1.5)

    def test_pue_by_load(self):
        bill = self.bill("hand", "--pue", "{load: [0, 1], pue: [2, 1]}")[0]
        pue = lambda watts: 2 - watts / 800  # of 2 x 400 W
        facility = 5 * 722 * pue(722) + 5 * 397 * pue(397)
        self.assertAlmostEqual(bill["energy_facility_kwh"], facility / 1000)

    def test_pue_over_time(self):
        pue = self.folder / "pue.csv"
        pue.write_text(hourly("2023-07-01", [1.1] * 3 + [1.6] * 21))
        bill = self.bill("hand", "--pue", pue, "--start", "2023-07-01")[0]
        facility = 3 * 722 * 1.1 + 2 * 722 * 1.6 + 5 * 397 * 1.6
        self.assertAlmostEqual(bill["energy_facility_kwh"], facility / 1000)

    def test_water(self):
        bill = self.bill("hand", "--set", f"{SITE}.water_l_per_kwh=1.8", "--set",
                         f"{SITE}.generation_water_l_per_kwh=3")[0]
        self.assertAlmostEqual(bill["water_l"], self.kwh * 1.8 + self.kwh * 1.5 * 3)

    def test_a_summer_time_step_in_offsets_is_no_gap(self):
        grid = self.folder / "dst.csv"
        grid.write_text("time,value\n2023-10-29T01:00+02:00,100\n2023-10-29T02:00+02:00,200\n"
                        "2023-10-29T02:00+01:00,300\n2023-10-29T03:00+01:00,400\n"
                        + "".join(f"2023-10-29T{h:02d}:00+01:00,500\n" for h in range(4, 16)))
        bill = self.bill("hand", "--start", "2023-10-29T01:00+02:00", "--intensity",
                         f"{{trace: {grid}, unit: g/kWh}}")[0]
        kg = 1.5e-6 * (722 * (100 + 200 + 300 + 400 + 500) + 397 * 5 * 500)
        self.assertAlmostEqual(bill["co2e_operational_kg"], kg)


class Methods(BillTest):
    def test_the_88_times_comes_apart(self):
        """Case 07: 2.33 x 8 x 3.27 x 1.44 x 1.00."""
        published = ROOT / "scenarios" / "published"
        self.program("run", ROOT / "scenarios" / "transformer_nas_2019_estimate.yaml", "--quiet", "--out", "estimate")
        self.program("run", published / "07_from_284_t_to_3_t.yaml", "--quiet", "--out", "small", "--set",
                     "workload.seconds_per_unit=0.432 s")
        self.program("run", published / "05_evolved_transformer_accounting.yaml", "--quiet", "--out", "ran")
        text = self.program("bill", "estimate", "small", "ran", "--method",
                            "strubell2019,strubell2019,patterson2021")
        found = re.search(r"in all: ([\d.]+) x ([\d.]+) x ([\d.]+) x ([\d.]+) x ([\d.]+) = ([\d.]+)", text)
        self.assertIsNotNone(found, text)
        for number, published in zip(map(float, found.groups()), (2.33, 8, 3.27, 1.44, 1.00, 88.2)):
            self.assertAlmostEqual(number / published, 1, delta=0.01)

    def test_each_pair_is_taken_apart(self):
        text = self.program("bill", "plain", "--site", "fr", "--method", "strubell2019,llama,ghg-location")
        for pair in ("strubell2019 / llama", "strubell2019 / ghg-location", "llama / ghg-location"):
            self.assertIn(pair, text)
        for word in ("counts", "leaves out", "assumes"):
            self.assertEqual(len(re.findall(rf"^ +{word} ", text, re.M)), 3)

    def test_green_algorithms_counts_the_hosts_memory(self):
        text = self.program("bill", "hand", "--method", "green-algorithms")
        watts = 400 + 0.3725 * 64 / 2  # TDP, and half of the node's 64 GB
        self.assertRegex(text, rf"green-algorithms +15 +{watts:.4g} ")

    def test_the_market_based_figure_is_named(self):
        text = self.program("bill", "hand", "--method", "ghg-location,ghg-market", "--set",
                            f"{SITE}.market_intensity=0.05 kg/kWh")
        self.assertRegex(text, r"ghg-market +20 .* 50 ")
        self.assertIn("location-based, average, life-cycle or direct not stated", text)


class Exports(BillTest):
    def export(self, form, *options, results="hand"):
        return self.program("bill", results, "--quiet", "--export", form, *options).split("\n", 2)[2]

    def test_codecarbon(self):
        text = self.export("codecarbon", "--set", f"{SITE}.country=FRA", "--set",
                           "platform.clusters.main.node_base=0 W", "--start", "2023-07-01")
        rows = list(csv.DictReader(text.splitlines()))
        self.assertEqual(len(rows), 1)
        row = rows[0]
        self.assertEqual((row["country_name"], row["country_iso_code"]), ("France", "FRA"))
        self.assertEqual(row["timestamp"], "2023-07-01T10:00:00")
        number = {key: float(row[key]) for key in ("duration", "emissions", "emissions_rate", "cpu_power", "gpu_power",
                                                   "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed", "pue",
                                                   "ram_total_size")}
        self.assertAlmostEqual(number["energy_consumed"], ByHand.kwh * 1.5)  # CodeCarbon's energies contain the PUE
        self.assertAlmostEqual(number["energy_consumed"],
                               number["cpu_energy"] + number["gpu_energy"] + number["ram_energy"])
        self.assertAlmostEqual(number["emissions"], number["energy_consumed"] * 0.4)
        self.assertAlmostEqual(number["emissions_rate"], number["emissions"] / 36000)
        self.assertAlmostEqual(number["gpu_power"], ByHand.kwh * 1000 / 10)
        self.assertEqual((number["pue"], number["ram_total_size"], row["gpu_count"]), (1.5, 64, "2"))
        theirs = SHARED / "codecarbon-data" / "emissions.csv"
        if theirs.exists():
            self.assertEqual(text.splitlines()[0], theirs.read_text().splitlines()[0])

    def test_codecarbon_knows_the_hosts(self):
        row = next(csv.DictReader(self.export("codecarbon", results="plain").splitlines()))
        self.assertAlmostEqual(float(row["ram_power"]), 3 / 8 * 512)
        self.assertAlmostEqual(float(row["cpu_power"]) + float(row["ram_power"]), 690)  # v100-node-x8
        self.assertGreater(float(row["gpu_power"]), 690)

    def test_codecarbon_sees_the_hosts_load_beside_the_accelerators(self):
        """Accelerators by their own counters, memory by CodeCarbon's rule, and the rest of the nodes."""
        self.program("run", "hand.yaml", "--quiet", "--out", "host", "--set", "platform.clusters.main.node_power="
                     "{idle: 300 W, cpu: 40 W, dram: 10 W, fans: 0.05, conversion: 0.95}")
        row = next(csv.DictReader(self.export("codecarbon", results="host").splitlines()))
        number = {key: float(row[key]) for key in row if key.endswith(("_power", "_energy", "consumed"))}
        self.assertAlmostEqual(number["gpu_energy"], ByHand.kwh * 1.5)
        self.assertAlmostEqual(number["gpu_power"], ByHand.kwh * 1000 / 10)
        self.assertAlmostEqual(number["ram_power"], 3 / 8 * 64)  # W, of 64 GB
        self.assertAlmostEqual(number["ram_energy"], 3 / 8 * 64 * 10 / 1000 * 1.5)
        # 300 W all the time, 50 W for each card that is held, 5 % of what it draws above idle for the fans; behind
        # supplies that lose 5 %, the cards' own watts included.
        behind = 10 * 300 + 15 * 50 + 15 * (361 - 36) * 0.05 + ByHand.kwh * 1000
        host = behind / 0.95 / 1000 - ByHand.kwh
        self.assertAlmostEqual(number["cpu_energy"] + number["ram_energy"], host * 1.5)
        self.assertAlmostEqual(number["energy_consumed"], (ByHand.kwh + host) * 1.5)

    def test_ml_co2_statement(self):
        text = self.export("mlco2")
        self.assertIn("which has a carbon efficiency of 0.4 kgCO2eq/kWh", text)
        self.assertIn("A cumulative of 15 hours of computation was performed on hardware of type v100-sxm2 (TDP of 400 "
                      "W)", text)
        self.assertIn("location-based", text)
        self.assertIn(f"estimated to be {ByHand.kwh * 0.6:.4g} kgCO2eq", text)
        self.assertIn(f"would say {15 * 0.4 * 0.4:.4g} kgCO2eq", text)

    def test_a_paragraph_with_every_number_sourced(self):
        text = self.export("paper", "--pue", "1.2", results="plain")
        paragraph, notes = text.split("\n\n", 1)
        cited = set(re.findall(r"\[(\d)", paragraph)) | set(re.findall(r", (\d)\]", paragraph))
        self.assertEqual(cited, set(re.findall(r"^\[(\d)\]", notes, re.M)))
        self.assertIn("at a PUE of 1.2 [3]", paragraph)
        self.assertIn("main.site.pue = 1.2: given by the user, without a source", notes)  # not the run's
        self.assertIn("main.site.intensity = 0.429 kg/kWh: Patterson et al. 2021", notes)
        self.assertIn("workload.power = 220 W: made up; Zeus", notes)

    def test_every_grid_is_named_once(self):
        """Also one whose name is the end of another's."""
        clusters = BY_HAND.split("    main:\n")[1].split("space:")[0]
        named = "".join(f"    {name}:\n" + clusters.replace("pue: 1.5", f"name: {site}, pue: 1.5")
                        for name, site in (("one", "EU-US"), ("two", "US"), ("three", "US")))
        before, after = BY_HAND.split("    main:\n" + clusters)
        (self.folder / "three.yaml").write_text(before + named + after)
        self.program("run", "three.yaml", "--quiet", "--out", "three")
        self.assertRegex(self.export("mlco2", results="three"),
                         r"kgCO2eq/kWh \(EU-US: constant, [^;]+; US: constant, [^;]+\)\. A cumulative")

    def test_model_card(self):
        text = self.export("huggingface", "--set", f"{SITE}.country=FRA")
        lines = text.splitlines()
        self.assertEqual(lines[0], "co2_eq_emissions:")
        card = dict(line.strip().split(": ", 1) for line in lines[1:])
        self.assertEqual(list(card), ["emissions", "source", "training_type", "geographical_location", "hardware_used"])
        self.assertAlmostEqual(float(card["emissions"]), ByHand.kwh * 0.6 * 1000)  # grams
        for key in list(card)[1:]:
            self.assertRegex(card[key], r'^".*"$')
            json.loads(card[key])  # a quoted YAML string of this kind is one of JSON
        self.assertEqual(json.loads(card["hardware_used"]), "2 x v100-sxm2")


class When(BillTest):
    def test_the_best_start_is_that_of_the_lowest_bill(self):
        best, folder = self.bill("traced", "--when", "best")
        worst = self.bill("traced", "--when", "worst")[0]
        with open(folder / "when.csv") as file:
            starts = [(row["start"], float(row["co2e_kg"])) for row in csv.DictReader(file)]
        kg = [cost for _, cost in starts]
        self.assertAlmostEqual(best["co2e_operational_kg"], min(kg), delta=1e-9)
        self.assertAlmostEqual(worst["co2e_operational_kg"], max(kg), delta=1e-9)
        self.assertEqual(best["start"], starts[kg.index(min(kg))][0])
        for start, cost in starts[::7]:
            again = self.bill("traced", "--start", start)[0]["co2e_operational_kg"]
            self.assertAlmostEqual(again / cost, 1, delta=1e-9)
        picture = (folder / "when.svg").read_text()
        for word in ("best: ", "worst: ", "start (UTC)", " kg<"):
            self.assertIn(word, picture)

    def test_a_pue_that_varies_moves_with_the_load_or_stays_with_the_calendar(self):
        pue = self.folder / "when_pue.csv"
        pue.write_text("".join(hourly(f"2023-07-{day:02d}", [1.1 + (h * 5 + day) % 7 / 10 for h in range(24)])
                               .replace("time,value\n", "" if day > 1 else "time,value\n") for day in (1, 2, 3)))
        for value in (pue, "{load: [0, 0.4, 1], pue: [2, 1.5, 1.1]}"):
            best, folder = self.bill("traced", "--when", "best", "--pue", value)
            with open(folder / "when.csv") as file:
                starts = [(row["start"], float(row["co2e_kg"])) for row in csv.DictReader(file)]
            self.assertAlmostEqual(best["co2e_operational_kg"] / min(kg for _, kg in starts), 1, delta=1e-9)
            for start, cost in starts[::17]:
                again = self.bill("traced", "--start", start, "--pue", value)[0]["co2e_operational_kg"]
                self.assertAlmostEqual(again / cost, 1, delta=1e-9)

    def test_nothing_to_shift_along(self):
        self.refused("no site's intensity or PUE varies", "plain", "--when", "best")

    def test_a_campaign_longer_than_its_trace(self):
        grid = self.folder / "short.csv"
        grid.write_text(hourly("2023-07-01", range(100, 500, 100)))
        self.refused("longer than its traces", "plain", "--when", "best", "--intensity",
                     f"{{trace: {grid}, unit: g/kWh}}")


class Traces(BillTest):
    def test_a_bill_beyond_a_trace_says_the_latest_start(self):
        text = self.refused("the trace of the grid's intensity at .* ends at 2023-07-04T00:00:00Z", "traced", "--start",
                            "2023-07-03T23:00")
        latest = re.search(r"begin it by (\S+) \(--start\)", text).group(1)
        self.bill("traced", "--start", latest)

    def test_a_run_that_outlasts_its_trace_keeps_what_it_has(self):
        grid = self.folder / "three_hours.csv"
        grid.write_text(hourly("2023-07-01", [100, 200, 300]))
        out = self.folder / "cut"
        result = self.call("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", out, "--set",
                           "start=2023-07-01", "--set", f"{SITE}.intensity={{trace: {grid}, unit: g/kWh}}")
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, "ends at 2023-07-01T03:00:00Z, 0.125 days into the campaign.*take a longer trace")
        self.assertIn("is kept in", result.stderr)
        summary = json.loads((out / "summary.json").read_text())
        self.assertEqual((summary["ended_by"], summary["partial"], summary["makespan_s"]), ("trace_end", True, 10800))
        self.assertGreater(summary["trials_completed"], 0)
        self.same_bytes("cut", self.bill("cut")[1])

    def test_a_stop_rule_beyond_a_trace_is_refused_before_the_run(self):
        result = self.call("check", ROOT / "scenarios" / "quick.yaml", "--set", "stop.time=4 d", "--set",
                           "start=2023-07-01", "--set", f"{SITE}.intensity={self.trace}")
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, "'time' lets the campaign go on until 2023-07-05T00:00:00Z.*ends at 2023-07-04"
                                        ".*stop after 3 d")


class BadInput(BillTest):
    def test_regions_have_nearest_names(self):
        self.refused("did you mean 'France'", "plain", "--site", "frnace")
        self.refused("did you mean 'germany'", "plain", "--intensity", "{region: Gemany}")
        self.refused("tools/get-grids", "plain", "--site", "nowhere-at-all")
        self.refused("tools/get-grids", "plain", "--intensity", "{region: fr, year: 1999}")

    def test_units(self):
        self.refused("did you mean 475 g/kWh", "plain", "--intensity", "475 kg/kWh")
        self.refused("did you mean 0.95 kg/kWh", "plain", "--intensity", "0.95 g/MWh")
        self.refused("did you mean 950 lb/MWh|more than any grid emits", "plain", "--intensity", "950 lb/kWh")
        self.refused("is the price in USD/MWh", "plain", "--price", "120 USD/kWh")

    def test_mistakes_quote_the_option_that_was_typed(self):
        self.refused("^--pue 0.9: error: 'pue' must be at least 1", "plain", "--pue", "0.9")
        self.refused("^--price 120 USD/h: error: ", "plain", "--price", "120 USD/h")
        self.refused("^--start tomorrow: error: 'start' must be a date", "plain", "--start", "tomorrow")
        self.refused("^--set start=tomorrow: error: 'start' must be a date", "plain", "--set", "start=tomorrow")
        (self.folder / "falling.csv").write_text("time,value\n2023-07-01T01:00,100\n2023-07-01T00:00,100\n")
        text = self.refused("^--intensity falling.csv: error: ", "plain", "--intensity", "falling.csv")
        self.assertNotIn("--set", text)

    def test_pue(self):
        self.refused("must be at least 1", "plain", "--pue", "0.9")
        self.refused("must be at least 1", "plain", "--pue", "-1.1")
        self.refused("158 % is 1.58", "plain", "--pue", "158")

    def test_embodied_carbon_of_nothing(self):
        made = "platform.clusters.main.embodied="
        self.refused("says of no machine what making it emitted", "plain", "--set", made + "{lifetime: 4 years}")
        bill = self.bill("plain", "--set", made + "{node: 800 kg, lifetime: 4 years}")[0]
        hours = bill["sites"][0]["accelerator_h_available"]
        self.assertAlmostEqual(bill["co2e_embodied_kg"], 800 / 8 * hours / (1461 * 24))

    def test_options(self):
        self.refused("did you mean 'llama'", "plain", "--method", "lama")
        self.refused("there is no such form", "plain", "--export", "word")
        self.refused("give one", "plain", "--when", "best", "--start", "2023-07-01")
        self.refused("one method for all", "plain", "hand", "--method", "llama,bloom,mlco2")
        self.refused("no manifest.json", self.folder)
        self.refused("is missing", "plain", "--intensity", self.trace)  # 'start'
        self.refused("outside a trace", "traced", "--start", "2024-01-01")
        self.refused("has no 'spot_price'", "plain", "--set", "accounting.purchase=spot")

    def test_options_that_nothing_would_read_are_all_refused_at_once(self):
        said = self.refused("--force goes with --out only", "plain", "--force", "--quiet", "--method", "llama")
        self.assertIn("--quiet and --method: the methods are printed", said)
        self.assertIn("--quiet goes with --out or --export only", said)
        self.assertEqual(said.count("\n"), 3, said)
        said = self.refused("--out is of one campaign's bill; give one folder", "plain", "hand", "--out", "both",
                            "--export", "paper", "--when", "best")
        self.assertEqual(said.count("give one folder\n"), 3, said)
        self.assertFalse((self.folder / "both").exists())

    def test_only_what_a_bill_depends_on_is_set(self):
        said = self.refused("--set search.strategy=grid: error: a bill depends on 'platform', 'accounting' and 'start' alone",
                            "plain", "--set", "search.strategy=grid", "--set", "serach.x=3", "--set", "seed=7")
        self.assertEqual(said.count("run the scenario again with this\n"), 3, said)

    def test_a_list_of_names_has_each_once_and_none_missing(self):
        for option, name in (("--method", "llama"), ("--export", "paper")):
            self.refused(f"{option} {name},{name}: '{name}' is there twice", "plain", option, f"{name},{name}")
            for hole in (",", f"{name},", f",{name}"):
                self.refused(f"{option} {hole}: a name is missing", "plain", option, hole)


class Damage(BillTest):
    def copy(self):
        folder = Path(tempfile.mkdtemp(dir=self.folder)) / "copy"
        return Path(shutil.copytree(self.folder / "plain", folder))

    def test_edited(self):
        folder = self.copy()
        for name in ("segments.csv", "trials.csv", "summary.json", "incumbent.csv"):
            before = (folder / name).read_bytes()
            (folder / name).write_bytes(before.replace(b"7", b"8", 1))
            self.refused(rf"{name} is not as the run left it \(its checksum is .{{8}}, manifest.json says .{{8}}\): "
                         "truncated or edited; run the scenario again", folder)
            (folder / name).write_bytes(before)

    def test_a_row_that_was_edited_into_nonsense(self):
        folder = self.copy()
        for name, before, after in (("segments.csv", b",train,", b",trian,"), ("segments.csv", b"segment,", b"segmint,"),
                                    ("segments.csv", b",0,", b",zero,"), ("trials.csv", b"status", b"state")):
            whole = (folder / name).read_bytes()
            (folder / name).write_bytes(whole.replace(before, after, 1))
            self.refused(f"{name} is not as the run left it", folder)
            (folder / name).write_bytes(whole)

    def test_a_file_that_the_manifest_does_not_know(self):
        folder = self.copy()
        manifest = json.loads((folder / "manifest.json").read_text())
        del manifest["crc32"]["segments.csv"]
        (folder / "manifest.json").write_text(json.dumps(manifest))
        self.refused("its manifest.json has no checksum of segments.csv", folder)

    def test_truncated(self):
        folder = self.copy()
        (folder / "segments.csv").write_bytes((folder / "segments.csv").read_bytes()[:-20])
        self.refused("segments.csv is not as the run left it", folder)

    def test_a_file_less(self):
        folder = self.copy()
        (folder / "segments.csv").unlink()
        self.refused("segments.csv is missing; the folder of a run is billed as a whole", folder)

    def test_a_manifest_cut_short(self):
        folder = self.copy()
        (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:300])
        self.refused("manifest.json is not JSON as a run writes it", folder)

    def test_another_version(self):
        folder = self.copy()
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["results_format"] += 1
        manifest["program"] = "campaign-sim 99.0"
        (folder / "manifest.json").write_text(json.dumps(manifest))
        self.refused(r"has results of format 3 \(campaign-sim 99.0\), and this program reads format 2", folder)

    def test_what_is_no_file(self):
        for name in ("manifest.json", "segments.csv", "bill.json"):
            folder = self.copy()
            for _ in no_file.in_the_place_of(folder / name):
                self.refused(f"{name} is not a file", folder)

    def test_a_manifest_with_something_else_in_it(self):
        folder = self.copy()
        manifest = json.loads((folder / "manifest.json").read_text())
        for key, value, says in (("results_format", "2", r'has results of format "2" \('), ("results_format", 2e300, "of format"),
                                 ("program", [], "its manifest.json is not as a run"), ("crc32", 3, "is not as a run"),
                                 ("inputs", [1], "is not as a run"), ("traces", {"x": 1}, "is not as a run")):
            (folder / "manifest.json").write_text(json.dumps({**manifest, key: value}))
            self.assertNotIn("json.exception", self.refused(says, folder))

    def test_what_is_no_folder_of_a_run(self):
        self.refused("nowhere: there is no such folder", "nowhere")
        self.refused("jobs.csv is not a folder", "jobs.csv")
        (self.folder / "compared").mkdir()
        (self.folder / "compared" / "comparison.json").write_text("{}")
        self.refused("compared holds a comparison; bill one of its runs", "compared")

    def test_a_summary_alone(self):
        self.program("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--only-summary", "--out", "short")
        self.refused("--only-summary leaves no ledger", "short")


class SeveralSites(BillTest):
    def test_each_cluster_at_its_own_site(self):
        self.program("run", ROOT / "scenarios" / "quick.yaml", "--quiet", "--out", "two", "--set",
                     "platform=mixed-sites", "--set", "stop.trials=200", "--force")
        bill = self.bill("two")[0]
        france, poland = bill["sites"]
        self.assertEqual((france["site"], poland["site"]), ("france", "poland"))
        self.assertAlmostEqual(france["intensity_mean_g_per_kwh"], 56)
        self.assertAlmostEqual(poland["intensity_mean_g_per_kwh"], 662)
        kg = france["energy_facility_kwh"] * 0.056 + poland["energy_facility_kwh"] * 0.662
        self.assertAlmostEqual(bill["co2e_operational_kg"] / kg, 1, delta=1e-9)
        one = self.bill("two", "--set", "platform.clusters.poland.site=france")[0]
        self.assertAlmostEqual(one["co2e_operational_kg"] / (bill["energy_facility_kwh"] * 0.056), 1, delta=1e-9)
        self.assertIn("location-based, average", self.program("bill", "two"))


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
