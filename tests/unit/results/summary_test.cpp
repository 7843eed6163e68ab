#include "sim/results/summary.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/results/bill_sink.hpp"
#include "tests/support/hand_campaign.hpp"

using namespace campaign_sim;
using testing::FakeCluster;
using testing::HandCampaign;
using testing::needs;

namespace {

nlohmann::ordered_json summary_of(HandCampaign& campaign) {
  Totals totals{campaign.scenario.platform.clusters.size()};
  FakeCluster cluster{campaign.scenario.platform};
  const BillTerms terms = bill_terms(campaign.scenario);
  BillSink bill{terms};
  const CampaignResult result = run_campaign(campaign.scenario, cluster, {&totals, &bill}, campaign.watcher);
  return summarise(campaign.scenario, result, totals, bill.finish(bill_outcome(campaign.scenario, result)));
}

}  // namespace

TEST_CASE("the summary is what one works out by hand") {
  HandCampaign campaign{1, 2, Watts{40}};
  ClusterSpec& cluster = campaign.scenario.platform.clusters[0];
  cluster.site.pue = 1.5;
  cluster.site.intensity = KilogramsPerJoule{2e-4};
  cluster.site.electricity_price = MoneyPerJoule{1e-5};
  cluster.accelerator_price = MoneyPerSecond{0.01};
  campaign.workload->start_up = Seconds{2};
  campaign.scenario.accounting.final_training = 10;
  campaign.scenario.accounting.currency = "EUR";
  campaign.train({needs(1, 2, 7), needs(1, 4, 9), needs(3, 1)});  // the last fits nowhere
  const auto summary = summary_of(campaign);

  // Trial 0 ends at 12 s, trial 2 fails at 14 s, trial 1 ends at 22 s.
  CHECK(summary["makespan_s"] == 22);
  CHECK(summary["trials_started"] == 3);
  CHECK(summary["trials_completed"] == 2);
  CHECK(summary["trials_stopped"] == 0);
  CHECK(summary["trials_failed"] == 1);
  CHECK(summary["segments"] == 3);
  CHECK(summary["resource_total"] == 10);
  CHECK(summary["accelerators"] == 2);
  CHECK(summary["accelerator_h_available"].get<double>() == Approx(44 / 3600.0));
  CHECK(summary["accelerator_h_busy"].get<double>() == Approx(36 / 3600.0));
  const double trial_0 = 2 * 120 + 10 * 320;
  const double trial_1 = 2 * 120 + 20 * 320;
  const double trial_2 = 2 * 120;
  const double idle = 8 * 120;
  const double it = trial_0 + trial_1 + trial_2 + idle;
  const auto is = [&](const char* key, double joules) {
    INFO(key);
    CHECK(summary[key].get<double>() == Approx(joules / 3.6e6));
  };
  is("energy_it_kwh", it);
  is("energy_facility_kwh", 1.5 * it);
  is("energy_overhead_kwh", 0.5 * it);
  is("energy_train_kwh", 30 * 320);
  is("energy_load_kwh", 6 * 120);
  is("energy_checkpoint_kwh", 0);
  is("energy_idle_kwh", idle);
  is("energy_best_trial_kwh", trial_0);
  is("energy_other_completed_kwh", trial_1);
  is("energy_stopped_kwh", 0);
  is("energy_failed_kwh", trial_2);
  CHECK(summary["co2e_operational_kg"].get<double>() == Approx(1.5 * it * 2e-4));
  CHECK(summary["cost_electricity"].get<double>() == Approx(1.5 * it * 1e-5));
  CHECK(summary["cost_accelerators"].get<double>() == Approx(44 * 0.01));
  CHECK(summary["currency"] == "EUR");
  CHECK(summary["best_metric"] == 2);
  CHECK(summary["best_trial"] == 0);
  const double final_training = 2 * 120 + 20 * 320;  // ten units of trial 0
  is("final_training_energy_kwh", final_training);
  CHECK(summary["trainings_equivalent"].get<double>() == Approx(it / final_training));
  CHECK(summary["ended_by"] == "strategy");
  CHECK(summary["partial"] == false);
  CHECK(summary["ledger_energy_error"].get<double>() < 1e-12);
  CHECK(summary["ledger_time_error"].get<double>() < 1e-12);
}

TEST_CASE("the final model is trained on the cluster where the best trial was") {
  HandCampaign campaign;
  auto& clusters = campaign.scenario.platform.clusters;
  clusters.push_back(clusters[0]);
  clusters[1].node_base = Watts{50};
  campaign.scenario.accounting.final_training = 10;
  campaign.train({needs(1, 2, 9), needs(1, 2, 7)});  // one on each
  const auto summary = summary_of(campaign);
  CHECK(summary["best_trial"] == 1);
  CHECK(summary["final_training_energy_kwh"].get<double>() == Approx(20 * 350 / 3.6e6));
}

TEST_CASE("stored checkpoints cost by the size that the workload states, however long one takes") {
  HandCampaign campaign;
  campaign.workload->checkpoint = Bytes{8e9};  // 4 s to write
  campaign.scenario.checkpoint.every = Seconds{40};
  campaign.scenario.accounting.storage_price_per_byte_second = 1e-12;
  campaign.train({needs(1, 100, 9)});  // 500 s and twelve checkpoints
  double writing_s = 4;
  SECTION("at its bandwidth") {}
  SECTION("a time of its own") {
    writing_s = 10;
    campaign.scenario.checkpoint.time = Seconds{writing_s};
  }
  const auto summary = summary_of(campaign);
  CHECK(summary["checkpoints"] == 12);
  CHECK(summary["makespan_s"].get<double>() == Approx(500 + 12 * writing_s));
  // Each takes the place of the one before.
  CHECK(summary["cost_storage"].get<double>() == Approx(1e-12 * 8e9 * (460 + 11 * writing_s)));
}

TEST_CASE("a campaign that measured nothing has no best") {
  HandCampaign campaign;
  const auto summary = summary_of(campaign);
  CHECK(summary["best_metric"].is_null());
  CHECK(summary["best_trial"].is_null());
  CHECK(summary["trainings_equivalent"].is_null());
  CHECK(summary["energy_it_kwh"] == 0);
}

TEST_CASE("a metric that is maximised is printed as the user knows it") {
  HandCampaign campaign;
  campaign.scenario.objective = {"accuracy", Direction::maximise};
  campaign.train({needs(1, 1, 6), needs(1, 1, 8)});
  const auto summary = summary_of(campaign);
  CHECK(summary["best_metric"] == 3);
  CHECK(summary["best_trial"] == 1);
  CHECK(summary["objective_direction"] == "maximise");
}
