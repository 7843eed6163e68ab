// The pages that list names say what the program's tables say, so that neither can drift.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scheduling/queue_policy.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/space.hpp"
#include "sim/workload/registry.hpp"
#include "tests/support/project_root.hpp"

using namespace campaign_sim;
using campaign_sim::testing::project_root;
namespace fs = std::filesystem;

namespace {

std::string page(const std::string& name) {
  std::ifstream file{project_root() / "docs" / name};
  REQUIRE(file);
  return {std::istreambuf_iterator<char>{file}, {}};
}

// The cells of a table's row; `\|` is a bar in a cell.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') continue;
    if (line[i] != '|' || line[i - 1] == '\\') {
      cell += line[i];
      continue;
    }
    const auto first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos ? ""
                                               : cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
    cell.clear();
  }
  return cells;
}

// The rows below `| heading | …` by the name in their first cell.
std::map<std::string, std::vector<std::string>> table(const std::string& text, const std::string& heading) {
  std::map<std::string, std::vector<std::string>> rows;
  std::size_t at = text.find("\n| " + heading + " |");
  REQUIRE(at != std::string::npos);
  at = text.find('\n', text.find('\n', at + 1) + 1) + 1;  // past the heading and the line below it
  while (text.compare(at, 1, "|") == 0) {
    const std::size_t end = text.find('\n', at);
    auto cells = cells_of(text.substr(at, end - at));
    const std::string name = cells.front();
    CHECK(rows.emplace(name, std::move(cells)).second);
    at = end + 1;
  }
  return rows;
}

std::string rule(std::string_view summary, std::string_view source) {
  return std::string{summary} + ". *" + std::string{source} + "*";
}

// The words of a text that could be keys.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (const char c : std::string{text} + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
    } else if (!word.empty()) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

}  // namespace

TEST_CASE("docs/strategies.md has one row for each strategy, with its rule and parameters, and no other") {
  auto rows = table(page("strategies.md"), "strategy");
  for (const auto& entry : strategies()) {
    CAPTURE(entry.name);
    const auto row = rows.find("`" + std::string{entry.name} + "`");
    REQUIRE(row != rows.end());
    const auto& cells = row->second;
    REQUIRE(cells.size() == 4);
    CHECK(cells[1] == rule(entry.summary, entry.source));
    const bool sampler_alone = entry.parameters.empty();
    CHECK(cells[2] == (sampler_alone ? "the sampler's" : std::string{entry.parameters}));
    CHECK(!cells[3].empty());
    rows.erase(row);
  }
  for (const auto& [name, cells] : rows) FAIL_CHECK("not a strategy: " << name);
}

TEST_CASE("docs/strategies.md has one row for each sampler, with its rule and parameters, and no other") {
  auto rows = table(page("strategies.md"), "sampler");
  for (const auto& entry : samplers()) {
    CAPTURE(entry.name);
    const auto row = rows.find("`" + std::string{entry.name} + "`");
    REQUIRE(row != rows.end());
    REQUIRE(row->second.size() == 3);
    CHECK(row->second[1] == rule(entry.summary, entry.source));
    CHECK(row->second[2] == entry.parameters);
    rows.erase(row);
  }
  for (const auto& [name, cells] : rows) FAIL_CHECK("not a sampler: " << name);
}

TEST_CASE("every parameter that a strategy reads is in its row, with its default") {
  for (const auto& entry : strategies()) {
    CAPTURE(entry.name);
    auto space_document =
        Document::parse("x: {float: [0, 1]}\nn: {int: [1, 4]}\nc: {choice: [a, b]}\n", "space.yaml");
    auto space_root = space_document.root();
    const Space space = read_space(space_root);
    auto document = Document::parse("search: " + std::string{entry.example}, std::string{entry.name});
    auto root = document.root();
    auto search = root.section("search");
    search.text("strategy");
    entry.make(search, {space, "epoch", 1, 9, 25, 1, project_root() / "scenarios"});
    document.finish();
    const std::string parameters{parameters_of(entry)};
    const auto words = words_of(parameters);
    for (const auto& input : document.inputs()) {
      CAPTURE(input.path, parameters);
      const auto keys = words_of(input.path);  // search.sampler.kind, search.hurdles.increments[0]
      const bool known = input.path == "search.strategy" || input.path.starts_with("search.configurations") ||
                         input.path.starts_with("search.command") || input.path == "search.sampler.kind" ||
                         words.contains(input.path.substr(input.path.find('.') + 1)) ||
                         input.path.starts_with("search.hurdles.");
      CHECK(known);
      CHECK(!keys.empty());
    }
  }
}

TEST_CASE("docs/models.md has a section for each workload") {
  const std::string text = page("models.md");
  for (const auto& entry : workloads()) {
    CAPTURE(entry.name);
    CHECK(text.find("\n## `" + std::string{entry.name} + "`") != std::string::npos);
  }
}

TEST_CASE(
    "docs/scenario.md names each queue policy with its line, each workload, and no queue policy that is "
    "none") {
  const std::string text = page("scenario.md");
  for (const auto& entry : queue_policies()) {
    CAPTURE(entry.name);
    CHECK(text.find("`" + std::string{entry.name} + "`: " + std::string{entry.summary}) != std::string::npos);
  }
  for (const auto& entry : workloads()) {
    CAPTURE(entry.name);
    CHECK(words_of(text).contains(std::string{entry.name}));
  }
}

TEST_CASE("every key that the scenarios have, or could have, is named in docs/scenario.md") {
  const auto documented = words_of(page("scenario.md"));
  const auto strategy_words = words_of(page("strategies.md"));
  std::size_t scenarios = 0;
  for (const auto& file : fs::directory_iterator{project_root() / "scenarios"}) {
    if (file.path().extension() != ".yaml" || file.path().stem() == "nmt_table") continue;  // needs its data
    CAPTURE(file.path().string());
    ++scenarios;
    const Scenario scenario = load_scenario(file.path(), {}, {project_root() / "platforms"});
    for (const auto& input : scenario.inputs) {
      CAPTURE(input.path);
      // The platform has a page of its own, and the names below `space` and `seed` are the user's.
      if (input.path.starts_with("platform") || input.path.starts_with("space.") ||
          input.path.find(".seed") != std::string::npos)
        continue;
      for (const auto& key : words_of(input.path)) {
        if (std::isdigit(static_cast<unsigned char>(key.front())) != 0) continue;  // of a list
        const bool in_search = input.path.starts_with("search.");
        CAPTURE(key);
        CHECK((documented.contains(key) || (in_search && strategy_words.contains(key))));
      }
    }
  }
  CHECK(scenarios >= 5);
}
