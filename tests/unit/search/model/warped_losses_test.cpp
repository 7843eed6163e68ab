#include "sim/search/model/warped_losses.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/core/random.hpp"

using namespace campaign_sim;

namespace {

const double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("warped losses keep their order, and what failed is the worst") {
  const std::vector<double> losses = {3, 1, 2e19, std::nan(""), 2, 7, infinity, 3, 1e300};
  const auto warped = warped_losses(losses);
  REQUIRE(warped.size() == losses.size());
  for (std::size_t i = 0; i < losses.size(); ++i) {
    CHECK(std::isfinite(warped[i]));
    for (std::size_t k = 0; k < losses.size(); ++k) {
      if (std::isfinite(losses[i]) && std::isfinite(losses[k]))
        CHECK((losses[i] < losses[k]) == (warped[i] < warped[k]));
      else if (std::isfinite(losses[i]))
        CHECK(warped[i] < warped[k]);
    }
  }
  CHECK(warped[3] == warped[6]);
}

TEST_CASE("how far off an outlier is does not matter") {
  CHECK(warped_losses(std::vector{1.0, 2.0, 3.0, 4.0, 50.0}) ==
        warped_losses(std::vector{1.0, 2.0, 3.0, 4.0, 2e19}));
}

TEST_CASE("the worse half gets the normal quantiles of its ranks, then the best are widened") {
  // By hand: median 3; the better half is 1, 2, 3, its root mean square from 3 is sqrt(5/3). The two worse
  // ones are at ranks 1 and 2 from the worst of 2.5: quantiles 0.1 and 0.3.
  const auto warped = warped_losses(std::vector{1.0, 2.0, 3.0, 4.0, 50.0});
  const double deviation = std::sqrt(5.0 / 3);
  const double worst = 3 - deviation * normal_quantile(0.1);
  const auto widened = [&](double loss) {
    return std::log1p(0.5 * (loss - 1) / (worst - 1)) / std::log(1.5) - 0.5;
  };
  CHECK(warped[0] == Approx(-0.5));
  CHECK(warped[1] == Approx(widened(2)));
  CHECK(warped[2] == Approx(widened(3)));
  CHECK(warped[3] == Approx(widened(3 - deviation * normal_quantile(0.3))));
  CHECK(warped[4] == Approx(0.5));
}

TEST_CASE("losses as they are give a failure the worst of the others") {
  CHECK(finite_losses({}).empty());
  CHECK(finite_losses(std::vector{3.0, infinity, 1.0, std::nan("")}) == std::vector{3.0, 3.0, 1.0, 3.0});
  CHECK(finite_losses(std::vector{infinity}) == std::vector{0.0});
}

TEST_CASE("losses that are equal, or none, are no trouble") {
  CHECK(warped_losses({}).empty());
  CHECK(warped_losses(std::vector{4.0}) == std::vector{0.0});
  CHECK(warped_losses(std::vector{4.0, 4.0}) == std::vector{0.0, 0.0});
  CHECK(warped_losses(std::vector{4.0, infinity}) == std::vector{0.0, 1.0});
  CHECK(warped_losses(std::vector{infinity, infinity}) == std::vector{0.0, 0.0});
  // The median among equal ones: the worse half alone spreads.
  const auto warped = warped_losses(std::vector{1.0, 1.0, 1.0, 9.0});
  CHECK(warped[0] == Approx(-0.5));
  CHECK(warped[3] == Approx(0.5));
}
