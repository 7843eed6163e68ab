// The exported series of a run, thinned to what a chart can show. Each function reads one file and returns
// the JSON that the page draws from: columns, so that names are written once. Numbers keep seven digits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim {

using Json = nlohmann::ordered_json;

// Seven significant digits; null where it is not finite, which JSON cannot say.
Json rounded(double number);
Json rounded(std::span<const double> numbers);

// Power over time: neighbouring bins of power.csv are joined until at most `most_bins` are left. Causes that
// never draw anything are left out.
struct PowerSeries {
  static constexpr std::size_t most_bins = 512;
  std::vector<double> start_s;
  double end_s = 0;
  std::vector<double> it_w;
  std::vector<double> facility_w;
  std::vector<std::string> causes;
  std::vector<std::vector<double>> cause_w;
  std::vector<double> before_kwh;  // IT energy up to the start of each bin

  static PowerSeries read(const std::filesystem::path& file);
  Json json() const;
  // IT energy from the start until then, power being constant within a bin.
  double energy_kwh(double time_s) const;
};

// The improvements of the best metric; at most 1,000 of them, the last one always.
Json read_incumbents(const std::filesystem::path& file);

// What became of a trial.
enum class Fate : std::uint8_t { best, completed, stopped, failed };
inline constexpr std::string_view fate_names[] = {"best", "completed", "stopped", "failed"};

// The trials: each as a point while they are few, counted on a grid where they are many; the best of them
// with their settings; and how far each one came.
struct TrialSeries {
  static constexpr std::size_t most_points = 2000;
  static constexpr std::size_t columns = 100;  // of the grid
  static constexpr std::size_t rows = 50;
  static constexpr std::size_t best_shown = 10;

  std::vector<Fate> fates;      // by trial
  std::vector<double> reached;  // resource, by trial
  Json points;                  // or the grid
  Json best;                    // a table

  // `best_trial` is that of the summary; `end_s` the campaign's end.
  static TrialSeries read(const std::filesystem::path& file, std::int64_t best_trial, bool minimise,
                          double end_s, const PowerSeries& power);
};

// Who ran where, and what each rung took: from the ledger, in one pass.
struct PlacementSeries {
  static constexpr std::size_t most_bars = 4000;
  static constexpr std::size_t most_bar_rows = 128;  // accelerators
  static constexpr std::size_t columns = 300;        // of time
  static constexpr std::size_t most_rows = 100;      // of the image
  static constexpr std::size_t most_rungs = 200;

  Json gantt;  // bars while they are few, an image of busy shares where they are many
  Json use;    // accelerators over time by what became of their trial
  Json rungs;  // null unless trials were looked at on the way

  static PlacementSeries read(const std::filesystem::path& file, const TrialSeries& trials,
                              std::size_t accelerators, double end_s);
};

}  // namespace campaign_sim
