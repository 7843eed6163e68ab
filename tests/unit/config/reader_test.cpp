#include "sim/config/reader.hpp"

#include <catch2/catch.hpp>

#include "support.hpp"

using namespace campaign_sim;

using campaign_sim::testing::mistakes;
using Catch::Matchers::Contains;

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

TEST_CASE("each wrong value has its own words") {
  constexpr std::string_view colours[] = {"green", "blue"};
  const auto text = mistakes(
      "n: 1.5\nm: 2000\np: 1 h\nq: 0 W\nf: maybe\nc: gren\nd: purple\nnull_value:\ns: 3\nl: 4\n"
      "i: [{a: 1}, 2]\nx: {value: 1, mark: mesured}\ny: {value: 1, sauce: me}\n",
      [&](Reader& root) {
        CHECK(root.integer("n", at_least(3)) == 3);
        CHECK(root.integer_or("m", 7, between(1, 1000)) == 7);
        root.quantity<Watts>("p");
        CHECK(root.quantity<Watts>("q", more_than(0)).base() == 1);
        CHECK(root.flag_or("f", true));
        CHECK(root.one_of("c", colours) == "green");
        CHECK(root.one_of_or("d", "blue", colours) == "blue");
        root.text("null_value");
        root.section("s").number("below");
        root.numbers("l");
        CHECK(root.items("i").size() == 2);
        root.number("x");
        root.number("y");
        root.number("z");
      });
  const auto expect = [&](const std::string& line) {
    INFO(text);
    CHECK(text.find(line + "\n") != std::string::npos);
  };
  expect("try.yaml:1:4: error: 'n' must be a whole number");
  expect("try.yaml:2:4: error: 'm' must be from 1 to 1000 (it is 2000)");
  expect("try.yaml:3:4: error: 'p': expected a power, such as 250 W, but '1 h' is a duration");
  expect("try.yaml:4:4: error: 'q' must be more than 0 W (it is 0 W)");
  expect("try.yaml:5:4: error: 'f' must be true or false");
  expect("try.yaml:6:4: error: unknown c 'gren'; did you mean 'green'?");
  expect("try.yaml:7:4: error: unknown d 'purple'; it is one of 'green', 'blue'");
  expect("try.yaml:8:1: error: 'null_value' has no value; give one or remove the key");
  expect("try.yaml:9:4: error: 's' must be a mapping (lines of 'key: value'), not a single value");
  expect("try.yaml:10:4: error: 'l' must be a list, such as [1, 2, 3]");
  expect("try.yaml:11:13: error: 'i.1' must be a mapping (lines of 'key: value'), not a single value");
  expect("try.yaml:12:21: error: unknown mark 'mesured'; did you mean 'measured'?");
  expect("try.yaml:13:15: error: unknown key 'sauce' in y; did you mean 'source'?");
  expect("try.yaml:1:1: error: 'z' is missing (a number)");
  CHECK(text.find("below") == std::string::npos);
}

TEST_CASE("a wrong choice does not make its settings unknown") {
  CHECK(mistakes("search: {strategy: ashaa, eta: 3}\n",
                 [](Reader& root) {
                   auto search = root.section("search");
                   search.text("strategy");
                   search.reject("strategy", "unknown strategy");
                 }) ==
        "try.yaml:1:20: error: unknown strategy\n  search: {strategy: ashaa, eta: 3}\n"
        "                     ^\n");
}

TEST_CASE("a chosen part is a name, a mapping with the name, or the default") {
  auto document = Document::parse("a: tpe\nb: {kind: gp, noise: 2}\nc: {noise: 3}\n", "try.yaml");
  auto root = document.root();
  CHECK(root.chosen_section("a", "kind", "random").text("kind") == "tpe");
  CHECK(root.chosen_section("b", "kind", "random").text("kind") == "gp");
  CHECK(root.chosen_section("b", "kind", "random").number("noise") == 2);
  CHECK(root.chosen_section("c", "kind", "random").text("kind") == "random");
  CHECK(root.chosen_section("c", "kind", "random").number("noise") == 3);
  CHECK(root.chosen_section("d", "kind", "random").text("kind") == "random");
  document.finish();
  CHECK(document.resolved() ==
        "a:\n  kind: tpe\nb:\n  kind: gp\n  noise: 2\nc:\n  kind: random  # default\n  noise: 3\n"
        "d:\n  kind: random  # default\n");
}

TEST_CASE("entries are read in the order of the file") {
  CHECK(mistakes("clusters: {b: {n: 1}, a: {n: 2}, c: }\n", [](Reader& root) {
          const auto all = root.entries("clusters");
          REQUIRE(all.size() == 3);
          CHECK(all[0].first == "b");
          CHECK(all[1].first == "a");
          CHECK(all[1].second.path() == "clusters.a");
          CHECK(Reader{all[1].second}.integer("n") == 2);
          CHECK(Reader{all[0].second}.integer("n") == 1);
          CHECK(all[2].second.keys().empty());
        }) == "");
}

