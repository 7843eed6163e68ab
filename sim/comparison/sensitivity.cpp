#include "sim/comparison/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "analysis/statistics/sobol_indices.hpp"
#include "sim/comparison/figures.hpp"
#include "sim/config/uncertain.hpp"
#include "sim/core/text.hpp"
#include "sim/results/csv_file.hpp"
#include "sim/results/output_error.hpp"

namespace campaign_sim {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t design_seed = 1;

struct End {
  double number = 0;
  std::string unit;
  bool whole = false;
};

std::optional<End> read_end(const std::string& written) {
  const std::string_view text = trimmed(written);
  End end;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), end.number);
  if (error != std::errc{} || !std::isfinite(end.number)) return std::nullopt;
  const std::string digits{text.data(), stop};
  end.unit = trimmed({stop, text.data() + text.size()});
  end.whole = end.unit.empty() && digits.find_first_of(".eE") == std::string::npos;
  return end;
}

void put_in_place(const fs::path& part, const fs::path& file) {
  std::error_code error;
  fs::rename(part, file, error);
  if (error) throw OutputError{"cannot write " + file.string() + ": " + error.message()};
}

}  // namespace

std::string SensitivityInput::value(double place) const {
  double number = low + place * (high - low);
  // Every whole number has an equal share of the places.
  if (whole) number = std::min(high, std::floor(low + place * (high - low + 1)));
  return unit.empty() ? fmt::format("{}", number) : fmt::format("{} {}", number, unit);
}

std::string SensitivityInput::at(double place) const { return path + "=" + value(place); }

std::vector<SensitivityInput> read_inputs(const std::vector<std::string>& texts) {
  std::vector<SensitivityInput> inputs;
  std::string mistakes;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const auto dots = text.find("..", equals == std::string::npos ? 0 : equals);
    const auto reject = [&](const std::string& what) {
      mistakes += fmt::format("--input {}: error: {}\n", text, what);
    };
    if (equals == std::string::npos || equals == 0 || dots == std::string::npos) {
      reject("expected path.to.key=low..high, such as workload.power=180 W..260 W");
      continue;
    }
    const auto low = read_end(text.substr(equals + 1, dots - equals - 1));
    const auto high = read_end(text.substr(dots + 2));
    if (!low || !high)
      reject("both ends must be numbers, with their unit");
    else if (low->unit != high->unit && !low->unit.empty())
      reject(fmt::format("one end is in '{}', the other in '{}'; write both in one unit", low->unit,
                         high->unit));
    else if (!(low->number < high->number))
      reject("the first end must be less than the second");
    else
      inputs.push_back(
          {text.substr(0, equals), low->number, high->number, high->unit, low->whole && high->whole});
  }
  for (std::size_t i = 0; i < inputs.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (inputs[i].path == inputs[j].path)
        mistakes += fmt::format("--input {}: error: it is given twice\n", inputs[i].path);
  if (!mistakes.empty()) throw ConfigError{mistakes};
  return inputs;
}

void ask_which_are_whole(std::vector<SensitivityInput>& inputs, const ComparisonRequest& request,
                         const std::vector<fs::path>& library) {
  for (SensitivityInput& input : inputs) {
    if (!input.whole) continue;
    // Who reads a range says what may be drawn from it.
    Overrides overrides{request.assignments, std::nullopt};
    overrides.assignments.push_back(
        fmt::format("{}={{from: {}, to: {}}}", input.path, input.low, input.high));
    try {
      for (const UncertainInput& range :
           uncertain_inputs(load_scenario(request.scenario, overrides, library).inputs))
        if (std::ranges::find(range.paths, input.path) != range.paths.end()) input.whole = range.number.whole;
    } catch (const ConfigError&) {  // a mistake is reported of the variants; a key that takes no range stays
      continue;                     // as it is written
    }
  }
}

std::vector<PlannedVariant> sensitivity_variants(const std::vector<SensitivityInput>& inputs,
                                                 std::size_t samples) {
  std::vector<PlannedVariant> variants;
  const auto add = [&](std::string name, std::vector<std::string> assignments) {
    variants.push_back({name, name, "", std::move(assignments), "", ""});
  };
  add("base", {});
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    add(fmt::format("input-{}-low", i + 1), {inputs[i].at(0)});
    add(fmt::format("input-{}-high", i + 1), {inputs[i].at(1)});
  }
  if (samples == 0) return variants;
  std::size_t number = 0;
  for (const auto& point : statistics::sobol_design(inputs.size(), samples, design_seed)) {
    std::vector<std::string> assignments;
    for (std::size_t i = 0; i < inputs.size(); ++i) assignments.push_back(inputs[i].at(point[i]));
    add(fmt::format("sample-{}", ++number), std::move(assignments));
  }
  return variants;
}

void write_sensitivity(const fs::path& out, const std::vector<SensitivityInput>& inputs, std::size_t samples,
                       const ComparisonPlan& plan, const std::vector<Cell>& cells,
                       const std::vector<std::size_t>& present) {
  const std::vector<Figures> found = figures_of(plan, cells, present);
  CsvFile tornado{out / "tornado.csv.part", "input,low,high,figure,at_low,at_base,at_high,swing"};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (std::size_t f = 0; f < figure_names.size(); ++f) {
      const double low = found[1 + 2 * i][f];
      const double high = found[2 + 2 * i][f];
      tornado.cell(inputs[i].path).cell(inputs[i].value(0)).cell(inputs[i].value(1)).cell(figure_names[f]);
      tornado.cell(low).cell(found[0][f]).cell(high).cell(high - low).end_row();
    }
  }
  tornado.close();
  put_in_place(out / "tornado.csv.part", out / "tornado.csv");
  if (samples == 0) return;

  CsvFile sobol{out / "sobol.csv.part", "input,figure,samples,first_order,total"};
  const std::size_t first_sample = 1 + 2 * inputs.size();
  std::array<std::vector<statistics::SobolIndex>, figure_names.size()> indices;
  for (std::size_t f = 0; f < figure_names.size(); ++f) {
    std::vector<double> outputs;
    for (std::size_t i = first_sample; i < found.size(); ++i) outputs.push_back(found[i][f]);
    indices[f] = statistics::sobol_indices(outputs, inputs.size());  // NaN if any output is
  }
  for (std::size_t i = 0; i < inputs.size(); ++i)
    for (std::size_t f = 0; f < figure_names.size(); ++f) {
      sobol.cell(inputs[i].path).cell(figure_names[f]).cell(std::uint64_t{samples});
      sobol.cell(indices[f][i].first_order).cell(indices[f][i].total).end_row();
    }
  sobol.close();
  put_in_place(out / "sobol.csv.part", out / "sobol.csv");
}

}  // namespace campaign_sim
