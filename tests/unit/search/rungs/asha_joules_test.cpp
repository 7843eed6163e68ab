// ASHA with rungs of joules, on simulated workers.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "sim/search/strategy_makers.hpp"
#include "tests/support/simulated_search.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

TEST_CASE("with a joule a unit, ASHA by joules is ASHA") {
  SimulatedSearch search;
  const auto joules = search.run(make_asha_joules, "{eta: 3, min_energy: 1 J, max_energy: 27 J}");
  const auto units = search.run(make_asha, "{eta: 3}");
  CHECK(joules.jobs == units.jobs);
}

TEST_CASE("a trial that draws three times as much has a third of the resource at each rung") {
  SimulatedSearch search;
  search.loss = [](const Configuration& c, Resource) { return c.values[0]; };
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
  SimulatedSearch search;
  const auto run = search.run(make_asha_joules, "{eta: 3, min_energy: 1 kJ, max_energy: 9 kJ}");
  CHECK(run.finished);
  for (const auto& trial : run.trials) CHECK(trial.resource == 27);
}

TEST_CASE("ASHA by joules refuses impossible numbers") {
  const auto refused = [](const std::string& yaml) {
    return mistakes_in(make_asha_joules, yaml, SimulatedSearch{}.problem());
  };
  CHECK_THAT(refused("{min_energy: 2 kWh, max_energy: 1 kWh}"), Catch::Contains("not even one rung fits"));
  CHECK_THAT(refused("{min_energy: 2 J}"), Catch::Contains("max_energy"));
  CHECK_THAT(refused("{min_energy: 1 J, max_energy: 2 J, eta: 1}"),
             Catch::Contains("eta must be at least 2"));
  CHECK_THAT(refused("{min_energy: 1e-9 J, max_energy: 2 kWh}"), Catch::Contains("10^12"));
}
