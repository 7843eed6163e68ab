#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/space.hpp"

using namespace campaign_sim;

namespace {

// All configurations that a sampler proposes, `most` of them at most.
std::vector<std::vector<double>> proposals(const std::string& space_yaml, const std::string& sampler_yaml,
                                           std::uint32_t most = 1000,
                                           const std::filesystem::path& folder = {}) {
  auto document = Document::parse("space: " + space_yaml + "\nsampler: " + sampler_yaml, "s.yaml");
  auto root = document.root();
  auto section = root.section("space");
  const Space space = read_space(section);
  const SearchProblem problem{space, "epoch", 1, 9, std::nullopt, 5, folder};
  const auto sampler = read_sampler(root, problem);
  document.finish();
  std::vector<std::vector<double>> values;
  for (std::uint32_t trial = 0; trial < most; ++trial) {
    const auto configuration = sampler->propose(TrialId{trial});
    if (!configuration) break;
    values.push_back(configuration->values);
  }
  return values;
}

}  // namespace

TEST_CASE("a grid has every combination once, the last parameter fastest") {
  CHECK(proposals("{x: {float: [0, 1]}, n: {int: [1, 3]}}", "{kind: grid, points: 3}") ==
        std::vector<std::vector<double>>{
            {0, 1}, {0, 2}, {0, 3}, {0.5, 1}, {0.5, 2}, {0.5, 3}, {1, 1}, {1, 2}, {1, 3}});
  CHECK(proposals("{x: {float: [1, 100], log: true}}", "{kind: grid, points: 3}")[1][0] == Approx(10));
  CHECK(proposals("{x: {float: [0, 1], step: 0.5}, c: {choice: [a, b]}}", "grid").size() == 6);
  CHECK_THROWS_WITH(proposals("{}", "grid"), Catch::Contains("the search space is empty"));
}

TEST_CASE("a grid skips inactive parameters and what breaks a constraint") {
  const auto conditional = proposals("{c: {choice: [a, b]}, n: {int: [1, 3], when: {c: b}}}", "grid");
  REQUIRE(conditional.size() == 4);
  CHECK(std::isnan(conditional[0][1]));
  CHECK(conditional[1] == std::vector<double>{1, 1});
  CHECK(proposals("{a: {int: [1, 3]}, b: {int: [1, 3]}, constraints: [\"a < b\"]}", "grid") ==
        std::vector<std::vector<double>>{{1, 2}, {1, 3}, {2, 3}});
}

TEST_CASE("a large grid costs nothing until it is asked for, one of 10^12 points is refused") {
  const auto first = proposals("{a: {int: [1, 1 k]}, b: {int: [1, 1 M]}}", "grid", 3);
  CHECK(first == std::vector<std::vector<double>>{{1, 1}, {1, 2}, {1, 3}});
  CHECK_THROWS_WITH(
      proposals("{a: {int: [1, 1 M]}, b: {int: [1, 1 M]}}", "grid", 3),
      Catch::Contains(
          "the grid has about 1e+12 points, and a campaign at most 10^9 trials; make it coarser"));
  CHECK_THROWS_WITH(proposals("{a: {float: [0, 1]}, b: {float: [0, 1]}}", "{kind: grid, points: 100000}", 3),
                    Catch::Contains("about 1e+10 points"));
}

TEST_CASE("random draws do not repeat, and random is the sampler of those who name none") {
  const auto drawn = proposals("{x: {float: [0, 1]}}", "random", 100);
  CHECK(std::set<std::vector<double>>(drawn.begin(), drawn.end()).size() == 100);
  CHECK(proposals("{x: {float: [0, 1]}}", "{}", 100) == drawn);
}

TEST_CASE("a recorded list is replayed in its order, from the scenario or a file") {
  const std::string space = "{x: {float: [0, 1]}, c: {choice: [a, b]}, n: {int: [1, 9], when: {c: b}}, k: 7}";
  const auto inline_list =
      proposals(space, "{kind: replay, configurations: [{x: 0.5, c: a}, {x: 1, c: b, n: 3, k: 7}]}");
  REQUIRE(inline_list.size() == 2);
  CHECK(inline_list[1] == std::vector<double>{1, 1, 3, 0});
  CHECK(std::isnan(inline_list[0][2]));

  const auto folder = std::filesystem::temp_directory_path() / "campaign_sim_replay_test";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "trials.csv"} << "trial,n,c,x\n0,,a,0.5\n1,3,b,1\n";
  const auto file = proposals(space, "{kind: replay, file: trials.csv}", 10, folder);
  REQUIRE(file.size() == 2);
  CHECK(file[1] == inline_list[1]);
  std::ofstream{folder / "trials.csv"} << "trial,n,c,x\n0,,a,0.5\n1,3,z,1\n";
  CHECK_THROWS_WITH(proposals(space, "{kind: replay, file: trials.csv}", 10, folder),
                    Catch::Matchers::Contains("trials.csv:3: 'z' is not a value of 'c' (it is one of a, b)"));
  std::filesystem::remove_all(folder);
  CHECK_THROWS_AS(proposals(space, "{kind: replay, file: trials.csv}", 10, folder), ConfigError);
}

TEST_CASE("mistakes in samplers are reported") {
  using Catch::Matchers::Contains;
  const auto [sampler, message] = GENERATE(table<std::string, std::string>({
      {"grid", "a grid needs `points`"},
      {"{kind: grid, points: 0}", "points"},
      {"gird", "grid"},
      {"replay", "replay needs its list"},
      {"{kind: replay, configurations: []}", "there is no configuration to replay"},
      {"{kind: replay, configurations: [{x: 2}]}", "'2' is not a value of 'x' (it is a number from 0 to 1)"},
      {"{kind: replay, configurations: [{y: 1}]}", "the configuration has no 'x'"},
  }));
  CAPTURE(sampler);
  CHECK_THROWS_WITH(proposals("{x: {float: [0, 1]}}", sampler), Contains(message));
}
