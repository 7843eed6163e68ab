#include "sim/search/model/halton.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "sim/search/model/permutation.hpp"

namespace campaign_sim {

namespace {

bool is_prime(std::uint64_t number) {
  for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor)
    if (number % divisor == 0) return false;
  return number >= 2;
}

}  // namespace

HaltonSequence::HaltonSequence(std::size_t dimensions, std::optional<std::uint64_t> scrambling_seed) {
  std::uint64_t prime = 2;
  for (std::size_t d = 0; d < dimensions; ++d) {
    while (!is_prime(prime)) ++prime;
    Base base{prime++, {}};
    if (scrambling_seed) {
      const RandomStream draws{*scrambling_seed, Purpose::scrambling, d};
      const auto digits =
          static_cast<std::size_t>(std::ceil(54 / std::log2(static_cast<double>(base.prime)))) - 1;
      for (std::size_t digit = 0; digit < digits; ++digit)
        base.permutations.push_back(random_permutation(base.prime, draws, digit * base.prime));
    }
    bases_.push_back(std::move(base));
  }
}

std::vector<double> HaltonSequence::point(std::uint64_t k) const {
  std::vector<double> coordinates;
  for (const auto& [prime, permutations] : bases_) {
    double place = 1.0 / static_cast<double>(prime);
    double sum = 0;
    std::uint64_t rest = k;
    for (std::size_t digit = 0; permutations.empty() ? rest > 0 : digit < permutations.size(); ++digit) {
      const std::uint64_t value = rest % prime;
      sum += static_cast<double>(permutations.empty() ? value : permutations[digit][value]) * place;
      place /= static_cast<double>(prime);
      rest /= prime;
    }
    coordinates.push_back(std::min(sum, 1.0 - 0x1.0p-53));
  }
  return coordinates;
}

}  // namespace campaign_sim
