// How one description is laid on another: a file on what it includes, an override on a library's entry.
//
// Mappings merge key by key; all else is replaced. A key belongs with others in three cases, and a merge key
// by key would leave a description that nobody wrote: a choice (`strategy`, `kind`) decides which keys its
// mapping has; the ways to know a rate (`region`, `trace`…) exclude each other; and what is said of a site's
// intensity is said of that number.
#pragma once

#include <string_view>

#include "sim/config/tree.hpp"

namespace campaign_sim::config {

// `over` laid on `base`, which is changed in place where it can be; returns the result. A mapping laid on a
// name keeps the name: it overrides what is named.
NodePtr merge(NodePtr base, const NodePtr& over);

// Replaces or adds `key`; a replaced choice supersedes its siblings.
void put(Node& mapping, std::string_view key, const Place& key_place, NodePtr value);

// What a file says of the number under `key`, which something else is to replace.
void forget_what_is_said_of(Node& mapping, std::string_view key);

// The keys whose value decides which other keys a mapping has.
bool is_selector(std::string_view key);

}  // namespace campaign_sim::config
