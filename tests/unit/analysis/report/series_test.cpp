#include "analysis/report/series.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numeric>

#include "analysis/report/csv_rows.hpp"
#include "analysis/results_error.hpp"

using namespace campaign_sim;

namespace {

// A file that is gone after the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_{std::filesystem::temp_directory_path() /
              ("campaign-sim-" + std::to_string(::getpid()) + ".csv")} {
    std::ofstream{path_} << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const std::string segments_header =
    "segment,trial,cause,from_resource,to_resource,start_s,end_s,accelerators,energy_j,cluster,placed_on\n";

TrialSeries trials_that_reached(std::vector<double> reached) {
  TrialSeries trials;
  trials.fates.assign(reached.size(), Fate::stopped);
  trials.reached = std::move(reached);
  return trials;
}

double sum(const Json& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0,
                         [](double all, const Json& one) { return all + one.get<double>(); });
}

}  // namespace

TEST_CASE("rows of a CSV are read with quoted commas, quotes and line breaks") {
  const TemporaryFile file{"name,\"a, b\",x\r\n\"say \"\"hi\"\"\",\"two\nlines\",1.5\r\n,,\n"};
  CsvRows rows{file.path()};
  CHECK(rows.columns() == std::vector<std::string>{"name", "a, b", "x"});
  REQUIRE(rows.next());
  CHECK(rows.cell(0) == "say \"hi\"");
  CHECK(rows.cell(1) == "two\nlines");
  CHECK(rows.number(2) == 1.5);
  REQUIRE(rows.next());
  CHECK(rows.cell(0).empty());
  CHECK(std::isnan(rows.number(2)));
  CHECK_FALSE(rows.next());
}

TEST_CASE("what is wrong with a CSV is said with its place") {
  const auto message = [](const std::string& text) -> std::string {
    const TemporaryFile file{text};
    try {
      CsvRows rows{file.path()};
      while (rows.next()) rows.number(rows.column("x"));
    } catch (const ResultsError& error) {
      return std::string{error.what()}.substr(file.path().string().size());
    }
    return {};
  };
  CHECK(message("") == " is empty");
  CHECK(message("x,y\n1\n") == ":2: 1 cells, but the header has 2");
  CHECK(message("x\n1\nmany\n") == ":3: 'many' in column 'x' is not a number");
  CHECK(message("y\n1\n") == " has no column 'x'");
  CHECK(message("x\n\"1\n") == ":3: a quote is not closed");
  CHECK(message("x,y\n\"1\"2,3\n") == ":2: text after a closing quote");
}

TEST_CASE("joined bins of power keep the energy") {
  std::string text = "start_s,end_s,it_w,facility_w,train_w,search_w\n";
  double joules = 0;
  for (int bin = 0; bin < 1023; ++bin) {
    const int watts = 100 + bin % 7;
    const double end = bin == 1022 ? 2045.5 : 2 * (bin + 1);  // the last one is cut
    joules += watts * (end - 2 * bin);
    text += std::to_string(2 * bin) + "," + std::to_string(end) + "," + std::to_string(watts) + "," +
            std::to_string(2 * watts) + "," + std::to_string(watts) + ",0\n";
  }
  const TemporaryFile file{text};
  const PowerSeries power = PowerSeries::read(file.path());
  CHECK(power.start_s.size() == 512);
  CHECK(power.end_s == 2045.5);
  CHECK(power.energy_kwh(power.end_s) * 3.6e6 == Approx(joules));
  CHECK(power.energy_kwh(2.0 * 512) * 3.6e6 == Approx(joules / 2).epsilon(0.01));
  CHECK(power.causes == std::vector<std::string>{"train"});  // the search drew nothing
}

TEST_CASE("trials are ranked in the direction of the objective") {
  const TemporaryFile file{
      "trial,status,resource,metric,best_metric,start_s,end_s,accelerator_s,energy_kwh,co2e_kg,trained_"
      "resource,width\n"
      "0,completed,9,0.5,0.4,0,10,10,1,1,9,64\n1,stopped,1,0.7,0.7,0,5,5,1,1,1,128\n"
      "2,failed,0,,,5,6,1,0.1,0.1,0,9000\n3,stopped,3,inf,inf,6,9,3,1,1,3,32\n"};
  const bool minimise = GENERATE(true, false);
  const TrialSeries trials = TrialSeries::read(file.path(), minimise ? 0 : 1, minimise, 10, PowerSeries{});
  CHECK(trials.points["count"] == 2);  // one has no metric, one diverged
  CHECK(trials.best["rows"].size() == 2);
  CHECK(trials.best["rows"][0][0] == (minimise ? 0 : 1));
  CHECK(trials.best["settings"] == Json({"width"}));
  CHECK(trials.fates[minimise ? 0 : 1] == Fate::best);
  CHECK(trials.fates[2] == Fate::failed);
}

