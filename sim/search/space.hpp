// The `space:` section of a scenario.
//
//   layers: {int: [2, 24], step: 2}
//   learning_rate: {float: [1e-5, 1e-1], log: true}
//   optimizer: {choice: [adam, sgd]}                 # unordered
//   width: {ordinal: [256, 512, 1024]}
//   momentum: {float: [0, 0.99], when: {optimizer: sgd}}
//   vocabulary: 32000                                # one value; or {constant: 32000}
//   constraints: ["width * layers <= 8192"]          # what breaks one is not drawn
#pragma once

#include <optional>
#include <string_view>

#include "sim/core/space.hpp"

namespace campaign_sim {

class Reader;

// Reads the section whose mapping `space` is at. The parameters stand in the order of the file, except
// that one with a condition follows the one it depends on. An empty section is an empty space: whether
// that will do is for the strategy to say. Mistakes go to the reader.
Space read_space(Reader& space);

// A value as it is written, in the parameter's encoding; nothing if it is none of the parameter's values.
std::optional<double> value_of(const Parameter& parameter, std::string_view text);
// The values a parameter has, in words, for messages: "a number from 1 to 8 in steps of 2".
std::string values_in_words(const Parameter& parameter);

// What it means that a configuration does not name a parameter that has choices.
enum class Missing : std::uint8_t { is_a_mistake, is_first_choice };

// Reads a configuration, `{layers: 6, optimizer: adam}`: every active parameter, no other.
Configuration read_configuration(Reader& section, const Space& space,
                                 Missing missing = Missing::is_a_mistake);

}  // namespace campaign_sim
