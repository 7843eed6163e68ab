// Where the joules of a campaign went: the causes of its bill.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/ledger/row.hpp"

namespace campaign_sim {

// Where it went. `cooling` is the facility's energy beyond the machines'.
enum class Share : std::uint8_t {
  winner,
  completed,
  stopped,
  failed,
  lost,
  start_up,
  communication,
  checkpoints,
  search,
  idle,
  cooling,
};
inline constexpr std::size_t shares = 11;
std::string_view name(Share share);  // "winner", of keys in files
// Whether the campaign had a metric to choose a winner by.
enum class Choice : std::uint8_t { made, none };
// "the best trial", in every table and picture. What completed was "not chosen" only where a choice was made.
std::string_view in_words(Share share, Choice choice);

// Where a row goes whatever becomes of its trial; nothing for training and start-up, which wait for the end.
std::optional<Share> share_of(Cause cause);

}  // namespace campaign_sim
