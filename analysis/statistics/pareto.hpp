// What cannot be had better in one respect without being worse in another. Every objective is minimised.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim::statistics {

using Point = std::vector<double>;  // all of one dimension, finite

// Whether a is nowhere worse than b and somewhere better.
bool dominates(const Point& a, const Point& b);
// Non-dominated sorting (Deb et al., IEEE Transactions on Evolutionary Computation 6, 2002): 0 is the front,
// 1 what is the front without it, and so on; equal points share a rank.
std::vector<std::size_t> pareto_ranks(std::span<const Point> points);
// Indices of the front, ascending.
std::vector<std::size_t> pareto_front(std::span<const Point> points);
// The volume that the points dominate below `reference` (Zitzler & Thiele, 1998), by slicing; points beyond
// the reference add nothing. Exponential in the number of objectives, which here is two or three.
double hypervolume(std::span<const Point> points, const Point& reference);
// NSGA-II's crowding distance within one front: the gap between a point's neighbours along each objective
// over that objective's range, averaged over objectives; infinite at the ends.
std::vector<double> crowding_distances(std::span<const Point> front);

}  // namespace campaign_sim::statistics
