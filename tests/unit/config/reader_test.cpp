#include "sim/config/reader.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

namespace {

// What finish() says after `read`, or "" if it is content.
template <class Read>
std::string mistakes(Document document, Read read) {
  auto root = document.root();
  read(root);
  try {
    document.finish();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

template <class Read>
std::string mistakes(const std::string& text, Read read) {
  return mistakes(Document::parse(text, "try.yaml"), read);
}

}  // namespace

TEST_CASE("all mistakes are shown at once, in the order of the file, with line and caret") {
  const auto text = mistakes("name: a\nsearch:\n  max_trials: many\n  max_step: 9\n", [](Reader& root) {
    root.text("name");
    auto search = root.section("search");
    CHECK(search.integer_or("max_steps", 5) == 5);
    CHECK(search.number("max_trials", between(2, 3)) == 2);
    CHECK_FALSE(search.ok());
    CHECK_FALSE(root.ok());
  });
  CHECK(text ==
        "try.yaml:3:15: error: 'max_trials' must be a finite number\n"
        "    max_trials: many\n"
        "                ^\n"
        "try.yaml:4:3: error: unknown key 'max_step' in search; did you mean 'max_steps'?\n"
        "    max_step: 9\n"
        "    ^\n");
}

TEST_CASE("values are read with their units, and what is left out has its default") {
  auto document = Document::parse(
      "tdp: {value: 250 W, source: a datasheet, mark: datasheet}\nsteps: 300 k\nlist: [1, 2 k]\nempty:\n",
      "try.yaml");
  auto root = document.root();
  CHECK(root.quantity<Watts>("tdp").base() == 250);
  CHECK(root.integer("steps") == 300'000);
  CHECK(root.numbers("list") == std::vector<double>{1, 2000});
  CHECK(root.quantity_or<Seconds>("every", Seconds{5400}).base() == 5400);
  CHECK(root.section_or_empty("limits").integer_or("trials", 7) == 7);
  CHECK(root.section("empty").flag_or("quick", true));
  CHECK_FALSE(root.has("every"));
  document.finish();
  CHECK(document.resolved() ==
        "tdp:\n  value: 250 W\n  source: a datasheet\n  mark: datasheet\nsteps: 300 k\nlist: [1, 2 k]\n"
        "empty:\n  quick: true  # default\nevery: 1.5 h  # default\nlimits:\n  trials: 7  # default\n");
  const auto& inputs = document.inputs();
  REQUIRE(inputs.size() == 6);
  CHECK(inputs[0].path == "tdp");
  CHECK(inputs[0].value == "250 W");
  CHECK(inputs[0].source == "a datasheet");
  CHECK(inputs[0].mark == Mark::datasheet);
  CHECK_FALSE(inputs[0].is_default);
  CHECK(inputs[5].path == "limits.trials");
  CHECK(inputs[5].is_default);
}
