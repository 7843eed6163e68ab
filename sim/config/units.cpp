#include "sim/config/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/config/source.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/text.hpp"

namespace campaign_sim::config {
namespace {

struct Atom {
  std::string_view name;
  double factor;
  Dimension dimension;
};

constexpr Dimension time{1, 0, 0, 0, 0, 0};
constexpr Dimension energy{0, 1, 0, 0, 0, 0};
constexpr Dimension power{-1, 1, 0, 0, 0, 0};
constexpr Dimension data{0, 0, 1, 0, 0, 0};
constexpr Dimension flops{0, 0, 0, 1, 0, 0};
constexpr Dimension mass{0, 0, 0, 0, 1, 0};
constexpr Dimension money{0, 0, 0, 0, 0, 1};

// The pound is the international avoirdupois pound of 1959, exactly 0.45359237 kg; the tonne is metric.
constexpr Atom atoms[] = {
    {"s", 1, time},
    {"ns", 1e-9, time},
    {"us", 1e-6, time},
    {"ms", 1e-3, time},
    {"min", 60, time},
    {"h", 3600, time},
    {"d", seconds_per_day, time},
    {"day", seconds_per_day, time},
    {"days", seconds_per_day, time},
    {"week", 604800, time},
    {"weeks", 604800, time},
    {"year", seconds_per_year, time},
    {"years", seconds_per_year, time},
    {"J", 1, energy},
    {"kJ", 1e3, energy},
    {"MJ", 1e6, energy},
    {"GJ", 1e9, energy},
    {"TJ", 1e12, energy},
    {"Wh", 3.6e3, energy},
    {"kWh", joules_per_kwh, energy},
    {"MWh", 3.6e9, energy},
    {"GWh", 3.6e12, energy},
    {"TWh", 3.6e15, energy},
    {"W", 1, power},
    {"kW", 1e3, power},
    {"MW", 1e6, power},
    {"GW", 1e9, power},
    {"B", 1, data},
    {"kB", 1e3, data},
    {"MB", 1e6, data},
    {"GB", 1e9, data},
    {"TB", 1e12, data},
    {"PB", 1e15, data},
    {"KiB", 1024, data},
    {"MiB", 1048576, data},
    {"GiB", 1073741824, data},
    {"TiB", 1099511627776, data},
    {"PiB", 1125899906842624, data},
    {"bit", 0.125, data},
    {"kbit", 125, data},
    {"Mbit", 125e3, data},
    {"Gbit", 125e6, data},
    {"Tbit", 125e9, data},
    {"FLOP", 1, flops},
    {"kFLOP", 1e3, flops},
    {"MFLOP", 1e6, flops},
    {"GFLOP", 1e9, flops},
    {"TFLOP", 1e12, flops},
    {"PFLOP", 1e15, flops},
    {"EFLOP", 1e18, flops},
    {"ZFLOP", 1e21, flops},
    {"YFLOP", 1e24, flops},
    {"kg", 1, mass},
    {"g", 1e-3, mass},
    {"t", 1e3, mass},
    {"kt", 1e6, mass},
    {"lb", 0.45359237, mass},
    {"kgCO2e", 1, mass},
    {"gCO2e", 1e-3, mass},
    {"tCO2e", 1e3, mass},
    {"lbCO2e", 0.45359237, mass},
};

// ISO 4217, active codes of national currencies.
constexpr std::string_view currencies =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF "
    "XPF YER ZAR ZMW";

// How an amount of each dimension is called, an example, and the units it is written in.
struct Meaning {
  Dimension dimension;
  std::string_view words;
  std::string_view example;
  std::vector<std::string_view> units;  // the base unit is always tried as well
};

const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> all = {
      {time, "a duration", "1.5 h", {"s", "min", "h", "d", "week", "ms"}},
      {energy, "an energy", "2 MWh", {"J", "kJ", "MJ", "Wh", "kWh", "MWh", "GWh"}},
      {power, "a power", "250 W", {"W", "kW", "MW"}},
      {data, "an amount of data", "16 GB", {"B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"}},
      {{-1, 0, 1, 0, 0, 0}, "a data rate", "25 Gbit/s", {"B/s", "kB/s", "MB/s", "GB/s", "TB/s"}},
      {flops, "an amount of computing", "3 EFLOP", {"FLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP"}},
      {{-1, 0, 0, 1, 0, 0}, "a computing rate", "15.7 TFLOP/s", {"FLOP/s", "GFLOP/s", "TFLOP/s", "PFLOP/s"}},
      {mass, "a mass of CO2e", "100 kg", {"kg", "g", "t"}},
      {{0, -1, 0, 0, 1, 0}, "a carbon intensity", "0.43 kg/kWh", {"kg/kWh", "kg/J"}},
      {money, "an amount of money", "100 USD", {"$"}},
      {{0, -1, 0, 0, 0, 1}, "an energy price", "0.12 USD/kWh", {"$/kWh", "$/J"}},
      {{-1, 0, 0, 0, 0, 1}, "a price per time", "2.48 USD/h", {"$/h", "$/s"}},
      {{-1, 0, 0, 0, 0, 0}, "a rate", "0.5 1/h", {"1/s", "1/h", "1/d", "1/week"}},
      {{0, 1, -1, 0, 0, 0}, "an energy per amount of data", "60 J/GB", {"J/B", "J/GB"}},
      {{0, 1, 0, -1, 0, 0}, "an energy per computing", "20 J/TFLOP", {"J/FLOP", "J/TFLOP"}},
      {{0, 0, 0, 0, 0, 0}, "a plain number", "0.5", {}},
  };
  return all;
}

const Meaning* meaning_of(const Dimension& dimension) {
  for (const auto& meaning : meanings())
    if (meaning.dimension == dimension) return &meaning;
  return nullptr;
}

bool is_currency(std::string_view name) {
  return name.size() == 3 && name.find(' ') == std::string_view::npos &&
         currencies.find(name) != std::string_view::npos;
}

struct Unit {
  double numerator = 1;
  double denominator = 1;
  Dimension dimension{};
  std::string currency;
};

// Multiplies the unit by an atom (or divides by it); false if the table has none of that name.
bool apply(Unit& unit, std::string_view name, bool divide) {
  const int sign = divide ? -1 : 1;
  if (is_currency(name)) {
    unit.currency = name;
    unit.dimension[5] += sign;
    return true;
  }
  const auto* atom =
      std::find_if(std::begin(atoms), std::end(atoms), [&](const Atom& a) { return a.name == name; });
  if (atom == std::end(atoms)) return false;
  (divide ? unit.denominator : unit.numerator) *= atom->factor;
  for (std::size_t i = 0; i < unit.dimension.size(); ++i) unit.dimension[i] += sign * atom->dimension[i];
  return true;
}

std::string unknown_unit(std::string_view name) {
  if (name.ends_with("FLOPS") || name.ends_with("FLOPs") || name.ends_with("flops"))
    return fmt::format("unknown unit '{}' (is it a count or a rate?); write {}FLOP or {}FLOP/s",
                       printable(name), printable(name.substr(0, name.size() - 5)),
                       printable(name.substr(0, name.size() - 5)));
  if (name == "%") return "percent is not a unit; write a ratio from 0 to 1";
  std::vector<std::string_view> names;
  for (const auto& atom : atoms) names.push_back(atom.name);
  const auto near = nearest_name(name, names);
  return near ? fmt::format("unknown unit '{}'; did you mean '{}'?", printable(name), *near)
              : fmt::format("unknown unit '{}'", printable(name));
}

// The unit, or what is wrong with it.
std::variant<Unit, std::string> parse_unit(std::string_view text) {
  Unit unit;
  const auto slash = text.find('/');
  const auto numerator = text.substr(0, slash);
  if (numerator != "1" || slash == std::string_view::npos)
    if (!(numerator.empty() && slash != std::string_view::npos) && !apply(unit, numerator, false))
      return unknown_unit(numerator);
  if (slash == std::string_view::npos) return unit;
  const auto denominator = text.substr(slash + 1);
  if (!apply(unit, denominator, true)) return unknown_unit(denominator);
  return unit;
}

// Where the number ends and the unit begins.
std::size_t number_length(std::string_view text) {
  double ignored = 0;
  const std::size_t sign = text.starts_with('+') ? 1 : 0;
  const auto [end, error] = std::from_chars(text.data() + sign, text.data() + text.size(), ignored);
  return error == std::errc::invalid_argument ? 0 : static_cast<std::size_t>(end - text.data());
}

}  // namespace

