#include "sim/search/space.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "sim/config/reader.hpp"
#include "sim/search/configuration.hpp"
#include "sim/search/transform.hpp"
#include "sim/search/values.hpp"

using namespace campaign_sim;

namespace {

Space read(const std::string& yaml) {
  auto document = Document::parse("space:\n" + yaml, "s.yaml");
  auto root = document.root();
  auto section = root.section("space");
  auto space = read_space(section);
  document.finish();
  return space;
}

std::string mistakes(const std::string& yaml) {
  try {
    read(yaml);
    return {};
  } catch (const ConfigError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a space has floats, integers, choices, ordinals and constants") {
  const auto space = read(R"(
  rate: {float: [1e-5, 1e-1], log: true}
  dropout: {float: [0, 0.55], step: 0.1}
  layers: {int: [2, 25], step: 2}
  batch: {int: [16, 1 k], log: true}
  optimizer: {choice: [adam, sgd]}
  width: {ordinal: [256, 512, 1024]}
  vocabulary: 32000
  corpus: {constant: wmt}
)");
  REQUIRE(space.size() == 8);
  CHECK(space.parameters[0].kind == ParameterKind::real);
  CHECK(space.parameters[0].log);
  CHECK(space.parameters[0].low == 1e-5);
  CHECK(space.parameters[1].high == 0.5);  // the last value that a step meets
  CHECK(space.parameters[2].kind == ParameterKind::integer);
  CHECK(space.parameters[2].high == 24);
  CHECK(space.parameters[3].step == 1);
  CHECK(space.parameters[3].high == 1000);
  CHECK(space.parameters[4].kind == ParameterKind::categorical);
  CHECK(text_of(space.parameters[4], 1) == "sgd");
  CHECK(space.parameters[5].kind == ParameterKind::ordinal);
  CHECK(number_of(space.parameters[5], 2) == 1024);
  for (const std::size_t constant : {6U, 7U}) CHECK(number_of_values(space.parameters[constant]) == 1);
  CHECK(number_of(space.parameters[6], 0) == 32000);
  CHECK(text_of(space.parameters[7], 0) == "wmt");
}

TEST_CASE("a condition may name a later parameter, and the order in the file does not matter") {
  const auto space = read(R"(
  nesterov: {choice: [true, false], when: {momentum: [0.5, 0.9]}}
  momentum: {ordinal: [0, 0.5, 0.90], when: {optimizer: sgd}}
  optimizer: {choice: [adam, sgd]}
  depth: {int: [1, 9], when: {layers: 3}}
  layers: {int: [1, 3]}
)");
  std::vector<std::string> names;
  for (const auto& parameter : space.parameters) names.push_back(parameter.name);
  CHECK(names == std::vector<std::string>{"optimizer", "momentum", "nesterov", "layers", "depth"});
  CHECK(space.parameters[1].when->parameter == 0);
  CHECK(space.parameters[1].when->allowed == std::vector<double>{1});
  CHECK(space.parameters[2].when->allowed == std::vector<double>{1, 2});
  CHECK(space.parameters[4].when->allowed == std::vector<double>{3});
}

TEST_CASE("constraints reject draws") {
  const auto space = read(R"(
  width: {ordinal: [64, 96, 128]}
  heads: {int: [1, 8]}
  constraints: ["width % heads == 0", "width * heads <= 512"]
)");
  REQUIRE(space.constraints.size() == 2);
  for (std::uint64_t k = 0; k < 200; ++k) {
    const auto c = random_configuration(space, 1, k);
    const double width = number_of(space.parameters[0], c.values[0]);
    CHECK(std::fmod(width, c.values[1]) == 0);
    CHECK(width * c.values[1] <= 512);
  }
}

TEST_CASE("an empty space is read as one") { CHECK(read("  {}\n").size() == 0); }

TEST_CASE("mistakes in a space are reported where they stand") {
  using Catch::Matchers::Contains;
  const auto [yaml, message] = GENERATE(table<std::string, std::string>({
      {"  x: {float: [2, 1]}\n",
       "s.yaml:2:14: error: the range is empty (2 is larger than 1); swap its ends"},
      {"  x: {float: [0, 1], log: true}\n",
       "a log range must start above zero (the logarithm of 0 does not exist)"},
      {"  x: {int: [-4, 1], log: true}\n", "a log range must start above zero"},
      {"  x: {float: [0, .nan]}\n", "nan"},
      {"  x: {float: [0, .inf]}\n", "finite"},
      {"  x: {float: [0]}\n", "'float' needs two numbers, the smallest and the largest value"},
      {"  x: {float: [1, 2], log: true, step: 0.5}\n", "a log range has no step"},
      {"  x: {float: [1, 2], step: 3}\n",
       "the step is larger than the range (only its lower end would be left)"},
      {"  x: {float: [1, 2], step: 0}\n", "step"},
      {"  x: {float: [0, 1e9], step: 1e-9}\n", "the step is too small for the range"},
      {"  x: {int: [0.5, 2]}\n", "0.5 is not a whole number; for real numbers write `float:`"},
      {"  x: {int: [0, 1e17]}\n", "whole numbers beyond 2^53 are not exact"},
      {"  x: {choice: []}\n", "there are no choices; name at least one"},
      {"  x: {choice: [a, b, a]}\n", "the choice 'a' is there twice"},
      {"  x: {ordinal: [1, 2, 1.0]}\n", "the choice '1' is there twice"},
      {"  x: {}\n", "'x' needs its values: one of float: [low, high]"},
      {"  x: {flaot: [0, 1]}\n", "did you mean 'float' by 'flaot'?"},
      {"  x: {float: [1, 2], int: [1, 2]}\n", "'x' has 'float' already; a parameter is of one kind"},
      {"  x: [1, 2]\n", "s.yaml:2:"},
      {"  x: {int: [1, 2], when: {layer: 2}}\n  layers: {int: [1, 3]}\n",
       "there is no parameter 'layer' in the space; did you mean 'layers'?"},
      {"  x: {int: [1, 2], when: {y: 1}}\n  y: {int: [1, 2], when: {x: 1}}\n",
       "these conditions depend on each other in a circle"},
      {"  x: {int: [1, 2], when: {x: 1}}\n", "these conditions depend on each other in a circle"},
      {"  x: {int: [1, 2], when: {y: c}}\n  y: {choice: [a, b]}\n",
       "'y' is never 'c' (it is one of a, b), so 'x' would not be there for it"},
      {"  x: {int: [1, 2], when: {y: 7}}\n  y: {int: [2, 8], step: 2}\n",
       "'y' is never '7' (it is a whole number from 2 to 8 in steps of 2)"},
      {"  x: {int: [1, 2], when: {y: []}}\n  y: {choice: [a, b]}\n", "no value of 'y' is named"},
      {"  x: {int: [1, 2], when: {}}\n", "a condition names one other parameter"},
      {"  x: {int: [1, 2], when: {y: a, z: b}}\n  y: {choice: [a, b]}\n  z: {choice: [a, b]}\n",
       "a condition names one other parameter"},
      {"  x: {int: [1, 9]}\n  constraints: [\"x > 9\"]\n",
       "broke the constraints (no configuration, or very few"},
      {"  x: {int: [1, 9]}\n  constraints: [\"y > 3\"]\n", "there is no parameter 'y' in the space"},
  }));
  CAPTURE(yaml);
  CHECK_THAT(mistakes(yaml), Contains(message));
}

TEST_CASE("a parameter without a kind is one mistake") {
  const auto text = mistakes("  x: {type: float, low: 0, high: 1}\n");
  CHECK(text.find("'x' needs its values") != std::string::npos);
  CHECK(text.find("unknown key") == std::string::npos);
}

TEST_CASE("every mistake of a space is reported at once") {
  const auto text = mistakes("  x: {float: [2, 1]}\n  y: {choice: []}\n");
  CHECK(text.find("range is empty") != std::string::npos);
  CHECK(text.find("no choices") != std::string::npos);
}

TEST_CASE("a value is found however it is written") {
  const auto space = read(R"(
  x: {float: [0, 1], step: 0.1}
  n: {int: [0, 10], step: 5}
  c: {choice: [a, 10, 2 k]}
)");
  CHECK(value_of(space.parameters[0], "0.30") == Approx(0.3));
  CHECK_FALSE(value_of(space.parameters[0], "0.35"));
  CHECK_FALSE(value_of(space.parameters[0], "1.1"));
  CHECK_FALSE(value_of(space.parameters[0], "nan"));
  CHECK_FALSE(value_of(space.parameters[0], ""));
  CHECK(value_of(space.parameters[1], "5") == 5.0);
  CHECK_FALSE(value_of(space.parameters[1], "4"));
  CHECK(value_of(space.parameters[2], "1e1") == 1.0);
  CHECK(value_of(space.parameters[2], "2000") == 2.0);
  CHECK(value_of(space.parameters[2], "a") == 0.0);
  CHECK_FALSE(value_of(space.parameters[2], "b"));
}
