#include "sim/search/external/messages.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "sim/search/transform.hpp"

namespace campaign_sim {

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  constexpr double exact = 9007199254740992;  // 2^53
  if (value == std::floor(value) && std::abs(value) < exact) return static_cast<std::int64_t>(value);
  return value;
}

namespace {

// A parameter with its values and its condition.
Json described(const Space& space, const Parameter& parameter) {
  static constexpr std::string_view kinds[] = {"float", "int", "choice", "ordinal"};
  Json json = {{"name", parameter.name}, {"kind", kinds[static_cast<std::size_t>(parameter.kind)]}};
  if (parameter.is_choice()) {
    json["choices"] = parameter.choices;
  } else {
    json["low"] = number(parameter.low);
    json["high"] = number(parameter.high);
    json["log"] = parameter.log;
    json["step"] = parameter.step > 0 ? number(parameter.step) : Json();
  }
  if (parameter.when) {
    const Parameter& other = space.parameters[parameter.when->parameter];
    Json allowed = Json::array();
    for (const double value : parameter.when->allowed)
      allowed.push_back(other.is_choice() ? Json(text_of(other, value)) : number(value));
    json["when"] = {{"parameter", other.name}, {"is", std::move(allowed)}};
  }
  return json;
}

}  // namespace

Json start_message(const SearchProblem& problem) {
  Json space = Json::array();
  for (const Parameter& parameter : problem.space.parameters)
    space.push_back(described(problem.space, parameter));
  Json constraints = Json::array();
  for (const Constraint& constraint : problem.space.constraints) constraints.push_back(constraint.text);
  return {{"message", "start"},
          {"protocol", protocol_version},
          {"seed", problem.seed},
          {"objective", {{problem.maximised ? "maximise" : "minimise", problem.objective}}},
          {"trials", problem.trials ? Json(*problem.trials) : Json()},
          {"resource",
           {{"unit", problem.resource_unit},
            {"min", number(problem.min_resource)},
            {"max", number(problem.max_resource)}}},
          {"space", std::move(space)},
          {"constraints", std::move(constraints)}};
}

std::string shown(std::string_view text) {
  constexpr std::size_t most_shown = 300;
  std::string line;
  for (const char c : text.substr(0, most_shown)) {
    const auto byte = static_cast<unsigned char>(c);
    line += byte < ' ' || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return line + (text.size() > most_shown ? " …" : "");
}

std::string indented(std::string_view text) {
  std::string lines;
  for (const char c : text) {
    if (lines.empty() || lines.back() == '\n') lines += "    ";
    if (c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' ') lines += c;
  }
  while (!lines.empty() && (lines.back() == '\n' || lines.back() == ' ')) lines.pop_back();
  return lines;
}

}  // namespace campaign_sim
