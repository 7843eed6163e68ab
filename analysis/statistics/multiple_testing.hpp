// p-values of several tests at once, adjusted so that "below 0.05" keeps its meaning for all of them
// together. Order is kept; nothing exceeds 1.
#pragma once

#include <span>
#include <vector>

namespace campaign_sim::statistics {

// Each times the number of tests: the chance of one false alarm or more.
std::vector<double> bonferroni(std::span<const double> p);
// The same guarantee, never less powerful: Holm, Scandinavian Journal of Statistics 6, 1979.
std::vector<double> holm(std::span<const double> p);
// The share of false alarms among the alarms: Benjamini & Hochberg, JRSS B 57, 1995.
std::vector<double> benjamini_hochberg(std::span<const double> p);

// The difference of mean ranks over n blocks beyond which two of k treatments differ at level `alpha`
// (Nemenyi's test after Demsar, JMLR 7, 2006, section 3.2.2): q * sqrt(k (k + 1) / (6 n)).
double nemenyi_critical_difference(int k, int n, double alpha);
// That q: the studentized range's upper quantile for k treatments and infinitely many degrees of freedom,
// over the square root of 2.
double nemenyi_q(int k, double alpha);

}  // namespace campaign_sim::statistics