// A number straight before e or E is its exponent only if digits follow: `3 EFLOP` and `3EFLOP` are the same.
std::pair<std::optional<double>, std::string_view> split_amount(std::string_view text) {
  text = trimmed(text);
  const auto length = number_length(text);
  return {parse_plain_number(text.substr(0, length)), trimmed(text.substr(length))};
}

std::string describe_dimension(const Dimension& dimension) {
  const auto* meaning = meaning_of(dimension);
  if (meaning) return fmt::format("{}, such as {}", meaning->words, meaning->example);
  constexpr std::string_view base[] = {"s", "J", "B", "FLOP", "kg", "USD"};
  std::string text = "a quantity in";
  for (std::size_t i = 0; i < dimension.size(); ++i)
    if (dimension[i] != 0) text += fmt::format(" {}^{}", base[i], dimension[i]);
  return text;
}

std::optional<double> parse_plain_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (text.size() <= first || !(text[first] == '.' || (text[first] >= '0' && text[first] <= '9')))
    return std::nullopt;  // from_chars also reads inf and nan
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  const auto [number, suffix] = split_amount(text);
  if (!number || suffix.empty()) return number;
  constexpr std::string_view suffixes = "kMGT";
  const auto power_of_1000 = suffixes.find(suffix);
  if (suffix.size() != 1 || power_of_1000 == std::string_view::npos) return std::nullopt;
  constexpr double factors[] = {1e3, 1e6, 1e9, 1e12};
  const double value = *number * factors[power_of_1000];
  return std::isfinite(value) ? std::optional{value} : std::nullopt;
}

