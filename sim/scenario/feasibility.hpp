// Whether a scenario that reads well can be run at all: it must come to an end, and something must fit.
#pragma once

#include "sim/scenario/scenario.hpp"

namespace campaign_sim {

// Whether a stop rule other than `trials` is sure to be met.
bool ends_without_counting_trials(const Scenario& scenario);

// Rejects a scenario that nothing ever ends: its strategy goes on for ever and no rule in `stop:` is sure
// to be met.
void expect_an_end(Reader& root, const Scenario& scenario);

// Rejects a scenario in which none of some configurations, drawn at random from the space, fits on any
// cluster. One that fits is enough: the others are trials that run out of memory, as in reality.
void expect_room(Reader& root, const Scenario& scenario);

// Why a cluster's machines cannot do what one training asks of them; empty if they can. Loading tries some
// configurations; each one is held to it when it is planned, for a rare one may have escaped.
std::string why_no_links(const ClusterSpec& cluster, const TrainingCost& cost);
std::string why_not_watts(const ClusterSpec& cluster, const TrainingCost& cost);
// The same of a training that no clock can follow to its end, at `most` of its resource.
std::string why_too_long(const ClusterSpec& cluster, const TrainingCost& cost, Resource most);

// Rejects a scenario in which one of those configurations finds such an obstacle.
void expect_able_machines(Reader& root, const Scenario& scenario);

// Rejects a scenario whose trials ask for a power cap that an accelerator cannot be set to.
void expect_possible_caps(Reader& root, const Scenario& scenario);

// Rejects a scenario whose trials would write checkpoints for longer than they train between two of them, or
// more of them than anybody wants rows of.
void expect_possible_checkpoints(Reader& root, const Scenario& scenario);

// Rejects a price of stored checkpoints that nobody knows the size of.
void expect_sized_checkpoints(Reader& root, const Scenario& scenario);

// Rejects a `stop: {time: …}` beyond the end of a site's trace: better now than at the end of the trace.
void expect_traces_reach(Reader& root, const Scenario& scenario);

}  // namespace campaign_sim
