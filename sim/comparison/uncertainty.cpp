#include "sim/comparison/uncertainty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/statistics/rank_regression.hpp"
#include "analysis/statistics/summaries.hpp"
#include "sim/results/csv_file.hpp"
#include "sim/search/model/latin_hypercube.hpp"

namespace campaign_sim {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t design_seed = 1;  // of the draws; the campaign keeps its own

// A sample that failed has no energy.
bool is_there(const Figures& figures) { return std::isfinite(figures.front()); }

Json number_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(); }

}  // namespace

Draws draw_inputs(const std::vector<UncertainInput>& inputs, std::size_t samples) {
  Draws draws = latin_hypercube(samples, inputs.size(), design_seed);
  for (auto& draw : draws)
    for (std::size_t i = 0; i < inputs.size(); ++i) draw[i] = inputs[i].number.quantile(draw[i]);
  return draws;
}

std::vector<PlannedVariant> drawn_variants(const std::vector<UncertainInput>& inputs, const Draws& draws,
                                           const std::string& of_scenario) {
  std::vector<PlannedVariant> variants;
  for (const auto& draw : draws) {
    PlannedVariant variant;
    variant.name = variant.folder = fmt::format("sample-{}", variants.size() + 1);
    variant.of_scenario = of_scenario;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      for (std::string& assignment : inputs[i].assignments(draw[i]))
        variant.assignments.push_back(std::move(assignment));
    variants.push_back(std::move(variant));
  }
  return variants;
}

std::vector<FigureBand> bands_of(const Draws& draws, const std::vector<Figures>& figures) {
  std::vector<FigureBand> bands;
  if (draws.empty()) return bands;
  for (std::size_t f = 0; f < figure_names.size(); ++f) {
    std::vector<double> values;
    std::vector<std::vector<double>> inputs(draws.front().size());
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (!std::isfinite(figures[i][f])) continue;
      values.push_back(figures[i][f]);
      for (std::size_t input = 0; input < inputs.size(); ++input) inputs[input].push_back(draws[i][input]);
    }
    if (values.empty()) continue;
    const auto regression = statistics::rank_regression(inputs, values);
    bands.push_back({figure_names[f], values.size(), statistics::quantile(values, 0.05),
                     statistics::median(values), statistics::quantile(values, 0.95), regression.shares,
                     regression.explained});
  }
  return bands;
}

Json uncertainty_json(const std::vector<UncertainInput>& inputs, const Draws& draws,
                      const std::vector<Figures>& figures) {
  Json json;
  json["samples"] = draws.size();
  json["samples_failed"] = static_cast<std::size_t>(
      std::ranges::count_if(figures, [](const Figures& one) { return !is_there(one); }));
  json["shares_are"] =
      "R2 of a regression on ranks, divided in proportion to the squared standardised coefficients "
      "(Saltelli et al. 2008; Iman & Conover 1979)";
  for (const UncertainInput& input : inputs) {
    Json one;
    one["keys"] = input.paths;
    one["distribution"] = name(input.number.distribution);
    one["value"] = input.written(input.number.value);
    one["from"] = input.written(input.number.low);
    one["to"] = input.written(input.number.high);
    json["inputs"].push_back(std::move(one));
  }
  json["figures"] = Json::object();
  for (const FigureBand& band : bands_of(draws, figures)) {
    Json one;
    one["samples"] = band.samples;
    one["p5"] = band.low;
    one["p50"] = band.median;
    one["p95"] = band.high;
    one["explained"] = number_or_null(band.explained);
    one["shares"] = Json::array();
    for (const double share : band.shares) one["shares"].push_back(number_or_null(share));
    json["figures"][std::string{band.figure}] = std::move(one);
  }
  return json;
}

void write_samples(const std::filesystem::path& file, const std::vector<UncertainInput>& inputs,
                   const Draws& draws, const std::vector<Figures>& figures) {
  std::string header = "sample";
  for (const UncertainInput& input : inputs)
    header += fmt::format(",{}{}", input.paths.front(), input.unit.empty() ? "" : " [" + input.unit + "]");
  for (const std::string_view figure : figure_names) header += fmt::format(",{}", figure);
  CsvFile csv{file, header};
  for (std::size_t i = 0; i < draws.size(); ++i) {
    csv.cell(std::uint64_t{i} + 1);
    for (const double drawn : draws[i]) csv.cell(drawn);
    for (const double figure : figures[i]) csv.cell(figure);
    csv.end_row();
  }
  csv.close();
}

}  // namespace campaign_sim
