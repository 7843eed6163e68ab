#include "analysis/report/comparison_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/bill/cost.hpp"
#include "analysis/report/csv_rows.hpp"
#include "analysis/report/series.hpp"
#include "analysis/results_error.hpp"

namespace campaign_sim {

namespace {

constexpr std::size_t most_variants_in_pairs = 12;

Json told(double number) { return std::isinf(number) ? Json("inf") : rounded(number); }

// Columns of numbers of one file, each to be appended to an array of the same name.
class NumberColumns {
 public:
  NumberColumns(const CsvRows& rows, std::vector<std::string> names) : names_{std::move(names)} {
    for (const std::string& name : names_) places_.push_back(rows.column(name));
  }
  void append(const CsvRows& rows, Json& to) const {
    for (std::size_t i = 0; i < names_.size(); ++i) to[names_[i]].push_back(told(rows.number(places_[i])));
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::size_t> places_;
};

Json read_summaries(const std::filesystem::path& file, const VariantNames& variants) {
  CsvRows rows{file};
  const std::size_t question = rows.column("question");
  const std::size_t label = rows.column("label");
  const std::size_t unit = rows.column("unit");
  const std::size_t better = rows.column("better");
  const std::size_t variant = rows.column("variant");
  const NumberColumns numbers{rows,
                              {"place", "replicates", "missing", "censored", "mean", "mean_low", "mean_high",
                               "median", "iqm", "sd", "mean_rank"}};
  Json questions = Json::array();
  while (rows.next()) {
    if (questions.empty() || questions.back()["key"] != rows.cell(question))
      questions.push_back({{"key", rows.cell(question)},
                           {"label", rows.cell(label)},
                           {"unit", rows.cell(unit)},
                           {"better", rows.cell(better)},
                           {"variants", Json::object()},
                           {"pairs", Json::object()}});
    Json& answers = questions.back()["variants"];
    answers["variant"].push_back(variants.find(rows.cell(variant), file));
    numbers.append(rows, answers);
  }
  return questions;
}

std::size_t winner_of(const Json& question) {
  const Json& places = question.at("variants").at("place");
  for (std::size_t i = 0; i < places.size(); ++i)
    if (places[i] == 1.0) return question.at("variants").at("variant")[i].get<std::size_t>();
  return 0;
}

}  // namespace

std::size_t VariantNames::find(std::string_view name, const std::filesystem::path& file) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end())
    throw ResultsError{file.string() + " names a variant '" + std::string{name} +
                       "' that comparison.json does not have: they are of different comparisons"};
  return static_cast<std::size_t>(found - names_.begin());
}

Json read_questions(const std::filesystem::path& summaries, const std::filesystem::path& statistics,
                    const VariantNames& variants) {
  Json questions = read_summaries(summaries, variants);
  CsvRows rows{statistics};
  const std::size_t key = rows.column("question");
  const std::size_t a = rows.column("a");
  const std::size_t b = rows.column("b");
  const NumberColumns numbers{
      rows,
      {"pairs", "difference", "difference_low", "difference_high", "relative", "relative_low",
       "relative_high", "a12", "rank_sum", "p", "p_holm", "pairs_to_settle"}};
  const std::array whole = {"friedman_chi2", "friedman_p", "nemenyi_critical_difference"};
  std::size_t at = 0;
  while (rows.next()) {
    // Both files have the questions in one order.
    while (at < questions.size() && questions[at]["key"] != rows.cell(key)) ++at;
    if (at == questions.size())
      throw ResultsError{statistics.string() + " answers a question, '" + std::string{rows.cell(key)} +
                         "', that " + summaries.filename().string() + " does not have in that place"};
    Json& question = questions[at];
    for (const char* name : whole) question[name] = told(rows.number(rows.column(name)));
    const std::size_t one = variants.find(rows.cell(a), statistics);
    const std::size_t other = variants.find(rows.cell(b), statistics);
    const std::size_t winner = winner_of(question);
    if (variants.count() > most_variants_in_pairs && one != winner && other != winner) continue;
    question["pairs"]["a"].push_back(one);
    question["pairs"]["b"].push_back(other);
    numbers.append(rows, question["pairs"]);
  }
  return questions;
}

std::vector<std::size_t> best_first(const Json& questions, std::size_t variants) {
  std::vector<std::size_t> order(variants);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (const char* key : {"metric_at_equal_energy", "best_metric"})
    for (const Json& question : questions) {
      if (question.at("key") != key) continue;
      std::vector<double> place(variants, static_cast<double>(variants));
      const Json& of = question.at("variants");
      for (std::size_t i = 0; i < of.at("variant").size(); ++i)
        place[of.at("variant")[i].get<std::size_t>()] = of.at("place")[i].get<double>();
      std::ranges::stable_sort(order, {}, [&](std::size_t variant) { return place[variant]; });
      return order;
    }
  return order;
}

