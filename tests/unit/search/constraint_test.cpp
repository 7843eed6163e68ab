#include "sim/search/constraint.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <string>

using namespace campaign_sim;

namespace {

Space three_numbers() {
  Space space;
  space.parameters.resize(4);
  for (std::size_t i = 0; i < 3; ++i) {
    space.parameters[i].name = std::string(1, static_cast<char>('a' + i));
    space.parameters[i].high = 100;
  }
  auto& choice = space.parameters[3];
  choice.name = "width.log_2";
  choice.kind = ParameterKind::ordinal;
  choice.choices = {"64", "128"};
  choice.choice_numbers = {64, 128};
  choice.high = 1;
  return space;
}

}  // namespace

TEST_CASE("a constraint means what it says") {
  // a = 6, b = 4, c = 0, width.log_2 = 128
  const auto [text, holds] = GENERATE(table<std::string, bool>({
      {"a > b", true},
      {"a < b", false},
      {"a >= 6 and b <= 4", true},
      {"a == 6", true},
      {"a != 6", false},
      {"a % b == 2", true},
      {"-a % b == -2", true},
      {"a + b * 2 == 14", true},
      {"(a + b) * 2 == 20", true},
      {"a - b - 1 == 1", true},
      {"a / b / 2 == 0.75", true},
      {"- -a == 6", true},
      {"a - -b == 10", true},
      {"a < b or b < a", true},
      {"a < b or b < a and a < 0", false},
      {"(a < b or b < a) and a < 0", false},
      {"not a < b", true},
      {"not (a < b or not b < a)", true},
      {"a / c > 0", false},
      {"a / c < 0", false},
      {"a % c == 0", false},
      {"width.log_2 * 2 == 256", true},
      {"1e2 > a", true},
      {"  a>b  ", true},
  }));
  CAPTURE(text);
  const Space space = three_numbers();
  CHECK(parse_constraint(text, space).holds({{6, 4, 0, 1}}) == holds);
}

TEST_CASE("a constraint that mentions an inactive parameter holds") {
  const auto constraint = parse_constraint("a > 50 and b > 50", three_numbers());
  CHECK_FALSE(constraint.holds({{6, 4, 0, 0}}));
  CHECK(constraint.holds({{6, inactive, 0, 0}}));
}

TEST_CASE("a malformed constraint says what is wrong and where") {
  using Catch::Matchers::Contains;
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"", "constraint '': expected a number, a parameter or '(' (at character 1)"},
      {"a", "a number alone is neither true nor false"},
      {"a >", "expected a number, a parameter or '(' (at character 4)"},
      {"a < b < c", "expected an operator, 'and', 'or' or the end (at character 7)"},
      {"(a < b", "expected ')'"},
      {"a < z", "there is no parameter 'z' in the space"},
      {"(a < b) + 1 > 0", "'+' needs numbers at both sides, not a comparison"},
      {"a and b", "'and' needs comparisons, not numbers"},
      {"not a", "'not' needs comparisons, not numbers"},
      {"a = b", "expected an operator"},
      {"a < 1e999", "not a finite number"},
      {std::string(300, '(') + "a", "nested too deeply"},
      {std::string(300, '-') + "a < 0", "nested too deeply"},
      {"a < 1" + std::string(2000, ' '), "longer than anyone reads"},
  }));
  CAPTURE(text);
  const Space space = three_numbers();
  CHECK_THROWS_WITH(parse_constraint(text, space), Contains(message));
}

TEST_CASE("choices that are not numbers cannot be computed with") {
  auto space = three_numbers();
  space.parameters[3].choice_numbers[0] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_WITH(parse_constraint("width.log_2 > 3", space),
                    Catch::Matchers::Contains("the choices of 'width.log_2' are not all numbers"));
}