TEST_CASE("a trial without a pause on the same accelerators is one bar, and every second of use is counted") {
  const TemporaryFile file{segments_header +
                           "0,0,load,0,0,0,10,3,1,a,0-1;3\n0,0,train,0,1,10,90,3,3.6e6,a,0-1;3\n"
                           "1,0,train,1,3,90,100,3,7.2e6,a,0-1;3\n,,idle,,,0,100,1,5,a,2\n"
                           "2,1,train,0,1,100,200,1,3.6e6,a,2\n"};
  const PlacementSeries placement = PlacementSeries::read(file.path(), trials_that_reached({3, 1}), 4, 200);
  const Json& bars = placement.gantt["bars"];
  CHECK(bars["trial"] == Json({0, 0, 1}));
  CHECK(bars["first"] == Json({0, 3, 2}));
  CHECK(bars["last"] == Json({1, 3, 2}));
  CHECK(bars["end_s"] == Json({100, 100, 200}));
  CHECK(sum(placement.use["accelerators"]["stopped"]) * 200 / 300 == Approx(3 * 100 + 100));
  CHECK(placement.rungs["resource"] == Json({1, 3}));
  CHECK(placement.rungs["reached"] == Json({2, 1}));
  CHECK(placement.rungs["ended"] == Json({1, 0}));
  CHECK(placement.rungs["energy_kwh"] == Json({2, 2}));
}

TEST_CASE("stops for checkpoints and failures on the way are no levels at which trials were looked at") {
  const TemporaryFile file{
      segments_header +
      "0,0,train,0,1,0,1,1,3.6e6,a,0\n0,0,checkpoint,1,1,1,2,1,1,a,0\n0,0,train,1,3,2,4,1,3.6e6,a,0\n"
      "1,0,train,3,5,4,6,1,3.6e6,a,0\n1,0,checkpoint,5,5,6,7,1,1,a,0\n1,0,lost,5,5,7,8,1,1,a,0\n"
      "2,0,load,5,5,8,9,1,1,a,0\n2,0,train,5,9,9,13,1,3.6e6,a,0\n"};
  const PlacementSeries placement = PlacementSeries::read(file.path(), trials_that_reached({9}), 1, 13);
  CHECK(placement.rungs["resource"] == Json({3, 9}));
  CHECK(placement.rungs["energy_kwh"] == Json({2, 2}));
}

TEST_CASE("too many bars become an image of busy shares") {
  std::string text = segments_header;
  for (int i = 0; i < 5000; ++i)  // every other second of each of two accelerators
    for (int accelerator = 0; accelerator < 2; ++accelerator)
      text += std::to_string(i) + "," + std::to_string(2 * i + accelerator) + ",train,0,1," +
              std::to_string(2 * i) + "," + std::to_string(2 * i + 1) + ",1,1,a," +
              std::to_string(accelerator) + "\n";
  const TemporaryFile file{text};
  const PlacementSeries placement =
      PlacementSeries::read(file.path(), trials_that_reached(std::vector<double>(10000, 1.0)), 2, 10000);
  CHECK_FALSE(placement.gantt.contains("bars"));
  const Json& busy = placement.gantt["busy_percent"];
  CHECK(busy.size() == 2 * 300);
  CHECK(sum(busy) / 600 == Approx(50).epsilon(0.02));
  CHECK(sum(placement.use["accelerators"]["stopped"]) * 10000 / 300 == Approx(2 * 5000).epsilon(1e-6));
  CHECK(placement.rungs.is_null());  // nobody was looked at on the way
}

TEST_CASE("a ledger that does not fit its platform or its trials is refused") {
  const TemporaryFile file{segments_header + "0,0,train,0,1,0,10,1,1,a,7\n"};
  CHECK_THROWS_WITH(PlacementSeries::read(file.path(), trials_that_reached({1}), 4, 10),
                    "segments.csv places a trial on '7', but there are 4 accelerators");
  CHECK_THROWS_AS(PlacementSeries::read(file.path(), trials_that_reached({}), 8, 10), ResultsError);
}
