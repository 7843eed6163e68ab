#include "sim/campaign/round_plan.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace campaign_sim {
namespace {

void append(Track& track, const Track& more) { track.insert(track.end(), more.begin(), more.end()); }

Stage storage_stage(Bytes bytes, std::uint32_t nodes, double messages, bool read) {
  Stage stage;
  stage.messages_between = messages;
  for (std::uint32_t node = 0; node < nodes; ++node)
    stage.transfers.push_back(
        {read ? shared_storage : node, read ? node : shared_storage, bytes / static_cast<double>(nodes)});
  return stage;
}

std::shared_ptr<const Movement> only(Stage stage) {
  auto movement = std::make_shared<Movement>();
  movement->perform.push_back(std::move(stage));
  return movement;
}

// Of an exchange, all told, what computing hides if nobody else uses the links: no more than fits in its
// window.
double hidden_share(const Exchange& exchange, const Track& once, Seconds computing,
                    const NetworkSpec& network) {
  if (exchange.window >= 1 || exchange.overlap <= 0) return exchange.overlap;
  const Seconds alone = exchange.per_unit * undisturbed(once, network);
  const Seconds window = exchange.window * computing;
  return alone * exchange.overlap <= window ? exchange.overlap : window / alone;
}

double rounds_of(const TrainingTraffic& traffic, Resource units) {
  const double steps = std::max(1.0, std::ceil(units * traffic.steps));
  return traffic.rounds == 0 ? steps : std::min<double>(traffic.rounds, steps);
}

// What a round does of its computing, with what goes on beside it, and of what it exchanges after that.
struct Share {
  double computing;
  double exchanging;
};

// Where in a round a segment begins. A trial that is `behind` another by b of its steps is behind it by b of
// its rounds, if it begins (1 - 1/k) b of a round back, where a round is k steps.
Share first_round(const TrainingTraffic& traffic, const UnitWork& work, double steps_a_round,
                  Seconds behind) {
  constexpr double negligible = 1e-9;
  const Seconds period = step_period(traffic, work.computing);
  if (behind <= Seconds{} || steps_a_round <= 1 || period <= Seconds{}) return {1, 1};
  const double back = behind / period * (1 - 1 / steps_a_round);
  const double at = std::ceil(back) - back;  // of a round, 0 at its beginning
  if (at < negligible || at > 1 - negligible) return {1, 1};
  const double computing = work.computing / (work.computing + traffic.exposed_alone);
  if (at < computing) return {1 - at / computing, 1};
  return {0, (1 - at) / (1 - computing)};
}

struct RoundMovements {
  std::shared_ptr<const Movement> computing, communicating, loading;
};

RoundMovements movements_of(const TrainingTraffic& traffic, double units, Share share) {
  auto computing = std::make_shared<Movement>();
  auto communicating = std::make_shared<Movement>();
  auto loading = std::make_shared<Movement>();
  const double computed = units * share.computing;
  if (!traffic.hidden.empty() && computed > 0) {
    communicating->finish.push_back(static_cast<std::uint32_t>(computing->begin.size()));
    computing->begin.push_back(repeated(traffic.hidden, computed));
  }
  if (traffic.input > Bytes{} && computed > 0) {
    loading->finish.push_back(static_cast<std::uint32_t>(computing->begin.size()));
    computing->begin.push_back({storage_stage(traffic.input * computed, traffic.gang.nodes(),
                                              std::max(1.0, computed * traffic.steps), true)});
  }
  communicating->perform = repeated(traffic.exposed, units * share.exchanging);
  return {std::move(computing), std::move(communicating), std::move(loading)};
}

void add_round(std::vector<Phase>& phases, const RoundMovements& movements, const UnitWork& work,
               double units, double computing) {
  phases.push_back({work.computing * (units * computing), work.training, movements.computing});
  phases.push_back({Seconds{}, work.communicating, movements.communicating});
  phases.push_back({Seconds{}, work.loading, movements.loading});
}

}  // namespace

Seconds step_period(const TrainingTraffic& traffic, Seconds computing) {
  return (computing + traffic.exposed_alone) / traffic.steps;
}

std::shared_ptr<const TrainingTraffic> traffic_of(const TrainingCost& cost, const ClusterSpec& cluster) {
  TrainingTraffic traffic;
  traffic.gang = {static_cast<std::uint32_t>(cost.accelerators), cluster.accelerators_per_node};
  if (cluster.network) {
    double fewest = 0;
    for (const Exchange& exchange : cost.exchanges) {
      const Track once = stages_of(exchange, traffic.gang, *cluster.network);
      if (once.empty() || !(exchange.per_unit > 0)) continue;
      fewest = fewest > 0 ? std::min(fewest, exchange.per_unit) : exchange.per_unit;
      const double hidden = exchange.per_unit * hidden_share(exchange, once, cost.per_unit, *cluster.network);
      if (hidden > 0) append(traffic.hidden, repeated(once, hidden));
      if (hidden < exchange.per_unit) append(traffic.exposed, repeated(once, exchange.per_unit - hidden));
    }
    if (fewest > 0) traffic.steps = fewest;
    traffic.rounds = cluster.network->rounds;
    traffic.exposed_alone = undisturbed(traffic.exposed, *cluster.network);
  }
  if (cluster.storage) traffic.input = cost.input_per_unit;
  if (traffic.hidden.empty() && traffic.exposed.empty() && traffic.input <= Bytes{}) return nullptr;
  return std::make_shared<const TrainingTraffic>(std::move(traffic));
}

void add_rounds(std::vector<Phase>& phases, const TrainingTraffic& traffic, Resource units,
                const UnitWork& work, Seconds behind) {
  const double rounds = rounds_of(traffic, units);
  const double units_a_round = units / rounds;
  const Share first = first_round(traffic, work, units_a_round * traffic.steps, behind);
  const bool begins_within = first.computing < 1 || first.exchanging < 1;
  const RoundMovements whole = movements_of(traffic, units_a_round, {1, 1});
  if (begins_within)
    add_round(phases, movements_of(traffic, units_a_round, first), work, units_a_round, first.computing);
  for (double round = begins_within ? 1 : 0; round < rounds; ++round)
    add_round(phases, whole, work, units_a_round, 1);
  if (!begins_within) return;
  const Share rest{1 - first.computing, 1 - first.exchanging};
  add_round(phases, movements_of(traffic, units_a_round, rest), work, units_a_round, rest.computing);
}

std::shared_ptr<const Movement> writing(Bytes checkpoint, std::uint32_t nodes) {
  return only(storage_stage(checkpoint, nodes, 1, false));
}

std::shared_ptr<const Movement> reading(Bytes checkpoint, std::uint32_t nodes) {
  return only(storage_stage(checkpoint, nodes, 1, true));
}

}  // namespace campaign_sim
