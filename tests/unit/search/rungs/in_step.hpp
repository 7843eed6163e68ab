// Workers in step, as the golden tables of stopping rules have them: each round every active trial, in the
// order in which it was started, trains one unit and reports; then free workers take the next trials.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

namespace campaign_sim::testing {

using StoppingEvent = std::tuple<std::size_t, std::size_t, std::string>;  // trial, resource, C or S

// `stops(trial, resource, loss)` decides at every report; `complete(trial)` hears of a trial that was not
// stopped at the largest resource.
inline std::vector<StoppingEvent> run_in_step(
    const nlohmann::json& c, const std::function<bool(std::size_t, std::size_t, double)>& stops,
    const std::function<void(std::size_t)>& complete) {
  const auto losses = c["loss"].get<std::vector<std::vector<double>>>();
  const auto workers = c["workers"].get<std::size_t>();
  const auto largest = c["R"].get<std::size_t>();
  std::vector<StoppingEvent> events;
  std::vector<std::pair<std::size_t, std::size_t>> active;  // trial, resource
  std::size_t next = 0;
  for (;;) {
    while (active.size() < workers && next < losses.size()) active.emplace_back(next++, 0);
    if (active.empty()) return events;
    std::vector<std::pair<std::size_t, std::size_t>> still;
    for (auto [trial, resource] : active) {
      const double loss = losses[trial][resource++];
      if (stops(trial, resource, loss)) {
        events.emplace_back(trial, resource, "S");
      } else if (resource == largest) {
        complete(trial);
        events.emplace_back(trial, resource, "C");
      } else {
        events.emplace_back(trial, resource, "C");
        still.emplace_back(trial, resource);
      }
    }
    active = still;
  }
}

}  // namespace campaign_sim::testing
