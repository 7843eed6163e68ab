// Differential evolution, DEHB, BOHB and NSGA-II as strategies, on simulated workers.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/population/nondominated.hpp"
#include "sim/search/rungs/brackets.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/transform.hpp"
#include "tests/support/read_sampler.hpp"
#include "tests/support/simulated_workers.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

using Maker = std::unique_ptr<Strategy> (*)(Reader&, const SearchProblem&);

struct Search {
  Space space = space_from("{x: {float: [-2, 4]}, y: {float: [-2, 4]}, z: {float: [-2, 4]}}");
  Resource largest = 9;
  std::uint32_t trials = 300;
  std::size_t workers = 4;
  std::uint64_t seed = 5;
  std::function<double(const Configuration&, Resource)> loss = [](const Configuration& c, Resource) {
    double sum = 0;
    for (const double x : c.values) sum += (x - 1) * (x - 1);
    return sum;
  };

  std::unique_ptr<Strategy> make(Maker maker, const std::string& yaml) const {
    auto document = Document::parse("search: " + yaml, "search.yaml");
    auto root = document.root();
    auto section = root.section("search");
    const SearchProblem problem{space, "epoch", 1, largest, trials, seed};
    auto strategy = maker(section, problem);
    document.finish();
    return strategy;
  }

  SimulatedRun run(Maker maker, const std::string& yaml) const {
    const auto strategy = make(maker, yaml);
    SimulatedWorkers setup;
    setup.workers = workers;
    setup.loss = [this](TrialId, const Configuration& c, Resource r) { return loss(c, r); };
    return testing::run(*strategy, setup);
  }

  double best(const SimulatedRun& run) const {
    double lowest = INFINITY;
    for (const auto& trial : run.trials)
      if (trial.resource == largest) lowest = std::min(lowest, loss(trial.configuration, largest));
    return lowest;
  }
  // With as many random configurations.
  double best_of_random() const {
    double lowest = INFINITY;
    for (std::uint32_t k = 0; k < trials; ++k)
      lowest = std::min(lowest, loss(random_configuration(space, seed, k), largest));
    return lowest;
  }
};

