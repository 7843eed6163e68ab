#include "sim/comparison/comparison_files.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/finished_folder.hpp"
#include "sim/results/csv_file.hpp"
#include "sim/results/output_error.hpp"
#include "sim/results/read_back.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;
using namespace comparison;

Json parsed(const fs::path& file) {
  std::ifstream stream{file};
  return Json::parse(stream);
}

// A row per replicate: every figure of summary.json, in its order.
void write_replicates(const fs::path& file, const ComparisonPlan& plan, const std::vector<Cell>& cells,
                      const std::vector<std::size_t>& present) {
  std::string header = "variant,seed";
  std::vector<std::string> keys;
  if (!present.empty()) {
    const Json first = parsed(cells[present.front()].folder / "summary.json");
    for (const auto& [key, value] : first.items()) {
      if (key == "seed") continue;
      keys.push_back(key);
      header += "," + key;
    }
  }
  CsvFile csv{file, header};
  for (const std::size_t i : present) {
    const Json summary = parsed(cells[i].folder / "summary.json");
    csv.cell(plan.variants[cells[i].variant].name).cell(cells[i].seed);
    for (const std::string& key : keys) {
      const Json value = summary.value(key, Json());
      if (value.is_number_unsigned())
        csv.cell(value.get<std::uint64_t>());
      else if (value.is_number())
        csv.cell(value.get<double>());
      else if (value.is_string())
        csv.cell(value.get<std::string>());
      else if (value.is_boolean())
        csv.cell(value.get<bool>() ? "true" : "false");
      else
        csv.empty_cell();
    }
    csv.end_row();
  }
  csv.close();
}

constexpr const char* tables[] = {"comparison.csv", "summaries.csv", "statistics.csv", "anytime.csv",
                                  "pareto.csv"};

void write_summaries(const fs::path& file, const Comparison& all) {
  CsvFile csv{
      file,
      "question,label,unit,better,variant,place,replicates,missing,censored,mean,mean_low,mean_high,median,"
      "iqm,sd,mean_rank"};
  for (const Answer& answer : all.answers) {
    const Question& question = all.questions[answer.question];
    for (std::size_t variant = 0; variant < answer.variants.size(); ++variant) {
      const VariantAnswer& of = answer.variants[variant];
      const auto place = std::ranges::find(answer.order, variant) - answer.order.begin();
      csv.cell(question.key).cell(question.label).cell(question.unit);
      csv.cell(question.lower_is_better ? "lower" : "higher").cell(all.replicates.variants[variant]);
      csv.cell(static_cast<std::uint64_t>(place) + 1).cell(std::uint64_t{of.replicates});
      csv.cell(std::uint64_t{of.missing}).cell(std::uint64_t{of.censored});
      csv.cell(of.mean).cell(of.of_mean.low).cell(of.of_mean.high).cell(of.median);
      csv.cell(of.interquartile_mean).cell(of.standard_deviation).cell(of.mean_rank);
      csv.end_row();
    }
  }
  csv.close();
}

void write_statistics(const fs::path& file, const Comparison& all) {
  CsvFile csv{
      file,
      "question,label,unit,a,b,pairs,difference,difference_low,difference_high,relative,relative_low,"
      "relative_high,a12,rank_sum,p,p_holm,pairs_to_settle,friedman_chi2,friedman_p,mean_rank_difference,"
      "nemenyi_critical_difference"};
  for (const Answer& answer : all.answers) {
    const Question& question = all.questions[answer.question];
    for (const PairAnswer& pair : answer.pairs) {
      csv.cell(question.key).cell(question.label).cell(question.unit);
      csv.cell(all.replicates.variants[pair.a]).cell(all.replicates.variants[pair.b]);
      csv.cell(std::uint64_t{pair.pairs}).cell(pair.difference).cell(pair.of_difference.low);
      csv.cell(pair.of_difference.high)
          .cell(pair.relative)
          .cell(pair.of_relative.low)
          .cell(pair.of_relative.high);
      csv.cell(pair.a12).cell(pair.rank_sum).cell(pair.p).cell(pair.p_holm).cell(pair.pairs_to_settle);
      csv.cell(answer.friedman_statistic).cell(answer.friedman_p);
      csv.cell(answer.variants[pair.a].mean_rank - answer.variants[pair.b].mean_rank);
      csv.cell(answer.critical_difference).end_row();
    }
  }
  csv.close();
}

void write_curves(const fs::path& file, const Comparison& all) {
  CsvFile csv{file,
              "axis,unit,variant,spent,replicates,mean,mean_low,mean_high,median,quarter,three_quarters"};
  for (const VariantCurve& curve : all.curves) {
    for (const CurvePoint& point : curve.points) {
      csv.cell(name(curve.axis)).cell(unit(curve.axis, all.replicates));
      csv.cell(all.replicates.variants[curve.variant])
          .cell(point.spent)
          .cell(std::uint64_t{point.replicates});
      csv.cell(point.mean).cell(point.low).cell(point.high).cell(point.median);
      csv.cell(point.quarter).cell(point.three_quarters).end_row();
    }
  }
  csv.close();
}

