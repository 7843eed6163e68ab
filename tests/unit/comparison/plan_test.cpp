#include "sim/comparison/plan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "analysis/finished_folder.hpp"
#include "sim/comparison/cells.hpp"
#include "sim/core/checksum.hpp"
#include "tests/support/project_root.hpp"

using namespace campaign_sim;
using campaign_sim::testing::project_root;

namespace {

namespace fs = std::filesystem;

constexpr const char* base = R"(
name: small
seed: 5
platform: v100-node-x8
workload: {kind: fixed, seconds_per_unit: 1 s, power: 200 W}
space: {x: {float: [0, 1]}}
search: {strategy: random, resource: {max: 4}}
stop: {trials: 3}
)";

// A folder of its own for a test, removed at its end.
class Folder {
 public:
  Folder() : path_{fs::temp_directory_path() / ("campaign-sim-plan-" + std::to_string(::getpid()))} {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Planner {
  Folder folder;
  ComparisonRequest request;

  ComparisonPlan plan(const std::string& more = "", const std::string& version = "1") {
    request.scenario = folder.path() / "small.yaml";
    std::ofstream{request.scenario} << base << more;
    return plan_comparison(request, {folder.path() / "library", project_root() / "platforms"}, version);
  }
  std::string mistakes(const std::string& more = "") {
    try {
      plan(more);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }
};

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("variants are those of the file, each with the values that vary") {
  Planner planner;
  planner.request.vary = {"search.resource.max=8,16", "search.strategy=random,sobol"};
  planner.request.seeds = 3;
  const ComparisonPlan plan = planner.plan("variants: {plain: {}, capped: {stop: {trials: 2}}}\n");
  std::vector<std::string> names;
  for (const PlannedVariant& variant : plan.variants) names.push_back(variant.name);
  CHECK(names == std::vector<std::string>{"plain+max=8+random", "plain+max=8+sobol", "plain+max=16+random",
                                          "plain+max=16+sobol", "capped+max=8+random", "capped+max=8+sobol",
                                          "capped+max=16+random", "capped+max=16+sobol"});
  CHECK(plan.seeds == std::vector<std::uint64_t>{5, 6, 7});
}

TEST_CASE("a scenario without variants is compared with nothing, over its seeds") {
  Planner planner;
  CHECK(planner.plan().variants.size() == 1);
}

TEST_CASE("the mistakes of all variants are reported at once, where they stand") {
  Planner planner;
  const std::string text = planner.mistakes(
      "variants:\n  good: {}\n  bad: {search: {strategy: randon}}\n  worse: {stop: {trails: 3}}\n");
  CHECK_THAT(text,
             Contains("variant 'bad'") && Contains("did you mean 'random'") && Contains("small.yaml:11:"));
  CHECK_THAT(text, Contains("variant 'worse'") && Contains("did you mean 'trials'"));
  CHECK_THAT(text, !Contains("variant 'good'"));
}

TEST_CASE("what is no variant, and what cannot be compared, is refused") {
  Planner planner;
  CHECK_THAT(planner.mistakes("variants: []\n"), Contains("'variants' must name at least one"));
  CHECK_THAT(planner.mistakes("variants: {a: 3}\n"), Contains("must be a mapping of what is different"));
  CHECK_THAT(planner.mistakes("variants: {'a/b': {}}\n"), Contains("cannot be a folder's name"));
  CHECK_THAT(planner.mistakes("variants: {'': {}, b: {}}\n"),
             Contains("small.yaml:9:12") && Contains("a key must be a word"));
  CHECK_THAT(planner.mistakes("variants: {a: {}, b: {seed: 9}}\n"), Contains("a seed of its own"));
  CHECK_THAT(planner.mistakes("variants: {a: {}, b: {objective: {maximise: accuracy}}}\n"),
             Contains("its metric is 'accuracy'") && Contains("cannot be compared"));
  planner.request.vary = {"search.strategy"};
  CHECK_THAT(planner.mistakes(), Contains("expected path.to.key=a,b,c"));
  planner.request.vary = {"search.strategy=random,random"};
  CHECK_THAT(planner.mistakes(), Contains("stands there twice"));
  planner.request.vary = {"stop.trials=2,3", "stop.trials=4,5"};
  CHECK_THAT(planner.mistakes(), Contains("'stop.trials' varies already"));
  planner.request.vary = {"seed=1,2"};
  CHECK_THAT(planner.mistakes(), Contains("use --seed and --seeds"));
}

TEST_CASE("what decides a variant's results decides its digest, and nothing else does") {
  Planner planner;
  const auto digest = [&](const std::string& more, const std::string& version = "1") {
    return planner.plan(more, version).variants.front().digest;
  };
  const std::string first = digest("variants: {a: {}, b: {stop: {trials: 2}}}\n");
  CHECK(digest("variants: {a: {}, other: {stop: {trials: 1}}}\n") == first);
  CHECK(digest("variants: {a: {}, b: {stop: {trials: 2}}}\n", "2") != first);
  CHECK(digest("variants: {a: {stop: {trials: 2}}}\n") != first);
  planner.request.seed = 77;
  CHECK(digest("variants: {a: {}}\n") == first);
}

TEST_CASE("a trace that a file of the library names decides the digest") {
  Planner planner;
  const fs::path sites = planner.folder.path() / "library" / "sites";
  fs::create_directories(sites);
  std::ofstream{sites / "here.yaml"}
      << "use: france\nintensity: {trace: grid.csv, column: carbon, unit: g/kWh}\n";
  planner.request.assignments = {"platform.clusters.main.site=here", "start=2023-01-01T00:00:00Z"};
  const auto digest = [&](const std::string& second_hour) {
    std::ofstream{sites / "grid.csv"} << "time,carbon\n2023-01-01T00:00:00Z,50\n2023-01-01T01:00:00Z,"
                                      << second_hour << "\n2023-01-01T02:00:00Z,50\n";
    return planner.plan().variants.front().digest;
  };
  const std::string first = digest("60");
  CHECK(digest("60") == first);
  CHECK(digest("70") != first);
}

TEST_CASE("what the library's table says of a region decides the digest") {
  Planner planner;
  const fs::path grids = planner.folder.path() / "library" / "grids";
  fs::create_directories(grids);
  planner.request.assignments = {"platform.clusters.main.site.intensity={region: here}"};
  const auto digest = [&](const std::string& g_per_kwh) {
    std::ofstream{grids / "own.csv"} << "region,code,name,g_per_kwh,year,scope,source\nhere,HER,Here,"
                                     << g_per_kwh << ",2023,direct,measured\n";
    return planner.plan().variants.front().digest;
  };
  const std::string first = digest("60");
  CHECK(digest("60") == first);
  CHECK(digest("70") != first);
}

TEST_CASE("a file that SimGrid's platform names decides the digest") {
  Planner planner;
  std::ofstream{planner.folder.path() / "my.xml"} << R"(<?xml version='1.0'?>
<platform version="4.1"><zone id="all" routing="Full">
  <cluster id="c" prefix="n" suffix="" radical="0-1" speed="1f" bw="1GBps" lat="1us">
    <prop id="accelerator" value="v100-sxm2"/>
  </cluster>
  <link id="l" bandwidth="1GBps" latency="1us" bandwidth_file="load.txt"/>
</zone></platform>)";
  planner.request.assignments = {"platform={use: " + (planner.folder.path() / "my.xml").string() +
                                 ", clusters: {main: {site: {pue: 1, intensity: 0.5 kg/kWh}}}}"};
  const auto digest = [&](const std::string& bandwidth) {
    std::ofstream{planner.folder.path() / "load.txt"} << "0.0 " << bandwidth << "\n";
    return planner.plan().variants.front().digest;
  };
  const std::string first = digest("1e9");
  CHECK(digest("1e9") == first);
  CHECK(digest("2e9") != first);
}

TEST_CASE("variants that do not differ are refused by name") {
  Planner planner;
  CHECK_THROWS_WITH(
      expect_different(planner.plan("variants: {a: {}, b: {stop: {trials: 3}}, c: {stop: {trials: 2}}}\n")),
      "variants 'a', 'b': error: they are the same scenario, and their results would count more than once in "
      "ranks and corrections; keep one of them\n");
  expect_different(planner.plan("variants: {a: {}, c: {stop: {trials: 2}}}\n"));
}

TEST_CASE("a cell is there if its mark fits, and can be taken from another folder") {
  Planner planner;
  planner.request.seeds = 2;
  const ComparisonPlan plan = planner.plan();
  const fs::path out = planner.folder.path() / "out";
  const std::vector<Cell> cells = cells_of(plan, out, Keep::first_seeds);
  REQUIRE(cells.size() == 2);
  CHECK(cells[0].detail == Detail::whole);
  CHECK(cells[1].detail == Detail::compact);
  const PlannedVariant& variant = plan.variants.front();
  CHECK(state_of(cells[0], variant) == CellState::absent);
  fs::create_directories(cells[0].folder);
  mark_there(cells[0], variant, "1");
  CHECK(state_of(cells[0], variant) == CellState::stale);  // a mark, but no run
  std::ofstream{cells[0].folder / "summary.json"} << "{}\n";
  std::ofstream{cells[0].folder / "manifest.json"}
      << fmt::format(R"({{"results_format": {}, "crc32": {{"summary.json": "{}"}}}})", run_folder.format,
                     checksum_of(cells[0].folder / "summary.json").value());
  CHECK(state_of(cells[0], variant) == CellState::there);

  PlannedVariant changed = variant;
  changed.digest = "another";
  CHECK(state_of(cells[0], changed) == CellState::stale);

  const std::vector<Cell> elsewhere = cells_of(plan, planner.folder.path() / "joined", Keep::first_seeds);
  CHECK(take_from(elsewhere[0], variant, out));
  CHECK(state_of(elsewhere[0], variant) == CellState::there);
  CHECK_FALSE(take_from(elsewhere[1], variant, out));

  std::ofstream{cells[0].folder / "summary.json"} << "{ }\n";  // edited
  CHECK(state_of(cells[0], variant) == CellState::stale);
  std::ofstream{cells[0].folder / "cell.json"} << "{\"digest\": ";  // cut off
  CHECK(state_of(cells[0], variant) == CellState::absent);
}
