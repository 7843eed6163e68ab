// How unevenly points fill the unit cube, to test samplers by: 0 is perfect. All in O(n² d).
//
// Rules: centred and wrap-around L2 discrepancy, F. J. Hickernell, "A generalized discrepancy and
// quadrature error bound", Mathematics of Computation 67 (1998), squared as in his eqs. 3.9 and 3.7;
// mixture, Zhou, Fang and Ning, J. Complexity 29 (2013), squared; L2-star, T. T. Warnock (1972).
#pragma once

#include <vector>

namespace campaign_sim::testing {

using PointSet = std::vector<std::vector<double>>;  // not empty, all of one dimension

double centred_discrepancy(const PointSet& points);
double wraparound_discrepancy(const PointSet& points);
double mixture_discrepancy(const PointSet& points);
double l2_star_discrepancy(const PointSet& points);

}  // namespace campaign_sim::testing
