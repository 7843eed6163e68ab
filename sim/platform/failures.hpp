// How the nodes of a cluster fail and come back, as values.
#pragma once

#include <cstdint>

#include "sim/core/units.hpp"

namespace campaign_sim {

class Reader;

// How long something takes that takes longer at one time than at another.
struct Delay {
  enum class Distribution : std::uint8_t { constant, uniform, exponential };
  Distribution distribution = Distribution::constant;
  Seconds mean;
  Seconds half_width;  // uniform: so much shorter or longer

  // The delay of which a share of `uniform` is shorter.
  Seconds at(double uniform) const;
};

// Nodes fail independently of each other, of their age and of their work, at a constant rate.
struct FailureSpec {
  Seconds mean_time_between;       // failures of one node
  Delay repair;                    // until the node can work again; it is switched off meanwhile
  std::uint32_t spares = 0;        // of the cluster's nodes, that work only in the place of one that failed
  Delay replacement;               // until a spare is in that place
  Seconds restart;                 // that a trial needs once it has machines again, before its usual start-up
  std::uint32_t max_restarts = 0;  // of a trial, in a row, in which no checkpoint brought it further
};

FailureSpec read_failures(Reader& failures, std::uint32_t nodes);

// The most nodes that work at the same time for at least a thousandth of all time: a trial that needs more
// would wait for ever.
std::uint32_t nodes_to_count_on(const FailureSpec& failures, std::uint32_t nodes);

}  // namespace campaign_sim
