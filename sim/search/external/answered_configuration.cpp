#include "sim/search/external/answered_configuration.hpp"

#include <fmt/format.h>

#include "sim/search/transform.hpp"
#include "sim/search/values.hpp"

namespace campaign_sim {

Configuration configuration_in(const Json& answer, const Space& space, Conversation& conversation) {
  if (!answer.contains("configuration") || !answer["configuration"].is_object())
    conversation.fail("must give the values of the new trial as 'configuration', an object");
  const Json& values = answer["configuration"];
  for (const auto& [name, value] : values.items())
    if (!space.find(name))
      conversation.fail(fmt::format("names a parameter that the space does not have: {}", shown(name)));
  Configuration configuration;
  configuration.values.assign(space.size(), inactive);
  for (std::size_t i = 0; i < space.size(); ++i) {
    const Parameter& parameter = space.parameters[i];
    const bool given = values.contains(parameter.name);
    if (!is_active(space, configuration, i)) {
      if (given)
        conversation.fail(
            fmt::format("gives a value to '{}', which this configuration does not have (see its 'when')",
                        parameter.name));
      continue;
    }
    if (!given && number_of_values(parameter) == 1) {
      configuration.values[i] = parameter.low;
      continue;
    }
    if (!given) conversation.fail(fmt::format("gives no value to '{}'", parameter.name));
    const Json& value = values[parameter.name];
    const auto read = value_of(parameter, value.is_string()   ? value.get<std::string>()
                                          : value.is_number() ? number(value.get<double>()).dump()
                                                              : value.dump());
    if (!read || (value.is_string() && !parameter.is_choice()))
      conversation.fail(fmt::format("gives '{}' the value {}; it is {}", parameter.name, shown(value.dump()),
                                    values_in_words(parameter)));
    configuration.values[i] = *read;
  }
  return configuration;
}

}  // namespace campaign_sim
