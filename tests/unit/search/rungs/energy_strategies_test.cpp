// PASHA, and ASHA with rungs of joules, on simulated workers, where a trial draws a joule a second.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/strategy_makers.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

using Maker = std::unique_ptr<Strategy> (*)(Reader&, const SearchProblem&);

struct Search {
  Space space = space_from("{x: {float: [0, 1]}}");
  Resource largest = 27;
  std::uint32_t trials = 60;
  std::size_t workers = 4;
  std::function<double(TrialId)> seconds_per_unit = [](TrialId) { return 1.0; };
  std::function<double(double x, Resource)> loss = [](double x, Resource r) { return x + 1 / r; };

  std::unique_ptr<Strategy> make(Maker maker, const std::string& yaml) const {
    auto document = Document::parse("search: " + yaml, "search.yaml");
    auto root = document.root();
    auto section = root.section("search");
    const SearchProblem problem{space, "epoch", 1, largest, trials, 5};
    auto strategy = maker(section, problem);
    document.finish();
    return strategy;
  }

  SimulatedRun run(Maker maker, const std::string& yaml) const {
    const auto strategy = make(maker, yaml);
    SimulatedWorkers setup;
    setup.workers = workers;
    setup.seconds_per_unit = seconds_per_unit;
    setup.loss = [this](TrialId, const Configuration& c, Resource r) { return loss(c.values[0], r); };
    return testing::run(*strategy, setup);
  }
};

Resource furthest(const SimulatedRun& run) {
  Resource most = 0;
  for (const auto& job : run.jobs) most = std::max(most, job.to);
  return most;
}

std::string message(const Search& search, Maker maker, const std::string& yaml) {
  try {
    search.make(maker, yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("PASHA stays at its first two rungs while the ranking is stable") {
  Search search;
  CHECK(furthest(search.run(make_pasha, "{eta: 3}")) == 3);
  CHECK(furthest(search.run(make_asha, "{eta: 3}")) == 27);
}

TEST_CASE("PASHA trains as far as ASHA where every rung turns the ranking round") {
  Search search;
  search.loss = [](double x, Resource r) {
    return static_cast<int>(std::round(std::log(r) / std::log(3))) % 2 ? x : 1 - x;
  };
  CHECK(furthest(search.run(make_pasha, "{eta: 3}")) == 27);
}

TEST_CASE("PASHA with noise below epsilon stays low, without epsilon it climbs") {
  // Losses differ by little, and the noise that makes curves cross is larger.
  Search search;
  search.loss = [](double x, Resource r) {
    return 0.01 * x + 0.005 * std::sin(1000 * x + 2.1 * r * (1 + x));
  };
  const auto measured = search.run(make_pasha, "{eta: 3}");
  const auto strict = search.run(make_pasha, "{eta: 3, epsilon_percentile: 1e-9}");
  const auto total = [](const SimulatedRun& run) {
    Resource sum = 0;
    for (const auto& job : run.jobs) sum += job.to - job.from;
    return sum;
  };
  CHECK(total(measured) <= total(strict));
  CHECK(furthest(strict) == 27);
}

TEST_CASE("with a joule a unit, ASHA by joules is ASHA") {
  Search search;
  const auto joules = search.run(make_asha_joules, "{eta: 3, min_energy: 1 J, max_energy: 27 J}");
  const auto units = search.run(make_asha, "{eta: 3}");
  CHECK(joules.jobs == units.jobs);
}

TEST_CASE("a trial that draws three times as much has a third of the resource at each rung") {
  Search search;
  search.loss = [](double x, Resource) { return x; };
  search.seconds_per_unit = [](TrialId trial) { return index(trial) % 2 == 0 ? 1.0 : 3.0; };
  const auto run = search.run(make_asha_joules, "{eta: 3, min_energy: 3 J, max_energy: 27 J}");
  std::set<double> cheap;
  std::set<double> dear;
  for (const auto& trial : run.trials) {
    const auto number = static_cast<std::size_t>(&trial - run.trials.data());
    (number % 2 == 0 ? cheap : dear).insert(trial.resource);
  }
  CHECK(cheap == std::set<double>{3, 9, 27});
  CHECK(dear == std::set<double>{1, 3, 9});
}

TEST_CASE("whoever draws too little to reach a rung is complete at the largest resource") {
  Search search;
  const auto run = search.run(make_asha_joules, "{eta: 3, min_energy: 1 kJ, max_energy: 9 kJ}");
  CHECK(run.finished);
  for (const auto& trial : run.trials) CHECK(trial.resource == 27);
}

TEST_CASE("PASHA and ASHA by joules refuse impossible numbers") {
  const Search search;
  CHECK_THAT(message(search, make_pasha, "{eta: 1}"), Catch::Contains("eta must be at least 2"));
  CHECK_THAT(message(search, make_pasha, "{report_every: 0}"), Catch::Contains("report_every"));
  CHECK_THAT(message(search, make_pasha, "{epsilon_percentile: 101}"), Catch::Contains("epsilon_percentile"));
  CHECK_THAT(message(search, make_asha_joules, "{min_energy: 2 kWh, max_energy: 1 kWh}"),
             Catch::Contains("not even one rung fits"));
  CHECK_THAT(message(search, make_asha_joules, "{min_energy: 2 J}"), Catch::Contains("max_energy"));
  CHECK_THAT(message(search, make_asha_joules, "{min_energy: 1 J, max_energy: 2 J, eta: 1}"),
             Catch::Contains("eta must be at least 2"));
  CHECK_THAT(message(search, make_asha_joules, "{min_energy: 1e-9 J, max_energy: 2 kWh}"),
             Catch::Contains("10^12"));
}