std::string why_not_only_number(std::string_view text) {
  const auto [number, suffix] = split_amount(text);
  if (!number || suffix.empty() || parse_number(text)) return "";
  if (suffix == "B") return "; a billion is written with G or e9, B is for bytes";
  return fmt::format("; only k, M, G or T may stand behind the number, not '{}'", printable(suffix));
}

std::variant<Amount, std::string> parse_amount(std::string_view text, const Dimension& expected) {
  const auto fault = [&](const std::string& why) {
    return fmt::format("expected {}, but {}", describe_dimension(expected), why);
  };
  const auto [number, unit_text] = split_amount(text);
  if (!number) return fault(fmt::format("'{}' does not begin with a finite number", printable(text)));
  if (unit_text.empty()) return fault(fmt::format("'{}' has no unit", printable(text)));
  const auto parsed = parse_unit(unit_text);
  if (const auto* why = std::get_if<std::string>(&parsed))
    return fmt::format("{} (expected {})", *why, describe_dimension(expected));
  const auto& unit = std::get<Unit>(parsed);
  if (unit.dimension != expected) {
    const auto* meaning = meaning_of(unit.dimension);
    return fault(meaning ? fmt::format("'{}' is {}", printable(text), meaning->words)
                         : fmt::format("'{}' is something else", printable(text)));
  }
  const double base = *number * unit.numerator / unit.denominator;
  if (!std::isfinite(base)) return fault(fmt::format("'{}' is too large", printable(text)));
  return Amount{base, unit.dimension, unit.currency};
}

std::optional<Amount> parse_any_amount(std::string_view text) {
  const auto [number, unit_text] = split_amount(text);
  if (!number || unit_text.empty()) return std::nullopt;
  const auto parsed = parse_unit(unit_text);
  const auto* unit = std::get_if<Unit>(&parsed);
  if (!unit) return std::nullopt;
  return Amount{*number * unit->numerator / unit->denominator, unit->dimension, unit->currency};
}

std::string write_number(double value) { return fmt::format("{}", value); }

std::string write_amount(double base, const Dimension& dimension, std::string_view currency) {
  if (std::isnan(base)) return "none";
  if (std::isinf(base)) return "unlimited";
  std::string shortest;
  std::string nearest;  // for what no decimal number of any unit comes back as
  double off = std::numeric_limits<double>::infinity();
  const auto* meaning = meaning_of(dimension);
  if (!meaning || meaning->units.empty()) return write_number(base);
  for (const auto pattern : meaning->units) {
    std::string name{pattern};
    if (name.starts_with('$')) name.replace(0, 1, currency);
    const auto unit = std::get<Unit>(parse_unit(name));
    const double value = base * unit.denominator / unit.numerator;
    // 15 digits come first: they drop the rounding error of the conversion (0.43, not 0.43000000000000005).
    for (const auto& text : {fmt::format("{:.15g} {}", value, name), fmt::format("{} {}", value, name)}) {
      const auto back = parse_amount(text, dimension);
      const auto* amount = std::get_if<Amount>(&back);
      if (!amount) continue;
      if (amount->base == base && (shortest.empty() || text.size() < shortest.size())) shortest = text;
      if (std::abs(amount->base - base) < off) {
        nearest = text;
        off = std::abs(amount->base - base);
      }
    }
  }
  return shortest.empty() ? nearest : shortest;
}

}  // namespace campaign_sim::config