std::string message(const Search& search, Maker maker, const std::string& yaml) {
  try {
    search.make(maker, yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("differential evolution descends, synchronously and asynchronously") {
  for (const auto seed : {1, 2, 3}) {
    Search search;
    search.seed = static_cast<std::uint64_t>(seed);
    const auto update = GENERATE(as<std::string>{}, "synchronous", "asynchronous");
    CAPTURE(seed, update);
    const auto run = search.run(make_differential_evolution, "{population: 15, update: " + update + "}");
    CHECK(run.trials.size() == 300);
    CHECK(search.best(run) < search.best_of_random() / 5);
  }
}

TEST_CASE("children of a synchronous generation differ from members by differences of members") {
  // With every gene from the mutant, child = a + F (b - c) of three founders, unless a bound was hit.
  Search search;
  search.space = space_from("{x: {float: [0, 1]}}");
  search.trials = 10;
  const auto run =
      search.run(make_differential_evolution, "{population: 5, mutation_factor: 0.25, crossover_rate: 1}");
  std::vector<double> founders;
  for (std::size_t i = 0; i < 5; ++i) founders.push_back(run.trials[i].configuration.values[0]);
  int from_differences = 0;
  for (std::size_t i = 5; i < 10; ++i) {
    const double child = run.trials[i].configuration.values[0];
    bool found = false;
    for (const double a : founders)
      for (const double b : founders)
        for (const double c : founders)
          found = found || (a != b && a != c && b != c && std::abs(a + 0.25 * (b - c) - child) < 1e-12);
    from_differences += found ? 1 : 0;
  }
  CHECK(from_differences >= 4);
}

TEST_CASE("synchronous differential evolution waits for its generation, asynchronous does not") {
  Search search;
  search.workers = 3;
  search.trials = 40;
  const auto first_child_start = [&](const std::string& update) {
    auto strategy = search.make(make_differential_evolution, "{population: 8, update: " + update + "}");
    SimulatedWorkers setup;
    setup.workers = search.workers;
    setup.seconds_per_unit = [](TrialId trial) { return index(trial) == 7 ? 100.0 : 1.0; };
    setup.loss = [&](TrialId, const Configuration& c, Resource r) { return search.loss(c, r); };
    const auto run = testing::run(*strategy, setup);
    for (const auto& job : run.jobs)
      if (job.trial == 8) return job.start;
    return -1.0;
  };
  CHECK(first_child_start("synchronous") > 900);
  CHECK(first_child_start("asynchronous") < 100);
}

TEST_CASE("DEHB's first Hyperband is Successive Halving with its table") {
  Search search;
  search.space = space_from("{x: {float: [0, 1]}}");
  search.loss = [](const Configuration& c, Resource) { return c.values[0]; };
  search.workers = 1;
  search.trials = 9 + 3 + 3;
  const auto run = search.run(make_dehb, "{eta: 3}");
  std::map<std::pair<Resource, Resource>, int> jobs;
  for (const auto& job : run.jobs) ++jobs[{job.from, job.to}];
  // Brackets 9-3-1, 3-1, 3 of HpBandSter's table; the promoted train on.
  CHECK(jobs == std::map<std::pair<Resource, Resource>, int>{
                    {{0, 1}, 9}, {{1, 3}, 3}, {{3, 9}, 2}, {{0, 3}, 3}, {{0, 9}, 3}});
  // Of the first nine, the best three and of these the best one.
  std::vector<double> first;
  for (std::size_t i = 0; i < 9; ++i) first.push_back(run.trials[i].configuration.values[0]);
  auto sorted = first;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < 9; ++i) CHECK((run.trials[i].resource > 1) == (first[i] <= sorted[2]));
  CHECK(run.trials[static_cast<std::size_t>(std::ranges::min_element(first) - first.begin())].resource == 9);
}

TEST_CASE("after its first Hyperband DEHB evolves every rung") {
  Search search;
  search.trials = 15 + 20;
  search.workers = 1;
  const auto run = search.run(make_dehb, "{eta: 3}");
  CHECK(run.trials.size() == 35);
  for (const auto& job : run.jobs)
    if (job.trial >= 15) CHECK(job.from == 0);
}

TEST_CASE("DEHB and BOHB find better configurations than as many random ones") {
  for (const auto maker : {make_dehb, make_bohb}) {
    int better = 0;
    for (const auto seed : {1, 2, 3, 4, 5, 6, 7}) {
      Search search;
      search.seed = static_cast<std::uint64_t>(seed);
      better += search.best(search.run(maker, "{eta: 3}")) < search.best_of_random() ? 1 : 0;
    }
    CHECK(better >= 6);  // by chance, with probability 8/128 at most
  }
}

TEST_CASE("BOHB runs HpBandSter's brackets") {
  Search search;
  search.workers = 1;
  search.trials = 9 + 3 + 3;
  const auto run = search.run(make_bohb, "{eta: 3}");
  std::map<std::pair<Resource, Resource>, int> jobs;
  for (const auto& job : run.jobs) ++jobs[{job.from, job.to}];
  CHECK(jobs == std::map<std::pair<Resource, Resource>, int>{
                    {{0, 1}, 9}, {{1, 3}, 3}, {{3, 9}, 2}, {{0, 3}, 3}, {{0, 9}, 3}});
}

TEST_CASE("NSGA-II covers the front of loss and energy better than random search") {
  // The cheaper, the worse: x sets the price, and only y = z = v = 1 is on the front. Losses and joules are
  // those of a unit of resource; the worse reference point is (20, 40).
  Search search;
  search.space =
      space_from("{x: {float: [0, 1]}, y: {float: [-2, 4]}, z: {float: [-2, 4]}, v: {float: [-2, 4]}}");
  search.largest = 1;
  search.trials = 1000;
  const auto loss = [](const Configuration& c) {
    double sum = 1 / (0.1 + c.values[0]);
    for (std::size_t i = 1; i < 4; ++i) sum += (c.values[i] - 1) * (c.values[i] - 1);
    return sum;
  };
  const auto joules = [](const Configuration& c) { return 1 + 10 * c.values[0]; };
  const auto hypervolume = [&](const std::vector<Configuration>& all) {
    std::vector<std::pair<double, double>> points;
    for (const auto& c : all) points.emplace_back(joules(c), loss(c));
    std::ranges::sort(points);
    double area = 0;
    double lowest = 40;
    for (const auto& [energy, l] : points) {
      if (l >= lowest) continue;
      area += (20 - energy) * (lowest - l);
      lowest = l;
    }
    return area;
  };
  int better = 0;
  for (const auto seed : {1, 2, 3, 4, 5}) {
    search.seed = static_cast<std::uint64_t>(seed);
    const auto strategy = search.make(make_nsga2, "{population: 50}");
    std::vector<Configuration> tried;
    for (;;) {  // one worker; the report says what the trial drew
      const auto proposal = strategy->ask();
      const auto* start = std::get_if<StartTrial>(&proposal);
      if (!start) break;
      tried.push_back(start->configuration);
      strategy->tell({start->trial, 1, loss(tried.back()), SegmentOutcome::reached, Seconds{1},
                      Joules{joules(tried.back())}, nullptr});
    }
    CHECK(tried.size() == 1000);
    std::vector<Configuration> random;
    for (std::uint32_t k = 0; k < 1000; ++k)
      random.push_back(random_configuration(search.space, search.seed, k));
    better += hypervolume(tried) > hypervolume(random) ? 1 : 0;
    // The last generations come near the front along all of it.
    int cheap = 0;
    int dear = 0;
    for (std::size_t i = 800; i < 1000; ++i) {
      const double x = tried[i].values[0];
      if (loss(tried[i]) > 1 / (0.1 + x) + 1) continue;
      cheap += x < 0.3 ? 1 : 0;
      dear += x > 0.5 ? 1 : 0;
    }
    CHECK(cheap >= 5);
    CHECK(dear >= 5);
  }
  CHECK(better == 5);
}

TEST_CASE("evolutions refuse populations and spaces that cannot evolve") {
  Search search;
  CHECK_THAT(message(search, make_differential_evolution, "{population: 3}"), Catch::Contains("population"));
  CHECK_THAT(message(search, make_differential_evolution, "{mutation_factor: 0}"),
             Catch::Contains("mutation_factor"));
  CHECK_THAT(message(search, make_differential_evolution, "{crossover_rate: 2}"),
             Catch::Contains("crossover_rate"));
  CHECK_THAT(message(search, make_differential_evolution, "{update: often}"), Catch::Contains("update"));
  CHECK_THAT(message(search, make_nsga2, "{population: 1}"), Catch::Contains("population"));
  CHECK_THAT(message(search, make_dehb, "{eta: 1}"), Catch::Contains("eta must be at least 2"));
  search.largest = 1;
  CHECK_THAT(message(search, make_dehb, "{eta: 3}"), Catch::Contains("largest resource above the smallest"));
  search.space = space_from("{x: {choice: [a]}}");
  CHECK_THAT(message(search, make_nsga2, "{}"), Catch::Contains("nothing to search"));
  CHECK_THAT(message(search, make_differential_evolution, "{}"), Catch::Contains("nothing to search"));
}
