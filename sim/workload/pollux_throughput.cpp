#include "sim/workload/pollux_throughput.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/workload/pollux.hpp"

namespace campaign_sim {

namespace {

constexpr double most = 1e12;  // samples, or accelerators, of a range

bool holds(const std::optional<TimedRange>& range, double value) {
  return !range || (range->least <= value && value <= range->most);
}

class PolluxLaws : public Throughput {
 public:
  explicit PolluxLaws(std::vector<PolluxConstants> laws) : laws_{std::move(laws)} {}

  std::string gap(const TimedStep& step, const Device& device) const override {
    const PolluxConstants* law = law_of(device);
    if (!law) return fmt::format("pollux has no constants for {}; add an entry for it", device.name);
    const double share = share_of(step);
    if (!holds(law->batch_per_accelerator, share))
      return beyond(device, fmt::format("{:g} samples on each accelerator", share),
                    *law->batch_per_accelerator, "batch_per_accelerator");
    if (step.accelerators == 1) return {};
    const bool in_one_node = nodes_of(step, device) == 1;
    const auto& links = in_one_node ? law->local : law->node;
    const std::string_view where = in_one_node ? "in one node" : "over several nodes";
    if (!links)
      return fmt::format(
          "a step on {} accelerators {} of {} needs '{}', which pollux does not have here; give it",
          step.accelerators, where, device.name, in_one_node ? "alpha_sync_local" : "alpha_sync_node");
    if (holds(links->accelerators, step.accelerators)) return {};
    return beyond(device, fmt::format("{} accelerators {}", step.accelerators, where), *links->accelerators,
                  in_one_node ? "accelerators_in_node" : "accelerators_over_nodes");
  }

  std::optional<Seconds> step_time(const TimedStep& step, const Device& device) const override {
    const PolluxConstants* law = law_of(device);
    CS_EXPECT(law);
    return pollux_step_time(*law, nodes_of(step, device), step.accelerators, share_of(step),
                            step.micro_batches);
  }

 private:
  static double share_of(const TimedStep& step) {
    return step.batch / (step.accelerators * step.micro_batches);
  }
  static double nodes_of(const TimedStep& step, const Device& device) {
    return std::ceil(static_cast<double>(step.accelerators) / device.accelerators_per_node);
  }
  static std::string beyond(const Device& device, const std::string& what, const TimedRange& timed,
                            std::string_view key) {
    return fmt::format(
        "{} on {} were not timed: pollux' constants are from {:g} to {:g}; stay in that range, time more, or "
        "widen '{}' if a guess will do",
        what, device.name, timed.least, timed.most, key);
  }
  const PolluxConstants* law_of(const Device& device) const {
    const auto named = [](std::string_view name) {
      return [name](const PolluxConstants& law) { return law.accelerator == name; };
    };
    auto found = std::ranges::find_if(laws_, named(device.name));
    if (found == laws_.end()) found = std::ranges::find_if(laws_, named(""));
    return found == laws_.end() ? nullptr : &*found;
  }

  std::vector<PolluxConstants> laws_;
};

std::optional<TimedRange> read_range(Reader& law, std::string_view key) {
  if (!law.has(key)) return std::nullopt;
  const std::vector<double> ends = law.numbers(key, between(1, most));
  if (!law.ok()) return std::nullopt;
  if (ends.size() != 2 || ends[0] > ends[1]) {
    law.reject(key, "the least and the most that was timed; give two numbers, [1, 64]");
    return std::nullopt;
  }
  return TimedRange{ends[0], ends[1]};
}

std::optional<PolluxSync> read_sync(Reader& law, std::string_view alpha, std::string_view beta,
                                    std::string_view range) {
  if (!law.has(alpha)) {
    for (const std::string_view key : {beta, range})
      if (law.has(key)) law.reject(key, fmt::format("it goes with '{}'; give both or neither", alpha));
    return std::nullopt;
  }
  return PolluxSync{law.quantity<Seconds>(alpha, at_least(0)),
                    law.quantity_or<Seconds>(beta, Seconds{0}, at_least(0)), read_range(law, range)};
}

PolluxConstants read_law(Reader& law) {
  PolluxConstants constants;
  constants.accelerator = law.text_or("accelerator", "");
  constants.alpha_grad = law.quantity<Seconds>("alpha_grad", at_least(0));
  constants.beta_grad = law.quantity<Seconds>("beta_grad", more_than(0));
  constants.local = read_sync(law, "alpha_sync_local", "beta_sync_local", "accelerators_in_node");
  constants.node = read_sync(law, "alpha_sync_node", "beta_sync_node", "accelerators_over_nodes");
  constants.gamma = law.number_or("gamma", 1, between(1, 10));
  constants.batch_per_accelerator = read_range(law, "batch_per_accelerator");
  return constants;
}

}  // namespace

std::shared_ptr<const Throughput> read_pollux(Reader& throughput) {
  std::vector<PolluxConstants> laws;
  for (Reader& entry : throughput.items("pollux")) {
    laws.push_back(read_law(entry));
    const auto same = [&](const PolluxConstants& other) {
      return other.accelerator == laws.back().accelerator;
    };
    if (std::ranges::count_if(laws, same) > 1)
      entry.reject("", "this accelerator has constants above already; remove one of the two");
  }
  if (throughput.ok() && laws.empty()) throughput.reject("pollux", "no constants are given; add an entry");
  return throughput.ok() ? std::make_shared<PolluxLaws>(std::move(laws)) : nullptr;
}

}  // namespace campaign_sim
