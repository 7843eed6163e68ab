#include "sim/workload/stated_traffic.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "sim/core/limits.hpp"

namespace campaign_sim {
namespace {

Exchange read_exchange(Reader& section, int accelerators) {
  static constexpr std::array<std::string_view, 5> patterns = {"all_reduce", "all_gather", "reduce_scatter",
                                                               "send_to_next", "all_to_all"};
  Exchange exchange;
  const std::string pattern = section.one_of_or("pattern", patterns[0], patterns);
  for (std::size_t i = 0; i < patterns.size(); ++i)
    if (pattern == patterns[i]) exchange.pattern = static_cast<Exchange::Pattern>(i);
  exchange.bytes = section.quantity<Bytes>("bytes", at_least(0));
  exchange.ranks = static_cast<int>(section.integer_or("ranks", accelerators, between(1, most_accelerators)));
  exchange.stride = static_cast<int>(section.integer_or("stride", 1, between(1, most_accelerators)));
  exchange.per_unit = section.number_or("per_unit", 1, at_least(0));
  exchange.overlap = section.number_or("overlap", 0, between(0, 1));
  const std::int64_t block = std::int64_t{exchange.ranks} * exchange.stride;
  if (section.ok() && accelerators % block != 0)
    section.reject("ranks",
                   fmt::format("a group takes {} accelerators ({} ranks, {} apart), of which a trial's "
                               "{} is no multiple; every rank must be in one group",
                               block, exchange.ranks, exchange.stride, accelerators));
  return exchange;
}

}  // namespace

void read_stated_traffic(Reader& workload, TrainingCost& cost) {
  if (workload.has("exchanges"))
    for (Reader& exchange : workload.items("exchanges"))
      cost.exchanges.push_back(read_exchange(exchange, cost.accelerators));
  if (workload.has("input_per_unit"))
    cost.input_per_unit = workload.quantity<Bytes>("input_per_unit", at_least(0));
}

}  // namespace campaign_sim
