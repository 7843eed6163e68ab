#include "sim/search/rungs/soft_ranking.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace campaign_sim;

using Curve = std::vector<double>;

TEST_CASE("curves that cross differ by a trend, curves that cross and cross back, by noise") {
  CHECK_FALSE(cross_and_back(Curve{3, 2, 1}, Curve{4, 3, 2}));  // never cross
  CHECK_FALSE(cross_and_back(Curve{3, 3, 3}, Curve{4, 2, 1}));  // cross once
  CHECK(cross_and_back(Curve{3, 3, 3}, Curve{4, 2, 4}));
  CHECK(cross_and_back(Curve{4, 2, 4}, Curve{3, 3, 3}));
  CHECK(cross_and_back(Curve{3, 3, 3, 3}, Curve{4, 4, 2, 4}));
  CHECK_FALSE(cross_and_back(Curve{1}, Curve{2}));
}

TEST_CASE("the ranking is stable while both rungs have the same order") {
  SoftRanking ranking{90};
  CHECK(ranking.stable());
  ranking.add(0.5, 0.4, Curve{0.5, 0.4});
  ranking.add(0.6, 0.45, Curve{0.6, 0.45});
  ranking.add(0.3, 0.2, Curve{0.3, 0.2});
  CHECK(ranking.stable());
  ranking.add(0.4, 0.5, Curve{0.4, 0.5});  // second below, last above
  CHECK_FALSE(ranking.stable());
  CHECK(ranking.epsilon() == 0);
}

TEST_CASE("a swap within epsilon is noise, a larger one is not") {
  SoftRanking ranking{90};
  // The first two cross and cross back and end 0.1 apart, so epsilon is 0.1. They swap places between the
  // rungs, with losses 0.08 apart on the lower one.
  ranking.add(0.50, 0.40, Curve{0.7, 0.50, 0.40});
  ranking.add(0.42, 0.50, Curve{0.8, 0.42, 0.50});
  CHECK(ranking.epsilon() == Approx(0.1));
  CHECK(ranking.stable());
  // The next one is last on the lower rung by 0.4, and first on the upper one.
  ranking.add(0.9, 0.1, Curve{0.9, 0.9, 0.1});
  CHECK_FALSE(ranking.stable());
}

TEST_CASE("epsilon is the percentile of all pairs that cross back, and outlives its rung") {
  SoftRanking ranking{50};
  ranking.add(0.5, 1.0, Curve{1, 3, 1.0});
  ranking.add(0.5, 1.2, Curve{2, 2, 1.2});  // 0.2 from the first
  ranking.add(0.5, 1.6, Curve{3, 1, 1.6});  // 0.6 from the first, 0.4 from the second
  CHECK(ranking.epsilon() == Approx(0.4));
  ranking.next_rung();
  CHECK(ranking.epsilon() == Approx(0.4));
  CHECK(ranking.stable());
}

TEST_CASE("a trial that diverged ranks last and makes no epsilon") {
  SoftRanking ranking{90};
  ranking.add(0.5, 0.4, Curve{0.5, 0.4});
  ranking.add(0.6, std::numeric_limits<double>::quiet_NaN(), Curve{});
  CHECK(ranking.stable());
  CHECK(ranking.epsilon() == 0);
  ranking.add(0.7, 0.3, Curve{0.7, 0.3});
  CHECK_FALSE(ranking.stable());
}
