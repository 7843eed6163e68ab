#include "sim/core/space.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "sim/core/expect.hpp"

using namespace campaign_sim;

namespace {

Parameter choice(std::vector<std::string> choices, std::vector<double> numbers) {
  Parameter parameter;
  parameter.name = "c";
  parameter.kind = ParameterKind::categorical;
  parameter.choices = std::move(choices);
  parameter.choice_numbers = std::move(numbers);
  return parameter;
}

}  // namespace

TEST_CASE("equal configurations have equal digests, others do not") {
  CHECK(digest({{1, 2}}) == digest({{1, 2}}));
  CHECK(digest({{0.0}}) == digest({{-0.0}}));
  CHECK(digest({{inactive, 1}}) == digest({{-std::nan("7"), 1}}));
  std::set<std::uint64_t> seen;
  for (int a = 0; a < 100; ++a)
    for (int b = 0; b < 100; ++b) seen.insert(digest({{a / 7.0, static_cast<double>(b)}}));
  CHECK(seen.size() == 100 * 100);
  CHECK(digest({{1, 2}}) != digest({{2, 1}}));
  CHECK(digest({{1}}) != digest({{1, 0}}));
  CHECK(digest({{inactive}}) != digest({{0}}));
}

TEST_CASE("a digest is for ever: results of a seed depend on it") {
  CHECK(digest({{1, 2.5, inactive}}) == 0xe22480054d23732b);
}

TEST_CASE("values are printed as they are written") {
  Parameter real;
  CHECK(text_of(real, 0.1) == "0.1");
  CHECK(text_of(real, 1e-5) == "1e-05");
  CHECK(text_of(real, 12) == "12");
  CHECK(text_of(real, inactive).empty());
  const Parameter names = choice({"adam", "512"}, {std::nan(""), 512});
  CHECK(text_of(names, 0) == "adam");
  CHECK(text_of(names, 1) == "512");
  CHECK(text_of(names, inactive).empty());
  CHECK_THROWS_AS(text_of(names, 2), InternalError);
}

TEST_CASE("a choice that reads as a number counts as that number") {
  const Parameter names = choice({"adam", "512"}, {std::nan(""), 512});
  CHECK(std::isnan(number_of(names, 0)));
  CHECK(number_of(names, 1) == 512);
  CHECK(std::isnan(number_of(names, inactive)));
  CHECK(number_of(Parameter{}, 0.25) == 0.25);
  CHECK_THROWS_AS(number_of(names, 5), InternalError);
}

TEST_CASE("a space finds its parameters and allows what every constraint allows") {
  Space space;
  space.parameters.resize(2);
  space.parameters[0].name = "a";
  space.parameters[1].name = "b";
  CHECK(space.find("b") == 1);
  CHECK(!space.find("c"));
  CHECK(space.allows({{9, 9}}));
  space.constraints.push_back({"a < b", [](const Configuration& c) { return c.values[0] < c.values[1]; }});
  space.constraints.push_back({"a > 0", [](const Configuration& c) { return c.values[0] > 0; }});
  CHECK(space.allows({{1, 2}}));
  CHECK(!space.allows({{2, 1}}));
  CHECK(!space.allows({{0, 1}}));
}
