#include "sim/workload/job_lengths.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/random.hpp"

using namespace campaign_sim;

namespace {

// Strubell et al. 2019, section 4.2: 4,789 jobs, 239,942 GPU-hours, from 3 minutes to 9 days.
constexpr Seconds lisa_mean{239942.0 / 4789 * 3600};
TruncatedLogNormal lisa() { return {lisa_mean, 2, Seconds{180}, Seconds{9 * 86400.0}}; }

}  // namespace

TEST_CASE("the location is found for which the cut distribution has the stated mean") {
  CHECK(lisa().mean().base() == Approx(lisa_mean.base()).epsilon(1e-12));
  // Integrated numerically, independently of the closed form.
  constexpr int cells = 200000;
  double sum = 0;
  for (int i = 0; i < cells; ++i) sum += lisa().quantile((i + 0.5) / cells).base();
  CHECK(sum / cells == Approx(lisa_mean.base()).epsilon(1e-6));
}

TEST_CASE("without bounds the parameters are those of the textbook") {
  const TruncatedLogNormal free{Seconds{100}, 1, Seconds{0},
                                Seconds{std::numeric_limits<double>::infinity()}};
  const double sigma2 = std::log(2.0);
  CHECK(free.quantile(0.5).base() == Approx(100 * std::exp(-sigma2 / 2)).epsilon(1e-10));
  CHECK(free.mean().base() == Approx(100).epsilon(1e-10));
}

TEST_CASE("means near either bound are reached") {
  for (const double mean : {1.05, 1.5, 50.0, 90.0, 95.0}) {
    INFO("mean " << mean);
    const TruncatedLogNormal d{Seconds{mean}, 2, Seconds{1}, Seconds{100}};
    CHECK(d.mean().base() == Approx(mean).epsilon(1e-9));
    CHECK(d.quantile(0.5).base() > 1);
    CHECK(d.quantile(0.5).base() < 100);
    CHECK(d.quantile(0).base() == 1);
    CHECK(d.quantile(1).base() == 100);
  }
}

TEST_CASE("stratified lengths add up to count times the mean, whatever the seed") {
  const auto means = lisa().stratum_means(4789);
  CHECK(std::ranges::is_sorted(means));
  CHECK(means.front().base() >= 180);
  CHECK(means.back().base() <= 9 * 86400.0);
  double sum_h = 0;
  for (const Seconds length : means) sum_h += hours(length);
  CHECK(sum_h == Approx(239942).epsilon(1e-9));

  const auto order = shuffled_strata(4789, 1);
  auto sorted = order;
  std::ranges::sort(sorted);
  std::vector<std::uint32_t> all(4789);
  std::iota(all.begin(), all.end(), 0U);
  CHECK(sorted == all);
  CHECK(order == shuffled_strata(4789, 1));
  CHECK(order != shuffled_strata(4789, 2));
}

TEST_CASE("independent draws have the mean within their standard error") {
  // 20,000 draws; the cut distribution's coefficient of variation is below 1.2, so three standard errors
  // are 2.6 %. The seed is fixed.
  double sum = 0;
  for (std::uint64_t i = 0; i < 20000; ++i)
    sum += lisa().quantile(RandomStream{1, Purpose::duration, i}.uniform(0)).base();
  CHECK(sum / 20000 == Approx(lisa_mean.base()).epsilon(0.026));
}
