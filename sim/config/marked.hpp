// A value with what is said of it: `{value: 250 W, source: …, mark: …}`, perhaps with a range, `{value: 250
// W, from: 200 W, to: 300 W}`, which may also stand without a value: `{from: 200 W, to: 300 W}`.
#pragma once

#include <string_view>

#include "sim/config/tree.hpp"

namespace campaign_sim::config {

bool is_marked_value(const Node& node);
// What stands as the value of such a mapping; a null where it is only a range.
NodePtr marked_content(const Node& node);
// The keys that say where a value comes from, and those that say how far it may lie from the truth.
bool is_origin_key(std::string_view key);
bool is_range_key(std::string_view key);
// Whether somebody wrote a range there, well or not.
bool is_range(const Node& node);

}  // namespace campaign_sim::config
