#include "sim/core/random.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

using namespace campaign_sim;

TEST_CASE("Philox4x32-10 gives its published vectors") {
  // Random123 1.14, tests/kat_vectors, the three lines of philox4x32 with 10 rounds.
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a draw depends on seed, purpose, subject and index, and on nothing else") {
  const RandomStream stream{7, Purpose::curve, 42};
  CHECK(stream.bits(3) == RandomStream{7, Purpose::curve, 42}.bits(3));
  std::set<std::uint64_t> seen = {stream.bits(3), stream.bits(4), stream.bits(std::uint64_t{3} << 32)};
  for (const std::uint64_t seed : {8ULL, 7ULL << 32, 7ULL | 1ULL << 32})
    seen.insert(RandomStream{seed, Purpose::curve, 42}.bits(3));
  for (const std::uint64_t subject : {43ULL, 42ULL << 32})
    seen.insert(RandomStream{7, Purpose::curve, subject}.bits(3));
  for (const Purpose purpose : {Purpose::configuration, Purpose::curve_noise, Purpose::duration,
                                Purpose::strategy, Purpose::landscape})
    seen.insert(RandomStream{7, purpose, 42}.bits(3));
  CHECK(seen.size() == 3 + 3 + 2 + 5);
}

TEST_CASE("uniform draws fill 0 to 1 evenly") {
  const RandomStream stream{1, Purpose::strategy, 0};
  constexpr int draws = 100'000;
  std::array<int, 10> tenths{};
  double sum = 0;
  for (int i = 0; i < draws; ++i) {
    const double u = stream.uniform(static_cast<std::uint64_t>(i));
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    ++tenths.at(static_cast<std::size_t>(u * 10));
    sum += u;
  }
  // Chi-square with 9 degrees of freedom: above 27.9 once in a thousand seeds. This seed is fixed.
  double chi_square = 0;
  for (const int count : tenths) chi_square += std::pow(count - draws / 10.0, 2) / (draws / 10.0);
  CHECK(chi_square < 27.9);
  CHECK(sum / draws == Approx(0.5).margin(0.003));  // 3.3 standard errors
}

TEST_CASE("normal draws are finite, and standard normal") {
  const RandomStream stream{2, Purpose::curve_noise, 5};
  constexpr int draws = 100'000;
  double sum = 0;
  double squares = 0;
  int beyond_two = 0;
  for (int i = 0; i < draws; ++i) {
    const double z = stream.normal(static_cast<std::uint64_t>(i));
    REQUIRE(std::isfinite(z));
    sum += z;
    squares += z * z;
    beyond_two += std::abs(z) > 2 ? 1 : 0;
  }
  CHECK(sum / draws == Approx(0).margin(0.0105));      // 3.3 standard errors
  CHECK(squares / draws == Approx(1).margin(0.0148));  // the same
  CHECK(beyond_two / static_cast<double>(draws) == Approx(0.0455).margin(0.0022));
}

TEST_CASE("quantiles of the normal distribution are those of tables") {
  CHECK(normal_quantile(0.5) == Approx(0).margin(1e-15));
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.025) == Approx(-1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.84134474606854295) == Approx(1).epsilon(1e-14));
  CHECK(std::isfinite(normal_quantile(0x1.0p-54)));
}

TEST_CASE("below gives every number below the bound, and no other") {
  const RandomStream stream{3, Purpose::strategy, 1};
  for (const std::uint64_t bound : {1ULL, 2ULL, 3ULL, 7ULL}) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < 200; ++i) seen.insert(stream.below(bound, i));
    CHECK(seen.size() == bound);
    CHECK(*seen.rbegin() == bound - 1);
  }
  CHECK(stream.below(~0ULL, 0) < ~0ULL);
}
