#include "analysis/report/run_report.hpp"

#include "analysis/bill/cost.hpp"
#include "analysis/bill/equivalences.hpp"
#include "analysis/finished_folder.hpp"
#include "analysis/report/fate_words.hpp"
#include "analysis/report/series.hpp"
#include "analysis/report/uncertainty_series.hpp"

namespace campaign_sim {

namespace {

// The comparisons of the summary with what they are counted in and who says so.
Json equivalences_of(const Json& summary) {
  Json list = Json::array();
  for (const Equivalence& equivalence : equivalences()) {
    const auto found = summary.find("equals_" + std::string{equivalence.name});
    if (found == summary.end()) continue;
    list.push_back({{"count", *found}, {"unit", equivalence.unit}, {"source", equivalence.source}});
  }
  return list;
}

// What became of the trials that have a bar of their own.
Json fates_of_bars(const Json& gantt, const TrialSeries& trials) {
  Json fates = Json::object();
  for (const Json& trial : gantt.at("bars").at("trial"))
    fates[std::to_string(trial.get<std::size_t>())] =
        fate_names[static_cast<std::size_t>(trials.fates[trial.get<std::size_t>()])];
  return fates;
}

void add_series(Json& data, const FinishedFolder& folder, const Json& summary) {
  const double end_s = summary.at("makespan_s").get<double>();
  const Json& best = summary.at("best_trial");
  const bool minimise = summary.at("objective_direction") == "minimise";
  const auto accelerators = summary.at("accelerators").get<std::size_t>();

  const PowerSeries power = PowerSeries::read(folder.file("power.csv"));
  const TrialSeries trials = TrialSeries::read(
      folder.file("trials.csv"), best.is_null() ? -1 : best.get<std::int64_t>(), minimise, end_s, power);
  const PlacementSeries placement =
      PlacementSeries::read(folder.file("segments.csv"), trials, accelerators, end_s);
  data["power"] = power.json();
  data["incumbent"] = read_incumbents(folder.file("incumbent.csv"));
  data["trials"] = trials.points;
  data["best"] = trials.best;
  data["use"] = placement.use;
  data["gantt"] = placement.gantt;
  if (placement.gantt.contains("bars")) data["gantt"]["fates"] = fates_of_bars(placement.gantt, trials);
  data["rungs"] = placement.rungs;
}

// What the page says of every input; one that was edited into something else would stop it in the browser.
Json inputs_of(const Json& manifest) {
  const Json& inputs = manifest.at("inputs");
  for (const Json& input : inputs)
    for (const char* key : {"path", "value"}) (void)input.at(key).get_ref<const std::string&>();
  return inputs;
}

}  // namespace

Json run_report(const std::filesystem::path& path) {
  const FinishedFolder folder{path, run_folder};
  const Json& manifest = folder.description();
  folder.expect_as_left();
  Json data;
  data["kind"] = "run";
  try {
    const Json summary = folder.json("summary.json");
    for (const char* key : {"program", "engine", "command", "scenario_file"})
      data[key] = manifest.at(key).get<std::string>();
    data["title"] = summary.at("scenario").get<std::string>();
    data["scenario"] = manifest.at("resolved_scenario").get<std::string>();
    data["inputs"] = inputs_of(manifest);
    data["summary"] = summary;
    data["cost"] = cost([&](std::size_t part) { return summary.at(cost_parts[part]).get<double>(); });
    data["fate_words"] = fate_words(summary.at("best_metric").is_null() ? Choice::none : Choice::made);
    data["equivalences"] = equivalences_of(summary);
    data["uncertainty"] = read_uncertainty(path / "uncertainty.csv", summary);
    // A run with --only-summary has no series: its report has no pictures.
    if (folder.knows("segments.csv")) add_series(data, folder, summary);
  } catch (const nlohmann::json::exception& problem) {
    folder.fail(problem);
  }
  return data;
}

}  // namespace campaign_sim
