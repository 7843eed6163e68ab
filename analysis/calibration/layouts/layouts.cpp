#include "analysis/calibration/layouts/layouts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/calendar.hpp"

namespace campaign_sim::calibration {

namespace {

constexpr double earliest_date = 9.0e8;  // 1998: a smaller number counts from the start of the log

}  // namespace

void Clock::tick(std::size_t row, const std::string& device) {
  const double now = table_.instant(row, column_);
  const auto found = last_.find(device);
  if (found != last_.end() && now < found->second.first)
    table_.fail(row,
                fmt::format("time runs backwards ('{}' here, '{}' at {}); was the clock set, or are these "
                            "several logs in one?",
                            table_.text(row, column_), table_.text(found->second.second, column_),
                            table_.place(found->second.second)));
  last_[device] = {now, row};
}

std::string date_of(const LogTable& table, std::size_t time_column) {
  const double instant = table.instant(0, time_column);
  return instant >= earliest_date && instant < 1e11 ? write_instant(instant).substr(0, 10) : "";
}

double checked_watts(const LogTable& table, std::size_t row, std::size_t column) {
  const double watts = table.watts(row, column);
  if (watts < 0) table.fail(row, fmt::format("{} W: a draw is not negative", watts));
  return watts;
}

double checked_limit(const LogTable& table, std::size_t row, std::size_t column) {
  const double watts = table.watts(row, column);
  if (!(watts > 0))
    table.fail(row, fmt::format("a power limit of '{}' (it must be more than 0 W)", table.text(row, column)));
  return watts;
}

bool in_percent(const LogTable& table, std::size_t column) {
  if (table.is_percent(column)) return true;
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (!table.is_gap(row, column) &&
        (table.number(row, column, {"%"}) > 1 || table.text(row, column).ends_with('%')))
      return true;
  return false;
}

double checked_utilisation(const LogTable& table, std::size_t row, std::size_t column, bool percent) {
  const double value = table.number(row, column, {"%"}) / (percent ? 100 : 1);
  if (value < 0 || value > 1)
    table.fail(
        row, fmt::format("utilisation '{}' is not from 0 to {}", table.text(row, column), percent ? 100 : 1));
  return value;
}

std::string only_name(const LogTable& table, std::size_t column, std::string_view what) {
  const std::string first = table.text(0, column);
  for (std::size_t row = 1; row < table.rows(); ++row)
    if (const std::string other = table.text(row, column); other != first)
      table.fail(row, fmt::format("{} is '{}' here and '{}' at {}; a fit is of one: keep the lines of one",
                                  what, other, first, table.place(0)));
  return first;
}

}  // namespace campaign_sim::calibration
