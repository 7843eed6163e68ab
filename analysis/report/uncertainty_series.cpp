#include "analysis/report/uncertainty_series.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/bill/cost.hpp"
#include "analysis/report/csv_rows.hpp"
#include "analysis/results_error.hpp"

namespace campaign_sim {

namespace {

// What the run itself, at the inputs' values, says of a figure.
Json answer(const Json& summary, const std::string& figure) {
  if (figure != "cost") return summary.at(figure);
  return cost([&](std::size_t part) { return summary.at(cost_parts[part]).get<double>(); });
}

std::vector<double> thinned(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  if (numbers.size() <= most_draws) return numbers;
  std::vector<double> some(most_draws);
  for (std::size_t i = 0; i < most_draws; ++i) some[i] = numbers[i * (numbers.size() - 1) / (most_draws - 1)];
  return some;
}

// The draws of each figure; a run that failed left its cells empty.
std::vector<std::vector<double>> read_draws(const std::filesystem::path& file, const Json& figures) {
  std::vector<std::vector<double>> draws(figures.size());
  if (!std::filesystem::exists(file)) return draws;
  CsvRows rows{file};
  std::vector<std::size_t> columns;
  for (const auto& figure : figures.items()) columns.push_back(rows.column(figure.key()));
  while (rows.next())
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (const double number = rows.number(columns[i]); std::isfinite(number)) draws[i].push_back(number);
  return draws;
}

}  // namespace

Json read_uncertainty(const std::filesystem::path& file, const Json& summary) {
  const auto found = summary.find("uncertainty");
  if (found == summary.end()) return nullptr;
  Json data;
  for (const char* key : {"samples", "samples_failed", "inputs"}) data[key] = found->at(key);
  data["figures"] = Json::array();
  const Json& figures = found->at("figures");
  std::vector<std::vector<double>> draws = read_draws(file, figures);
  for (std::size_t i = 0; const auto& [name, band] : figures.items()) {
    if (band.at("shares").size() != data["inputs"].size())
      throw ResultsError{"the uncertainty of summary.json has not one share of '" + name +
                         "' for each input"};
    Json figure{{"figure", name}, {"value", answer(summary, name)}};
    figure.update(band);
    figure["draws"] = rounded(thinned(std::move(draws[i++])));
    data["figures"].push_back(std::move(figure));
  }
  return data;
}

}  // namespace campaign_sim
