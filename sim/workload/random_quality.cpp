#include <bit>
#include <cmath>

#include "sim/config/reader.hpp"
#include "sim/core/random.hpp"
#include "sim/workload/quality.hpp"

namespace campaign_sim {

namespace {

class NoQuality final : public Quality {
 public:
  double metric(const Configuration&, Resource) const override { return std::nan(""); }
  std::string_view basis() const override { return "no metric: only the cost is modelled"; }
};

// metric(r) = level + (start - level) · (1 + 99 r / R)^-decay + noise, with level uniform between best and
// worst: a power law that has done 99 % of its falling (decay 1) when the trial is complete.
class RandomQuality final : public Quality {
 public:
  struct Parameters {
    double best = 0, worst = 1, start = 2, decay = 1, noise = 0;
  };
  RandomQuality(Parameters parameters, Resource max_resource, std::uint64_t seed)
      : p_{parameters}, max_resource_{max_resource}, seed_{seed} {}

  double metric(const Configuration& configuration, Resource resource) const override {
    const std::uint64_t subject = digest(configuration);
    const double level =
        p_.best + (p_.worst - p_.best) * RandomStream{seed_, Purpose::curve, subject}.uniform(0);
    const double left = std::pow(1 + 99 * resource / max_resource_, -p_.decay);
    const double value = level + (p_.start - level) * left;
    if (p_.noise == 0) return value;
    const RandomStream noise{seed_, Purpose::curve_noise, subject};
    return value + p_.noise * noise.normal(std::bit_cast<std::uint64_t>(resource));
  }

  std::string_view basis() const override { return "levels drawn at random (assumed)"; }

 private:
  Parameters p_;
  Resource max_resource_;
  std::uint64_t seed_;
};

}  // namespace

std::unique_ptr<Quality> make_no_quality() { return std::make_unique<NoQuality>(); }

std::unique_ptr<Quality> make_random_quality(Reader& quality, const WorkloadProblem& problem) {
  RandomQuality::Parameters p;
  p.best = quality.number_or("best", p.best);
  p.worst = quality.number_or("worst", p.worst);
  p.start = quality.number_or("start", p.start);
  p.decay = quality.number_or("decay", p.decay, more_than(0));
  p.noise = quality.number_or("noise", p.noise, at_least(0));
  return std::make_unique<RandomQuality>(p, problem.max_resource, problem.seed);
}

}  // namespace campaign_sim
