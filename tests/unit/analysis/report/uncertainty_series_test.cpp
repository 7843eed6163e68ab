#include "analysis/report/uncertainty_series.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "analysis/results_error.hpp"

using namespace campaign_sim;
namespace fs = std::filesystem;

namespace {

Json summary_of(const Json& shares) {
  return Json{{"makespan_s", 20.0},
              {"cost_accelerators", 3.0},
              {"cost_electricity", 1.0},
              {"cost_storage", 0.5},
              {"uncertainty",
               {{"samples", 3},
                {"samples_failed", 1},
                {"inputs", Json::array({{{"keys", {"workload.power"}}}, {{"keys", {"site.pue"}}}})},
                {"figures",
                 {{"makespan_s", {{"p5", 10.0}, {"p50", 20.0}, {"p95", 30.0}, {"shares", shares}}},
                  {"cost", {{"p5", 4.0}, {"p50", 4.0}, {"p95", 5.0}, {"shares", {0.2, 0.8}}}}}}}}};
}

class Draws {
 public:
  explicit Draws(const std::string& text)
      : path{fs::temp_directory_path() / ("campaign-sim-draws-" + std::to_string(::getpid()) + ".csv")} {
    std::ofstream{path} << text;
  }
  ~Draws() { fs::remove(path); }
  fs::path path;
};

}  // namespace

TEST_CASE("each band has its answer and its draws, in ascending order, a run that failed has none") {
  const Draws draws{"sample,makespan_s,cost\n0,30,5\n1,,\n2,10,4\n"};
  const Json data = read_uncertainty(draws.path, summary_of({0.9, 0.1}));
  REQUIRE(data.at("figures").size() == 2);
  const Json& time = data["figures"][0];
  CHECK(time.at("figure") == "makespan_s");
  CHECK(time.at("value") == 20.0);
  CHECK(time.at("draws") == Json({10.0, 30.0}));
  CHECK(time.at("shares") == Json({0.9, 0.1}));
  CHECK(data["figures"][1].at("value") == 4.5);  // what accelerators, electricity and storage cost
  CHECK(data.at("samples_failed") == 1);
}

TEST_CASE("a long table of draws keeps its ends and is thinned between them") {
  std::string text = "sample,makespan_s,cost\n";
  for (int i = 0; i <= 5000; ++i) text += std::to_string(i) + "," + std::to_string(i) + ",1\n";
  const Draws draws{text};
  const Json shown = read_uncertainty(draws.path, summary_of({0.9, 0.1})).at("figures")[0].at("draws");
  CHECK(shown.size() == most_draws);
  CHECK(shown.front() == 0.0);
  CHECK(shown.back() == 5000.0);
}

TEST_CASE("without ranges there is no band, without the table no draws") {
  CHECK(read_uncertainty("/nowhere.csv", Json{{"makespan_s", 1.0}}).is_null());
  const Json data = read_uncertainty("/nowhere.csv", summary_of({0.9, 0.1}));
  CHECK(data.at("figures")[0].at("draws").empty());
}

TEST_CASE("a summary whose shares do not belong to its inputs is refused") {
  CHECK_THROWS_AS(read_uncertainty("/nowhere.csv", summary_of({0.9})), ResultsError);
}
