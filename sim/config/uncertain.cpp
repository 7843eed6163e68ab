#include "sim/config/uncertain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <sstream>

#include "sim/config/reader.hpp"
#include "sim/config/source.hpp"
#include "sim/config/units.hpp"
#include "sim/core/random.hpp"

namespace campaign_sim {

namespace {

constexpr std::array<std::string_view, 3> names = {"uniform", "triangular", "normal"};
constexpr double normal_cut = 3;  // standard deviations

double uniform_quantile(double low, double high, double share) { return std::lerp(low, high, share); }

double triangular_quantile(double low, double mode, double high, double share) {
  const double below = (mode - low) / (high - low);
  return share < below ? low + std::sqrt(share * (high - low) * (mode - low))
                       : high - std::sqrt((1 - share) * (high - low) * (high - mode));
}

double cut_normal_quantile(double mean, double deviation, double share) {
  const double outside = std::erfc(normal_cut / std::sqrt(2.0));
  return mean + deviation * normal_quantile(outside / 2 + share * (1 - outside));
}

// The unit of "400 W"; empty for "32 k".
std::string unit_of(const std::string& text) {
  return std::string{config::parse_number(text) ? "" : config::split_amount(text).second};
}

// The number in `unit`, which its own may be a multiple of.
std::optional<double> number_in_unit(const std::string& text, const std::string& unit) {
  if (unit.empty()) return config::parse_number(text);
  if (unit_of(text) == unit) return config::split_amount(text).first;
  const auto amount = config::parse_any_amount(text);
  const auto one = config::parse_any_amount("1 " + unit);
  return amount && one ? std::optional{amount->base / one->base} : std::nullopt;
}

// What config::list_inputs writes for a range: `{from: 300 W, to: 450 W, distribution: uniform}`.
std::optional<UncertainInput> read_range(const std::string& text) {
  if (!text.starts_with("{") || !text.ends_with("}")) return std::nullopt;
  std::map<std::string, std::string> said;
  std::istringstream stream{text.substr(1, text.size() - 2)};
  for (std::string part; std::getline(stream >> std::ws, part, ',');) {
    const auto colon = part.find(": ");
    said[part.substr(0, colon)] = colon == std::string::npos ? "" : part.substr(colon + 2);
  }
  UncertainInput input;
  for (const char* key : {"value", "from"})
    if (const auto found = said.find(key); found != said.end() && input.unit.empty())
      input.unit = unit_of(found->second);
  const auto number = [&](const char* key) {
    const auto found = said.find(key);
    return found == said.end() ? std::nullopt : number_in_unit(found->second, input.unit);
  };
  const config::RangeParts parts{number("value"), number("from"), number("to"), number("std"),
                                 said["distribution"]};
  const auto made = config::make_range(parts, "", said.contains("whole numbers"));
  const auto* range = std::get_if<UncertainNumber>(&made);
  if (!range) return std::nullopt;
  input.number = *range;
  return input;
}

}  // namespace

std::string_view name(Distribution distribution) { return names[static_cast<std::size_t>(distribution)]; }

double UncertainNumber::quantile(double share) const {
  // Half a step either side, so that rounding gives the whole numbers at the ends their due.
  const double step = whole ? 0.5 : 0;
  double drawn = value;
  if (distribution == Distribution::uniform)
    drawn = uniform_quantile(low - step, high + step, share);
  else if (distribution == Distribution::triangular)
    drawn = triangular_quantile(low - step, value, high + step, share);
  else
    drawn = cut_normal_quantile(value, (high - low) / (2 * normal_cut), share);
  return std::clamp(whole ? std::round(drawn) : drawn, low, high);
}

std::string UncertainInput::written(double drawn) const {
  return unit.empty() ? config::write_number(drawn) : config::write_number(drawn) + " " + unit;
}

std::vector<std::string> UncertainInput::assignments(double drawn) const {
  std::vector<std::string> all;
  for (const std::string& path : paths) all.push_back(path + "=" + written(drawn));
  return all;
}

std::vector<UncertainInput> uncertain_inputs(const std::vector<Input>& inputs) {
  std::vector<UncertainInput> found;
  for (const Input& input : inputs) {
    if (input.value.starts_with("*")) {
      for (UncertainInput& first : found)
        if (first.paths.front() == input.value.substr(1)) first.paths.push_back(input.path);
    } else if (auto read = read_range(input.value)) {
      read->paths = {input.path};
      found.push_back(std::move(*read));
    }
  }
  return found;
}

namespace config {

namespace {

using Made = std::variant<UncertainNumber, RangeMistake>;

// What was said, or what goes without saying.
std::variant<Distribution, RangeMistake> distribution_of(const RangeParts& parts) {
  if (!parts.distribution) {
    if (parts.std) return Distribution::normal;
    return parts.value ? Distribution::triangular : Distribution::uniform;
  }
  const std::string& said = *parts.distribution;
  const auto* found = std::find(names.begin(), names.end(), said);
  if (found != names.end()) return static_cast<Distribution>(found - names.begin());
  const auto near = nearest_name(said, names);
  return RangeMistake{"distribution", fmt::format("unknown distribution '{}'; {}", printable(said),
                                                  near ? fmt::format("did you mean '{}'?", *near)
                                                       : std::string{"it is uniform, triangular or normal"})};
}

Made make_normal(const RangeParts& parts, std::string_view key, bool whole) {
  if (parts.from || parts.to)
    return RangeMistake{parts.from ? "from" : "to",
                        fmt::format("'{}' has a 'std', so it takes no 'from' and 'to' (a normal distribution "
                                    "has no ends); remove one or the other",
                                    key)};
  if (!parts.value)
    return RangeMistake{"", fmt::format("'{}' has no 'value' (the mean of its normal distribution)", key)};
  if (!parts.std)
    return RangeMistake{"", fmt::format("'{}' has no 'std' (a normal distribution needs one)", key)};
  if (!(*parts.std > 0)) return RangeMistake{"std", fmt::format("'{}.std' must be more than 0", key)};
  UncertainNumber input;
  input.distribution = Distribution::normal;
  input.value = *parts.value;
  input.low = *parts.value - normal_cut * *parts.std;
  input.high = *parts.value + normal_cut * *parts.std;
  if (whole) {
    input.low = std::ceil(input.low);
    input.high = std::floor(input.high);
  }
  return input;
}

Made make_bounded(const RangeParts& parts, std::string_view key, bool whole, Distribution distribution) {
  if (parts.std)
    return RangeMistake{
        "std", fmt::format("'{}' is {}, so it has 'from' and 'to' and no 'std'", key, name(distribution))};
  if (!parts.from || !parts.to)
    return RangeMistake{"", fmt::format("'{}' has no '{}' (a range has two ends: {{from: …, to: …}})", key,
                                        parts.from ? "to" : "from")};
  if (!(*parts.from < *parts.to))
    return RangeMistake{"from", fmt::format("'{0}.from' must be less than '{0}.to'{1}", key,
                                            *parts.from > *parts.to ? "; swap them" : "")};
  if (parts.value && (*parts.value < *parts.from || *parts.value > *parts.to))
    return RangeMistake{"value", fmt::format("'{0}.value' must lie between '{0}.from' and '{0}.to'", key)};
  if (distribution == Distribution::triangular && !parts.value)
    return RangeMistake{"", fmt::format("'{}' has no 'value' (where its triangle has its top)", key)};
  UncertainNumber input;
  input.distribution = distribution;
  input.low = *parts.from;
  input.high = *parts.to;
  const double middle = std::midpoint(input.low, input.high);
  input.value = parts.value.value_or(whole ? std::floor(middle) : middle);
  return input;
}

}  // namespace

std::variant<UncertainNumber, RangeMistake> make_range(const RangeParts& parts, std::string_view key,
                                                       bool whole) {
  const auto distribution = distribution_of(parts);
  if (const auto* mistake = std::get_if<RangeMistake>(&distribution)) return *mistake;
  const auto kind = std::get<Distribution>(distribution);
  Made made =
      kind == Distribution::normal ? make_normal(parts, key, whole) : make_bounded(parts, key, whole, kind);
  if (auto* input = std::get_if<UncertainNumber>(&made)) input->whole = whole;
  return made;
}

}  // namespace config

}  // namespace campaign_sim
