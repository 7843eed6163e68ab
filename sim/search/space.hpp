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

#include "sim/core/space.hpp"

namespace campaign_sim {

class Reader;

// Reads the section whose mapping `space` is at. The parameters stand in the order of the file, except
// that one with a condition follows the one it depends on. An empty section is an empty space: whether
// that will do is for the strategy to say. Mistakes go to the reader.
Space read_space(Reader& space);

}  // namespace campaign_sim
