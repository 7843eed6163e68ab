// A sampler as a scenario would name it, and a campaign in a loop to drive it.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/search/sampler.hpp"
#include "sim/search/space.hpp"

namespace campaign_sim::testing {

inline Space space_from(const std::string& yaml) {
  auto document = Document::parse("space: " + yaml + "\n", "test");
  auto section = document.root().section("space");
  Space space = read_space(section);
  document.finish();
  return space;
}

// Throws ConfigError where the scenario is wrong.
inline std::unique_ptr<Sampler> sampler_from(const std::string& yaml, const SearchProblem& problem) {
  auto document = Document::parse("sampler: " + yaml + "\n", "test");
  auto root = document.root();
  auto sampler = read_sampler(root, problem);
  document.finish();
  return sampler;
}

// One trial after the other, trained to the end at once; the losses in their order.
inline std::vector<double> losses_of(const std::string& sampler_yaml, const Space& space,
                                     const std::function<double(const Configuration&)>& loss,
                                     std::uint32_t trials, std::uint64_t seed) {
  const SearchProblem problem{.space = space, .resource_unit = "epoch", .trials = trials, .seed = seed};
  const auto sampler = sampler_from(sampler_yaml, problem);
  std::vector<double> losses;
  for (std::uint32_t i = 0; i < trials; ++i) {
    const auto configuration = sampler->propose(TrialId{i});
    losses.push_back(loss(*configuration));
    sampler->observe(TrialId{i}, problem.max_resource, losses.back());
    sampler->finish(TrialId{i});
  }
  return losses;
}

}  // namespace campaign_sim::testing
