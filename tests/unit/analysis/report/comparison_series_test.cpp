#include "analysis/report/comparison_series.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/results_error.hpp"

using namespace campaign_sim;
using Json = nlohmann::ordered_json;

namespace {

// Files that are gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_{std::filesystem::temp_directory_path() /
              ("campaign-sim-series-" + std::to_string(::getpid()))} {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::filesystem::path write(const char* name, const std::string& text) const {
    std::ofstream{path_ / name} << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

const VariantNames three{{"a", "b", "c"}};
const std::string summaries =
    "question,label,unit,better,variant,place,replicates,missing,censored,mean,mean_low,mean_high,median,iqm,"
    "sd,"
    "mean_rank\n"
    "best_metric,loss at the end,,lower,a,2,4,0,0,3,2,4,3,3,0.5,2\n"
    "best_metric,loss at the end,,lower,b,1,4,0,0,1,0.5,1.5,1,1,0.5,1\n"
    "best_metric,loss at the end,,lower,c,3,4,0,2,,,,inf,,,3\n";
const std::string statistics =
    "question,label,unit,a,b,pairs,difference,difference_low,difference_high,relative,relative_low,relative_"
    "high,"
    "a12,rank_sum,p,p_holm,pairs_to_settle,friedman_chi2,friedman_p,mean_rank_difference,"
    "nemenyi_critical_difference\n"
    "best_metric,loss at the end,,a,b,4,2,1,3,2,1,3,1,10,0.1,0.3,inf,6,0.05,1,1.66\n"
    "best_metric,loss at the end,,a,c,4,,,,,,,,,0.1,0.3,,6,0.05,-1,1.66\n";

}  // namespace

TEST_CASE("questions keep what every variant says, and tell what is infinite from what does not exist") {
  const TemporaryFolder folder;
  const Json questions = read_questions(folder.write("summaries.csv", summaries),
                                        folder.write("statistics.csv", statistics), three);
  REQUIRE(questions.size() == 1);
  const Json& variants = questions[0]["variants"];
  CHECK(variants["variant"] == Json({0, 1, 2}));
  CHECK(variants["mean"] == Json({3.0, 1.0, nullptr}));
  CHECK(variants["median"] == Json({3.0, 1.0, "inf"}));
  CHECK(questions[0]["pairs"]["b"] == Json({1, 2}));
  CHECK(questions[0]["pairs"]["pairs_to_settle"] == Json({"inf", nullptr}));
  CHECK(questions[0]["nemenyi_critical_difference"] == 1.66);
  CHECK(best_first(questions, 3) == std::vector<std::size_t>{1, 0, 2});
}

TEST_CASE("a table of another comparison is refused") {
  const TemporaryFolder folder;
  const auto file = folder.write("summaries.csv", summaries);
  CHECK_THROWS_WITH(
      read_questions(file, folder.write("statistics.csv", statistics), VariantNames{{"a", "b"}}),
      Catch::Contains("names a variant 'c' that comparison.json does not have"));
  CHECK_THROWS_WITH(
      read_questions(file, folder.write("statistics.csv", statistics + "other,x,,a,b,4,,,,,,,,,,,,,,,\n"),
                     three),
      Catch::Contains("answers a question, 'other', that summaries.csv does not have"));
}

TEST_CASE("curves of one axis share their grid, those that are not shown are left out") {
  const TemporaryFolder folder;
  const Json anytime = read_anytime(
      folder.write(
          "anytime.csv",
          "axis,unit,variant,spent,replicates,mean,mean_low,mean_high,median,quarter,three_quarters\n"
          "energy,kWh,a,1,1,,,,,,\nenergy,kWh,a,2,2,5,4,6,5,5,5\n"
          "energy,kWh,b,1,2,7,7,7,7,7,7\nenergy,kWh,b,2,2,6,6,6,6,6,6\n"
          "energy,kWh,c,1,2,7,7,7,7,7,7\nenergy,kWh,c,2,2,6,6,6,6,6,6\n"
          "time,s,a,10,2,5,4,6,5,5,5\n"),
      three, {0, 2});
  CHECK(anytime["energy"]["spent"] == Json({1.0, 2.0}));
  REQUIRE(anytime["energy"]["curves"].size() == 2);
  CHECK(anytime["energy"]["curves"][0]["mean"] == Json({nullptr, 5.0}));
  CHECK(anytime["energy"]["curves"][1]["variant"] == 2);
  CHECK(anytime["time"]["unit"] == "s");
}

TEST_CASE("energy is the mean over replicates, and too many replicates are not listed") {
  const TemporaryFolder folder;
  const std::string header =
      "variant,seed,best_metric,energy_it_kwh,energy_facility_kwh,energy_train_kwh,energy_idle_kwh,energy_"
      "lost_kwh,"
      "co2e_operational_kg,makespan_s,trials_started,cost_electricity,cost_accelerators,cost_storage\n";
  std::string rows =
      header +
      "a,1,0.5,3,4,2,1,0,1,10,5,1,2,0.5\na,2,,5,6,4,1,0,1,10,5,1,2,0.5\nb,1,0.4,1,1,1,0,0,1,10,5,1,2,0\n";
  const ReplicateSeries few = ReplicateSeries::read(folder.write("comparison.csv", rows), three);
  CHECK(few.energy["train"] == Json({3.0, 1.0, nullptr}));
  CHECK_FALSE(few.energy.contains("lost"));  // nobody lost any
  CHECK_FALSE(few.energy.contains("facility"));
  CHECK(few.replicates["best_metric"] == Json({0.5, nullptr, 0.4}));
  CHECK(few.replicates["cost"] == Json({3.5, 3.5, 3.0}));

  for (std::size_t i = 0; i < ReplicateSeries::most; ++i) rows += "a,9,0.5,3,4,2,1,0,1,10,5,1,2,0\n";
  CHECK(ReplicateSeries::read(folder.write("comparison.csv", rows), three).replicates.is_null());
}