TEST_CASE("a document has one currency") {
  CHECK(mistakes("a: 1 EUR\nb: 2 USD\n",
                 [](Reader& root) {
                   root.quantity<Money>("a");
                   root.quantity<Money>("b");
                 }) ==
        "try.yaml:2:4: error: 'b' is in USD, but 'a' is in EUR; a scenario has one currency\n"
        "  b: 2 USD\n     ^\n");
  auto document = Document::parse("a: 1 EUR\n", "try.yaml");
  CHECK(document.currency() == "USD");
  document.root().quantity_or<MoneyPerSecond>("p", MoneyPerSecond{1.0 / 3600});
  document.root().quantity<Money>("a");
  document.finish();
  CHECK(document.currency() == "EUR");
  CHECK(document.resolved() == "a: 1 EUR\np: 1 EUR/h  # default\n");
}

TEST_CASE("what stands behind a number that takes no unit is named") {
  const auto number = [](const std::string& text) {
    return mistakes("n: " + text + "\n", [](Reader& root) { root.number("n"); });
  };
  const auto whole = [](const std::string& text) {
    return mistakes("n: " + text + "\n", [](Reader& root) { root.integer("n"); });
  };
  CHECK(number("20 G").empty());
  CHECK_THAT(number("20 B"),
             Contains("'n' must be a finite number; a billion is written with G or e9, B is for bytes"));
  CHECK_THAT(whole("7B"),
             Contains("'n' must be a whole number; a billion is written with G or e9, B is for bytes"));
  CHECK_THAT(number("40 h"), Contains("only k, M, G or T may stand behind the number, not 'h'"));
  CHECK_THAT(whole("40 h"), Contains("only k, M, G or T may stand behind the number, not 'h'"));
  CHECK_THAT(whole("2.5"), Contains("'n' must be a whole number\n"));
}

TEST_CASE("the caret stands under the value whatever stands before it") {
  const auto read = [](Reader& root) { root.section("k").number("a"); };
  CHECK(mistakes("k: {\"\xC3\xA9\xE6\x97\xA5\": 1, a: x}\n", read)
            .find("try.yaml:1:17: error: 'a' must be a finite number\n"
                  "  k: {\"\xC3\xA9\xE6\x97\xA5\": 1, a: x}\n"
                  "                   ^\n") != std::string::npos);
  CHECK(mistakes("k: {\ta: x}\n", read) ==
        "try.yaml:1:9: error: 'a' must be a finite number\n  k: { a: x}\n          ^\n");
  const auto text =
      mistakes("k: {b: " + std::string(300, 'y') + ", a: x, c: " + std::string(300, 'z') + "}\n", read);
  CHECK(text.find("try.yaml:1:313: error: 'a' must be a finite number\n") != std::string::npos);
  CHECK(text.find("  ..." + std::string(55, 'y') + ", a: x, c: " + std::string(34, 'z') + "...\n" +
                  std::string(65, ' ') + "^\n") != std::string::npos);
}

TEST_CASE("a resolved document reads back as the same values") {
  const std::string text =
      "t: 'a: b # c'\nu: \"tab\\tline\\nnull\"\nv: \"null\"\nw: -5\nx: [\"a, b\", \"[\", '-']\n"
      "y: 0.43 kg/kWh\n\"odd: key\": {n: 1}\nz: \"\"\n";
  const auto read = [](Document& document) {
    auto root = document.root();
    std::string all;
    for (const auto* key : {"t", "u", "v", "w", "z"}) all += root.text(key) + "|";
    for (const auto& x : root.texts("x")) all += x + "|";
    all += std::to_string(root.quantity<KilogramsPerJoule>("y").base() * 1e9) + "|";
    all += std::to_string(root.section("odd: key").number("n"));
    all += std::to_string(root.number_or("third", 1.0 / 3));
    all += root.text_or("word", "{x}");
    document.finish();
    return all;
  };
  auto first = Document::parse(text, "try.yaml");
  const auto values = read(first);
  auto second = Document::parse(first.resolved(), "resolved.yaml");
  CHECK(read(second) == values);
}

TEST_CASE("the nearest name is near") {
  constexpr std::string_view names[] = {"max_steps", "eta", "W", "random"};
  CHECK(nearest_name("max_step", names) == "max_steps");
  CHECK(nearest_name("eat", names) == "eta");
  CHECK(nearest_name("w", names) == "W");
  CHECK(nearest_name("ranodm", names) == "random");
  CHECK_FALSE(nearest_name("x", names));
  CHECK_FALSE(nearest_name("", names));
  CHECK_FALSE(nearest_name("completely", names));
  constexpr std::string_view long_names[] = {"batch_tokens", "batch_size", "sequence_length"};
  CHECK(nearest_name("batch", long_names) == "batch_size");
  CHECK(nearest_name("sequence", long_names) == "sequence_length");
  CHECK_FALSE(nearest_name("ba", long_names));
}
