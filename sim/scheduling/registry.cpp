#include <array>

#include "sim/scheduling/queue_policy.hpp"

namespace campaign_sim {

std::unique_ptr<QueuePolicy> make_fifo(Reader& scheduling);

std::span<const QueuePolicyEntry> queue_policies() {
  static constexpr auto table = std::to_array<QueuePolicyEntry>({
      {"fifo", "first in, first out; a segment that does not fit yet holds up those behind it",
       "{policy: fifo}", make_fifo},
  });
  return table;
}

}  // namespace campaign_sim
