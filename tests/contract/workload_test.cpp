// What every workload of the registry must keep.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/core/random.hpp"
#include "sim/search/space.hpp"
#include "sim/workload/registry.hpp"
#include "tests/support/project_root.hpp"
#include "tests/support/workload_from.hpp"

using namespace campaign_sim;
using campaign_sim::testing::project_root;

namespace {

constexpr Resource max_resource = 1000;

struct Example {
  Space space;
  std::unique_ptr<Workload> workload;
  std::string mistakes;
};

Example make_example(const WorkloadEntry& entry, std::uint64_t seed) {
  auto document = Document::parse(
      "workload: " + std::string{entry.example} + "\nspace: " + std::string{entry.example_space} + "\n",
      "try.yaml");
  auto root = document.root();
  auto space_section = root.section("space");
  Example example;
  example.space = read_space(space_section);
  auto section = root.section("workload");
  CHECK(section.text("kind") == entry.name);
  example.workload = entry.make(section, {example.space, max_resource, seed, project_root(), "step"});
  try {
    document.finish();
  } catch (const ConfigError& error) {
    example.mistakes = error.what();
  }
  return example;
}

// The middle of each parameter's range, or another point of it.
Configuration point(const Space& space, double at) {
  Configuration c;
  for (const Parameter& p : space.parameters) {
    const double value = p.low + at * (p.high - p.low);
    c.values.push_back(p.kind == ParameterKind::real ? value : std::floor(value));
  }
  return c;
}

}  // namespace

TEST_CASE("a workload's example is valid, costs something, and is a pure function") {
  for (const WorkloadEntry& entry : workloads()) {
    INFO("workload " << entry.name);
    CHECK_FALSE(entry.summary.empty());
    const Example one = make_example(entry, 7);
    const Example two = make_example(entry, 7);
    REQUIRE(one.mistakes.empty());
    for (const double at : {0.0, 0.3, 0.9}) {
      const Configuration c = point(one.space, at);
      const auto cost = one.workload->cost(c, testing::v100());
      REQUIRE(cost);
      CHECK(cost->accelerators >= 1);
      CHECK(cost->per_unit > Seconds{0});
      CHECK(std::isfinite(cost->per_unit.base()));
      CHECK(cost->start_up >= Seconds{0});
      CHECK((cost->training.watts ? *cost->training.watts > Watts{0} : cost->training.utilisation > 0));
      CHECK(cost->training.utilisation <= 1);
      CHECK(cost->memory <= testing::v100().memory);
      // Asked later, or in another order, by another instance: the same.
      const double late = one.workload->metric(c, max_resource);
      for (const Resource r : {0.0, 1.0, 1.5, max_resource}) {
        CHECK_FALSE(std::isnan(one.workload->metric(c, r)));
        CHECK(one.workload->metric(c, r) == two.workload->metric(c, r));
      }
      CHECK(one.workload->metric(c, max_resource) == late);
      CHECK(two.workload->cost(c, testing::v100())->per_unit == cost->per_unit);
    }
  }
}

TEST_CASE("a workload refuses keys that it does not know") {
  for (const WorkloadEntry& entry : workloads()) {
    INFO("workload " << entry.name);
    std::string section{entry.example};
    section.insert(section.size() - 1, ", no_such_key: 1");
    WorkloadEntry changed = entry;
    changed.example = section;
    CHECK_THAT(make_example(changed, 1).mistakes, Catch::Contains("unknown key 'no_such_key'"));
  }
}
