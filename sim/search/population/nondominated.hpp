// Who is best when two things count: Deb, Pratap, Agarwal & Meyarivan, "A fast and elitist multiobjective
// genetic algorithm: NSGA-II", IEEE Trans. Evolutionary Computation 6(2), 2002, sections III-A and III-B.
//
// Both objectives are minimised. One that failed (its loss is not finite) is dominated by all that did not,
// as an infeasible solution is in section VI, and by no other failed one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace campaign_sim {

struct Objectives {
  double loss;
  double energy;
};

bool dominates(const Objectives& a, const Objectives& b);

// The number of each one's front: 0 for those that nobody dominates.
std::vector<std::size_t> front_of_each(std::span<const Objectives> all);

// Of the members of one front: infinite at the ends, else the neighbours' distance along each objective in
// turn, as a part of the front's range. Equal values rank in the order given.
std::vector<double> crowding_distances(std::span<const Objectives> front);

}  // namespace campaign_sim
