#include "sim/cli/wording.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/calendar.hpp"

namespace campaign_sim {

namespace {

std::string with_thousands(double number) {
  const std::string digits = fmt::format("{:.0f}", std::abs(number));
  std::string text = number < 0 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace

std::string in_words(double number) {
  const double size = std::abs(number);
  if (number == std::floor(number) && size < 1e15) return with_thousands(number);
  if (size >= 1000) return with_thousands(number);
  return fmt::format("{:.4g}", number);
}

std::string counted(double number, const std::string& noun) {
  const std::string words = in_words(number);
  return fmt::format("{} {}{}", words, noun, words == "1" ? "" : "s");
}

std::string duration_in_words(double seconds) {
  if (seconds >= 2 * seconds_per_day) return in_words(seconds / seconds_per_day) + " days";
  if (seconds >= 2 * 3600) return in_words(seconds / 3600) + " h";
  if (seconds >= 120) return in_words(seconds / 60) + " min";
  return in_words(seconds) + " s";
}

std::string energy_in_words(double kwh) {
  if (kwh >= 1e6) return in_words(kwh / 1e6) + " GWh";
  if (kwh >= 1e3) return in_words(kwh / 1e3) + " MWh";
  if (kwh >= 1 || kwh == 0) return in_words(kwh) + " kWh";
  return in_words(kwh * 1e3) + " Wh";
}

std::string mass_in_words(double kilograms) {
  if (kilograms >= 1e3) return in_words(kilograms / 1e3) + " t";
  if (kilograms >= 1 || kilograms == 0) return in_words(kilograms) + " kg";
  return in_words(kilograms * 1e3) + " g";
}

}  // namespace campaign_sim