Json read_anytime(const std::filesystem::path& file, const VariantNames& variants,
                  const std::vector<std::size_t>& shown) {
  CsvRows rows{file};
  const std::size_t axis = rows.column("axis");
  const std::size_t unit = rows.column("unit");
  const std::size_t name = rows.column("variant");
  const std::size_t spent = rows.column("spent");
  const NumberColumns numbers{rows, {"mean", "mean_low", "mean_high"}};
  Json json = Json::object();
  while (rows.next()) {
    const std::size_t variant = variants.find(rows.cell(name), file);
    if (std::ranges::find(shown, variant) == shown.end()) continue;
    Json& of_axis = json[std::string{rows.cell(axis)}];
    if (of_axis.is_null())  // all members at once: another would move those that are referred to
      of_axis = {{"unit", rows.cell(unit)}, {"spent", Json::array()}, {"curves", Json::array()}};
    Json& curves = of_axis["curves"];
    if (curves.empty() || curves.back()["variant"] != variant) {
      curves.push_back(Json::object());
      curves.back()["variant"] = variant;
    }
    if (curves.size() == 1) of_axis["spent"].push_back(rounded(rows.number(spent)));  // one grid for all
    numbers.append(rows, curves.back());
  }
  return json;
}

Json read_trade_offs(const std::filesystem::path& file, const VariantNames& variants) {
  CsvRows rows{file};
  const std::size_t variant = rows.column("variant");
  const NumberColumns numbers{rows, {"energy_kwh", "metric", "rank", "hypervolume"}};
  Json json = Json::object();
  while (rows.next()) {
    json["variant"].push_back(variants.find(rows.cell(variant), file));
    numbers.append(rows, json);
  }
  return json;
}

namespace {

// Means over the replicates of each variant, of the columns that some replicate has anything in.
class VariantMeans {
 public:
  explicit VariantMeans(std::size_t variants) : counts_(variants, 0) {}
  void watch(std::string name, std::size_t column) {
    columns_.push_back({std::move(name), column, std::vector<double>(counts_.size(), 0)});
  }
  void add(const CsvRows& rows, std::size_t variant) {
    ++counts_[variant];
    for (Column& column : columns_) {
      const double value = rows.number(column.place);
      if (!std::isnan(value)) column.sums[variant] += value;
    }
  }
  Json json() const {
    Json json = Json::object();
    for (const Column& column : columns_) {
      if (std::ranges::all_of(column.sums, [](double sum) { return sum == 0; })) continue;
      Json& means = json[column.name];
      for (std::size_t i = 0; i < counts_.size(); ++i) means.push_back(rounded(column.sums[i] / counts_[i]));
    }
    return json;
  }

 private:
  struct Column {
    std::string name;
    std::size_t place;
    std::vector<double> sums;
  };
  std::vector<double> counts_;
  std::vector<Column> columns_;
};

// "train" of "energy_train_kwh"; nothing of another column.
std::string part_of_energy(const std::string& column) {
  constexpr std::string_view before = "energy_";
  constexpr std::string_view after = "_kwh";
  if (!column.starts_with(before) || !column.ends_with(after)) return "";
  const std::string part = column.substr(before.size(), column.size() - before.size() - after.size());
  return part == "it" || part == "facility" ? "" : part;
}

}  // namespace

ReplicateSeries ReplicateSeries::read(const std::filesystem::path& file, const VariantNames& variants) {
  CsvRows rows{file};
  ReplicateSeries series;
  series.replicates = Json::object();
  if (rows.columns().size() <= 2) return series;  // every replicate failed: there are no figures
  const std::size_t name = rows.column("variant");
  std::array<std::size_t, cost_parts.size()> costs{};
  std::ranges::transform(cost_parts, costs.begin(), [&](std::string_view part) { return rows.column(part); });
  const NumberColumns numbers{
      rows,
      {"seed", "best_metric", "energy_facility_kwh", "co2e_operational_kg", "makespan_s", "trials_started"}};
  VariantMeans means{variants.count()};
  for (std::size_t i = 0; i < rows.columns().size(); ++i)
    if (const std::string part = part_of_energy(rows.columns()[i]); !part.empty()) means.watch(part, i);
  std::size_t count = 0;
  while (rows.next()) {
    const std::size_t variant = variants.find(rows.cell(name), file);
    means.add(rows, variant);
    if (++count > most) continue;
    series.replicates["variant"].push_back(variant);
    numbers.append(rows, series.replicates);
    series.replicates["cost"].push_back(
        rounded(cost([&](std::size_t part) { return rows.number(costs[part]); })));
  }
  if (count > most) series.replicates = nullptr;
  series.energy = means.json();
  return series;
}

}  // namespace campaign_sim
