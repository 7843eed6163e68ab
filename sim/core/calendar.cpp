#include "sim/core/calendar.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

namespace campaign_sim {
namespace {

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(std::int64_t year, int month) {
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year) ? 1 : 0);
}

// Days of the proleptic Gregorian calendar before the first of January, counted from year 1.
std::int64_t days_before_year(std::int64_t year) {
  const std::int64_t past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400;
}

std::int64_t days_since_1970(std::int64_t year, int month, int day) {
  std::int64_t days = days_before_year(year) - days_before_year(1970) + day - 1;
  for (int m = 1; m < month; ++m) days += days_in_month(year, m);
  return days;
}

// Takes fixed-width numbers off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_{text} {}

  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return std::nullopt;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

// Hours and minutes, perhaps seconds, as seconds.
std::optional<double> time_of_day(Scanner& scan) {
  const auto hour = scan.digits(2);
  if (!hour || *hour > 23 || !scan.take(':')) return std::nullopt;
  const auto minute = scan.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  double seconds = *hour * 3600 + *minute * 60;
  if (!scan.take(':')) return seconds;
  const auto second = scan.digits(2);
  if (!second || *second > 59) return std::nullopt;
  seconds += *second;
  if (!scan.take('.')) return seconds;
  double place = 0.1;
  while (const auto digit = scan.digits(1)) {
    seconds += place * *digit;
    place /= 10;
  }
  return seconds;
}

// `Z`, `+02:00`, `+0200`; nothing is UTC.
std::optional<double> offset(Scanner& scan) {
  if (scan.at_end() || scan.take('Z')) return 0.0;
  const bool east = scan.take('+');
  if (!east && !scan.take('-')) return std::nullopt;
  const auto hours = scan.digits(2);
  scan.take(':');
  const auto minutes = scan.digits(2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (*hours * 3600.0 + *minutes * 60.0);
}

}  // namespace

std::optional<double> parse_instant(std::string_view text) {
  Scanner scan{text};
  const auto year = scan.digits(4);
  if (!year || *year < 1 || !scan.take('-')) return std::nullopt;
  const auto month = scan.digits(2);
  if (!month || *month < 1 || *month > 12 || !scan.take('-')) return std::nullopt;
  const auto day = scan.digits(2);
  if (!day || *day < 1 || *day > days_in_month(*year, *month)) return std::nullopt;
  double instant = static_cast<double>(days_since_1970(*year, *month, *day)) * seconds_per_day;
  if (scan.at_end()) return instant;
  if (scan.take('T') || scan.take(' ')) {
    const auto time = time_of_day(scan);
    if (!time) return std::nullopt;
    instant += *time;
  }
  const auto east = offset(scan);
  if (!east || !scan.at_end()) return std::nullopt;
  return instant - *east;
}

std::string write_instant(double instant_s) {
  const double day = std::floor(instant_s / seconds_per_day);
  auto days = static_cast<std::int64_t>(day);
  const auto second = static_cast<int>(std::floor(instant_s - day * seconds_per_day));
  auto year = 1970 + static_cast<std::int64_t>(std::floor(day / 365.2425)) - 1;
  while (days_since_1970(year + 1, 1, 1) <= days) ++year;
  days -= days_since_1970(year, 1, 1);
  int month = 1;
  while (days >= days_in_month(year, month)) days -= days_in_month(year, month++);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", static_cast<int>(year), month,
                static_cast<int>(days) + 1, second / 3600, second / 60 % 60, second % 60);
  return text.data();
}

ClockTime clock_time(double instant_s, double utc_offset_s) {
  const double local = instant_s + utc_offset_s;
  const double day = std::floor(local / seconds_per_day);
  const double since_monday = std::fmod(day + 3, 7);  // 1 January 1970 was a Thursday
  return {static_cast<int>(since_monday < 0 ? since_monday + 7 : since_monday),
          local - day * seconds_per_day};
}

}  // namespace campaign_sim
