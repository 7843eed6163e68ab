// Hourly (or finer) traces as their users have them: Electricity Maps, WattTime, or any CSV with a column of
// times. Each row's value holds until the next row.
//
// Rules, so that nothing is filled in silently:
// - times are UTC, or carry their offset; a time that repeats or goes back is an error (local times do so
//   when summer time ends);
// - rows may be of several resolutions up to an hour apart (or the file's commonest step, if that is longer);
//   a wider space, or an empty value, is a gap: an error, unless `gaps: hold` lets the value before it hold;
// - the last value holds for the file's commonest step.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/core/step_series.hpp"

namespace campaign_sim {

enum class Gaps : std::uint8_t { error, hold };
enum class Scope : std::uint8_t { not_stated, life_cycle, direct };

struct TraceRequest {
  std::filesystem::path file;
  std::string column;  // empty: the layout says which
  std::string unit;    // of the column: `g/kWh`, `lb/MWh`, `EUR/MWh`; empty: the layout says
  Gaps gaps = Gaps::error;
  Scope scope = Scope::life_cycle;  // which of Electricity Maps' two columns
};

struct Trace {
  StepSeries series;  // in base units: kg/J, money/J or a plain number
  std::string layout;
  std::string column;
  std::string currency;  // of a price
  Scope scope = Scope::not_stated;
  bool marginal = false;
};

// What a trace is of.
enum class TraceOf : std::uint8_t { intensity, price, ratio };

// Throws CsvError, which says what is wrong, where, and the fix.
Trace read_trace(const TraceRequest& request, TraceOf what);

}  // namespace campaign_sim
