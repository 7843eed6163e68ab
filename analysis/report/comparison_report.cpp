#include "analysis/report/comparison_report.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "analysis/finished_folder.hpp"
#include "analysis/report/comparison_series.hpp"
#include "analysis/report/fate_words.hpp"
#include "analysis/report/run_report.hpp"
#include "analysis/report/series.hpp"
#include "analysis/results_error.hpp"

namespace campaign_sim {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_curves = 24;  // lines that can be told apart, with luck
constexpr std::size_t most_runs = 8;     // of which one run is shown; a few hundred kilobytes each

// Where the first replicate of each variant is that succeeded; empty if none did.
std::vector<Json> first_replicates(const Json& comparison, const VariantNames& variants,
                                   const fs::path& file) {
  std::vector<Json> first(variants.count());
  for (const Json& replicate : comparison.at("replicates")) {
    Json& of = first[variants.find(replicate.at("variant").get<std::string>(), file)];
    if (of.is_null()) of = replicate;
  }
  return first;
}

// Inputs by path. Those that are the same of all variants stand once; of the others the value of each.
void add_inputs(Json& data, const fs::path& folder, const std::vector<Json>& first,
                const std::vector<std::size_t>& shown) {
  std::vector<std::string> paths;  // in the order in which they are first met
  std::map<std::string, std::vector<Json>> inputs;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const Json& replicate = first[shown[i]];
    if (replicate.is_null()) continue;
    const FinishedFolder run{folder / replicate.at("folder").get<std::string>(), run_folder};
    const Json& manifest = run.description();
    for (const Json& input : manifest.at("inputs")) {
      const auto path = input.at("path").get<std::string>();
      auto& values = inputs[path];
      if (values.empty()) paths.push_back(path);
      values.resize(shown.size());
      values[i] = input;
    }
    if (!data.contains("engine")) data["engine"] = manifest.at("engine");
  }
  data["inputs"] = Json::array();
  data["differing"] = Json::array();
  for (const std::string& path : paths) {
    const auto& values = inputs[path];
    const bool same = std::ranges::all_of(values, [&](const Json& one) {
      return !one.is_null() && one.at("value") == values.front().at("value");
    });
    if (same) {
      data["inputs"].push_back(values.front());
      continue;
    }
    Json row = {{"path", path}, {"values", Json::array()}};
    for (const Json& one : values) {
      row["values"].push_back(one.is_null() ? Json() : one.at("value"));
      if (one.is_null() || row.contains("source") || !one.contains("mark")) continue;
      row["mark"] = one.at("mark");
      row["source"] = one.value("source", "");
    }
    data["differing"].push_back(std::move(row));
  }
}

// One run of each variant: what its own report would show, but for what stands in the comparison's already.
Json runs_of(const fs::path& folder, const std::vector<Json>& first, const std::vector<std::size_t>& order) {
  Json runs = Json::array();
  for (const std::size_t variant : order) {
    if (runs.size() == most_runs) break;
    if (first[variant].is_null()) continue;
    const fs::path of_run = folder / first[variant].at("folder").get<std::string>();
    if (!FinishedFolder{of_run, run_folder}.knows("segments.csv")) continue;
    Json run = run_report(of_run);
    run.erase("inputs");
    run.erase("scenario");
    runs.push_back({{"variant", variant}, {"seed", first[variant].at("seed")}, {"data", std::move(run)}});
  }
  return runs;
}

Json gather(const fs::path& folder, const Json& comparison) {
  const fs::path file = folder / "comparison.json";
  std::vector<std::string> names;
  for (const Json& variant : comparison.at("variants"))
    names.push_back(variant.at("name").get<std::string>());
  const VariantNames variants{names};

  Json data;
  data["kind"] = "comparison";
  data["title"] = comparison.at("name").get<std::string>();
  for (const char* key :
       {"program", "command", "objective", "objective_direction", "resource_unit", "currency"})
    data[key] = comparison.at(key).get<std::string>();
  for (const char* key : {"target", "seeds", "confidence", "failed"}) data[key] = comparison.at(key);
  for (const Json& variant : comparison.at("variants"))
    data["variants"].push_back({{"name", variant.at("name")}, {"assignments", variant.at("assignments")}});

  data["questions"] = read_questions(folder / "summaries.csv", folder / "statistics.csv", variants);
  const std::vector<std::size_t> order = best_first(data["questions"], variants.count());
  const std::vector<std::size_t> shown(
      order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), most_curves)));
  data["shown"] = shown;
  data["anytime"] = read_anytime(folder / "anytime.csv", variants, shown);
  data["pareto"] = read_trade_offs(folder / "pareto.csv", variants);
  const Json metrics = data["pareto"].value("metric", Json::array());
  data["fate_words"] =
      fate_words(std::ranges::all_of(metrics, [](const Json& one) { return one.is_null(); }) ? Choice::none
                                                                                             : Choice::made);
  const ReplicateSeries series = ReplicateSeries::read(folder / "comparison.csv", variants);
  data["energy"] = series.energy;
  data["replicates"] = series.replicates;

  const std::vector<Json> first = first_replicates(comparison, variants, file);
  add_inputs(data, folder, first, shown);
  data["runs"] = runs_of(folder, first, order);
  data["scenarios"] = Json::array();
  for (const std::size_t variant : shown)
    data["scenarios"].push_back(comparison.at("variants")[variant].at("resolved_scenario"));
  return data;
}

}  // namespace

bool holds_comparison(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / comparison_folder.description, ignored);
}

Json comparison_report(const fs::path& path) {
  const FinishedFolder folder{path, comparison_folder};
  folder.expect_as_left();
  try {
    return gather(path, folder.description());
  } catch (const nlohmann::json::exception& problem) {
    folder.fail(problem);
  }
}

}  // namespace campaign_sim
