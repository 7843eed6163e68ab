#include "sim/search/model/sobol.hpp"

#include <bit>
#include <iterator>

#include "sim/core/expect.hpp"
#include "sim/core/random.hpp"
#include "sim/search/model/joe_kuo.hpp"

namespace campaign_sim {

namespace {

// Digits of a coordinate. 52 fit a double with room for the half that keeps scrambled points off 0.
constexpr int digits = 52;

std::vector<std::uint64_t> direction_numbers(std::size_t dimension) {
  std::vector<std::uint64_t> m(SobolSequence::bits_of_index, 1);
  if (dimension > 0) {
    const auto& [polynomial, initial] = joe_kuo_d6[dimension - 1];
    const std::size_t degree = static_cast<std::size_t>(std::bit_width(polynomial)) - 1;
    for (std::size_t j = 0; j < m.size(); ++j) {
      if (j < degree) {
        m[j] = initial[j];
        continue;
      }
      // Bratley and Fox (1988), eq. 2: m_j = 2 a_1 m_{j-1} ⊕ 4 a_2 m_{j-2} ⊕ … ⊕ 2^s m_{j-s} ⊕ m_{j-s}.
      m[j] = m[j - degree];
      for (std::size_t i = 1; i <= degree; ++i)
        if ((polynomial >> (degree - i)) & 1) m[j] ^= m[j - i] << i;
    }
  }
  for (std::size_t j = 0; j < m.size(); ++j) m[j] <<= static_cast<std::size_t>(digits - 1) - j;
  return m;
}

}  // namespace

SobolSequence::SobolSequence(std::size_t dimensions, std::optional<std::uint64_t> scrambling_seed)
    : shifts_(dimensions, 0) {
  static_assert(std::size(joe_kuo_d6) + 1 == most_dimensions);
  CS_EXPECT(dimensions <= most_dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) {
    columns_.push_back(direction_numbers(d));
    if (!scrambling_seed) continue;
    const RandomStream draws{*scrambling_seed, Purpose::scrambling, d};
    constexpr std::uint64_t all = (std::uint64_t{1} << digits) - 1;
    shifts_[d] = draws.bits(0) & all;
    // Row r of the triangular matrix: random digits before the diagonal, 1 on it, 0 behind.
    std::vector<std::uint64_t> rows;
    for (int r = 0; r < digits; ++r) {
      const std::uint64_t diagonal = std::uint64_t{1} << (digits - 1 - r);
      const std::uint64_t before = all & ~(diagonal | (diagonal - 1));
      rows.push_back((draws.bits(static_cast<std::uint64_t>(r) + 1) & before) | diagonal);
    }
    for (auto& column : columns_.back()) {
      std::uint64_t scrambled = 0;
      for (const std::uint64_t row : rows)
        scrambled = (scrambled << 1) | static_cast<std::uint64_t>(std::popcount(row & column) & 1);
      column = scrambled;
    }
  }
}

std::vector<double> SobolSequence::point(std::uint64_t k) const {
  CS_EXPECT(k >> bits_of_index == 0);
  const std::uint64_t gray = k ^ (k >> 1);
  std::vector<double> coordinates;
  for (std::size_t d = 0; d < columns_.size(); ++d) {
    std::uint64_t sum = shifts_[d];
    for (std::uint64_t rest = gray; rest != 0; rest &= rest - 1)
      sum ^= columns_[d][static_cast<std::size_t>(std::countr_zero(rest))];
    coordinates.push_back(static_cast<double>(sum) * 0x1.0p-52);
  }
  return coordinates;
}

}  // namespace campaign_sim
