#include "sim/core/random.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <numbers>

namespace campaign_sim {

namespace {

// Salmon et al. 2011, table 2: multipliers and Weyl increments of Philox4x32.
constexpr std::uint32_t multiplier_0 = 0xD2511F53;
constexpr std::uint32_t multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t weyl_0 = 0x9E3779B9;
constexpr std::uint32_t weyl_1 = 0xBB67AE85;
constexpr int rounds = 10;

}  // namespace

PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t product_0 = std::uint64_t{multiplier_0} * counter[0];
    const std::uint64_t product_1 = std::uint64_t{multiplier_1} * counter[2];
    counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product_1),
               static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product_0)};
    key[0] += weyl_0;
    key[1] += weyl_1;
  }
  return counter;
}

std::uint64_t RandomStream::bits(std::uint64_t index) const {
  // The key carries seed and purpose, the counter subject and index. A seed beyond 32 bits is folded
  // into the purpose's word; purposes are small, so the low seeds people use never collide.
  const PhiloxKey key = {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32) ^
                                                                (static_cast<std::uint32_t>(purpose_) << 16)};
  const PhiloxCounter block =
      philox4x32({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                  static_cast<std::uint32_t>(subject_), static_cast<std::uint32_t>(subject_ >> 32)},
                 key);
  return (std::uint64_t{block[1]} << 32) | block[0];
}

double RandomStream::uniform(std::uint64_t index) const {
  return static_cast<double>(bits(index) >> 11) * 0x1.0p-53;
}

double RandomStream::normal(std::uint64_t index) const {
  // The middle of one of 2^53 cells: never 0 or 1, where the quantile is infinite.
  return normal_quantile((static_cast<double>(bits(index) >> 11) + 0.5) * 0x1.0p-53);
}

std::uint64_t RandomStream::below(std::uint64_t bound, std::uint64_t index) const {
  // The high word of a 64 × 64 bit product; its bias is below bound / 2^64.
  return static_cast<std::uint64_t>((static_cast<__uint128_t>(bits(index)) * bound) >> 64);
}

double normal_quantile(double p) { return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * p); }

}  // namespace campaign_sim
