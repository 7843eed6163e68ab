#include "sim/search/configuration.hpp"

#include <fmt/format.h>

#include "sim/config/reader.hpp"
#include "sim/search/transform.hpp"
#include "sim/search/values.hpp"

namespace campaign_sim {

Configuration read_configuration(Reader& section, const Space& space, Missing missing) {
  Configuration configuration;
  configuration.values.assign(space.size(), inactive);
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    if (!is_active(space, configuration, i)) {
      if (section.has(parameter.name)) {
        section.text(parameter.name);
        section.reject(parameter.name,
                       fmt::format("'{}' is not there in this configuration (its condition on '{}' does "
                                   "not hold); leave it out",
                                   parameter.name, space.parameters[parameter.when->parameter].name));
      }
      continue;
    }
    // A parameter with one value need not be said.
    const bool constant = number_of_values(parameter) == 1;
    if (constant) configuration.values[i] = parameter.low;
    if (constant && !section.has(parameter.name)) continue;
    if (!section.has(parameter.name)) {
      if (missing == Missing::is_first_choice && parameter.is_choice())
        configuration.values[i] = 0;
      else
        section.reject("", fmt::format("the configuration has no '{}'", parameter.name));
      continue;
    }
    const auto text = section.text(parameter.name);
    const auto value = value_of(parameter, text);
    if (!value)
      section.reject(parameter.name, fmt::format("'{}' is not a value of '{}' (it is {})", text,
                                                 parameter.name, values_in_words(parameter)));
    configuration.values[i] = value.value_or(parameter.low);
  }
  if (section.ok() && !space.allows(configuration))
    section.reject("", "the configuration breaks a constraint of the space");
  return configuration;
}

}  // namespace campaign_sim
