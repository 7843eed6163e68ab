// Three ways to say which recorded run stands for a configuration.
#pragma once

#include <memory>

#include "sim/workload/recorded_runs.hpp"

namespace campaign_sim {

// A run in the encoding of the space; nan where the space has no such value.
using EncodedRun = std::vector<double>;

// Runs with equal values, in the order of their first.
std::vector<std::vector<std::size_t>> groups_of_equals(const Space& space,
                                                       const std::vector<EncodedRun>& runs);

// The group with exactly the configuration's values.
std::unique_ptr<RunFinder> make_exact_finder(const Space& space, const std::vector<EncodedRun>& groups);
// The group at the smallest distance: the root of the sum of squares of normalised differences (numbers: over
// the range, in logarithms where the parameter is; ordinal choices: ranks; others: 0 or 1). Ties: the first.
std::unique_ptr<RunFinder> make_nearest_finder(const Space& space, std::vector<EncodedRun> groups);
// The value of an integer parameter is the number of the group, counted from 1.
std::unique_ptr<RunFinder> make_numbered_finder(std::size_t parameter);

// A configuration of the space that no group equals, if the space is finite and such a one exists. Looks at
// `limit` configurations at most.
std::optional<Configuration> configuration_without_run(const Space& space, const RunFinder& finder,
                                                       std::size_t limit);

}  // namespace campaign_sim