void write_trade_offs(const fs::path& file, const Comparison& all) {
  CsvFile csv{file, "variant,energy_kwh,metric,rank,hypervolume"};
  for (const TradeOff& trade : all.trade_offs) {
    csv.cell(all.replicates.variants[trade.variant]).cell(trade.energy_kwh).cell(trade.metric);
    if (std::isnan(trade.metric))
      csv.empty_cell();
    else
      csv.cell(std::uint64_t{trade.rank});
    csv.cell(trade.hypervolume).end_row();
  }
  csv.close();
}

Json described(const fs::path& out, const ComparisonPlan& plan, const std::vector<Cell>& cells,
               const std::vector<std::size_t>& present, const Comparison& all, const std::string& command,
               const std::string& version) {
  Json json;
  json["program"] = "campaign-sim " + version;
  json[comparison_folder.format_key] = comparison_folder.format;
  json["command"] = command;
  json["name"] = plan.name;
  json["objective"] = plan.objective.metric;
  json["objective_direction"] = all.replicates.lower_is_better ? "minimise" : "maximise";
  json["resource_unit"] = plan.resource_unit;
  json["currency"] = plan.currency;
  json["target"] = plan.target ? Json(*plan.target) : Json();
  json["seeds"] = plan.seeds;
  json["confidence"] = confidence;
  json["variants"] = Json::array();
  for (const PlannedVariant& variant : plan.variants)
    json["variants"].push_back({{"name", variant.name},
                                {"folder", variant.folder},
                                {"variant_of_scenario", variant.of_scenario},
                                {"assignments", variant.assignments},
                                {"digest", variant.digest},
                                {"resolved_scenario", variant.resolved}});
  json["replicates"] = Json::array();
  for (const std::size_t i : present)
    json["replicates"].push_back({{"variant", plan.variants[cells[i].variant].name},
                                  {"seed", cells[i].seed},
                                  {"folder", fs::relative(cells[i].folder, out).generic_string()},
                                  {"whole", cells[i].detail == Detail::whole}});
  json["failed"] = Json::array();
  for (std::size_t i = 0, next = 0; i < cells.size(); ++i) {
    if (next < present.size() && present[next] == i) {
      ++next;
      continue;
    }
    json["failed"].push_back({{"variant", plan.variants[cells[i].variant].name}, {"seed", cells[i].seed}});
  }
  return json;
}

}  // namespace

Comparison analyse(const ComparisonPlan& plan, const std::vector<Cell>& cells,
                   const std::vector<std::size_t>& present) {
  Comparison all;
  for (const PlannedVariant& variant : plan.variants) all.replicates.variants.push_back(variant.name);
  all.replicates.seeds = plan.seeds;
  all.replicates.metric = plan.objective.metric;
  all.replicates.lower_is_better = plan.objective.direction == Direction::minimise;
  all.replicates.resource_unit = plan.resource_unit;
  all.replicates.currency = plan.currency;
  for (const std::size_t i : present) all.replicates.rows.push_back(read_cell(cells[i]));
  constexpr std::uint64_t bootstrap_seed = 1;  // the analysis of the same files is always the same
  all.questions = questions(all.replicates, plan.target);
  all.answers = answers(all.questions, bootstrap_seed);
  all.curves = curves(all.replicates, bootstrap_seed);
  all.trade_offs = trade_offs(all.replicates);
  return all;
}

void write_comparison(const fs::path& out, const ComparisonPlan& plan, const std::vector<Cell>& cells,
                      const std::vector<std::size_t>& present, const Comparison& all,
                      const std::string& command, const std::string& version) {
  // Beside their places first: who reads while we write sees the old file or the new one, whole.
  const auto part = [&](const char* name) { return out / (std::string{name} + ".part"); };
  write_replicates(part("comparison.csv"), plan, cells, present);
  write_summaries(part("summaries.csv"), all);
  write_statistics(part("statistics.csv"), all);
  write_curves(part("anytime.csv"), all);
  write_trade_offs(part("pareto.csv"), all);
  Json description = described(out, plan, cells, present, all, command, version);
  for (const char* name : tables) description["crc32"][name] = read_back(part(name));
  std::ofstream stream{part(comparison_folder.description)};
  stream << description.dump(2) << '\n';
  stream.close();
  if (!stream) throw OutputError{"cannot write " + part(comparison_folder.description).string()};
  const auto put_in_place = [&](const char* name) {
    std::error_code error;
    fs::rename(part(name), out / name, error);
    if (error) throw OutputError{"cannot write " + (out / name).string() + ": " + error.message()};
  };
  for (const char* name : tables) put_in_place(name);
  put_in_place(comparison_folder.description);
}

}  // namespace campaign_sim
