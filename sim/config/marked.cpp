#include "sim/config/marked.hpp"

#include <algorithm>

namespace campaign_sim::config {

bool is_origin_key(std::string_view key) { return key == "source" || key == "mark"; }

bool is_range_key(std::string_view key) {
  return key == "from" || key == "to" || key == "std" || key == "distribution";
}

bool is_range(const Node& node) {
  return node.kind == Kind::mapping && !node.text &&
         std::any_of(node.entries.begin(), node.entries.end(),
                     [](const Entry& e) { return is_range_key(e.key) && !e.is_default; });
}

bool is_marked_value(const Node& node) {
  if (node.kind != Kind::mapping || node.text) return false;
  const auto has = [&](std::string_view key) {
    return std::any_of(node.entries.begin(), node.entries.end(),
                       [&](const Entry& e) { return e.key == key; });
  };
  return (has("value") || (has("from") && has("to"))) &&
         std::all_of(node.entries.begin(), node.entries.end(), [](const Entry& e) {
           return e.key == "value" || is_origin_key(e.key) ||
                  (is_range_key(e.key) && e.node->kind == Kind::scalar);
         });
}

NodePtr marked_content(const Node& node) {
  for (const Entry& entry : node.entries)
    if (entry.key == "value") return copy_tree(*entry.node);
  auto nothing = std::make_shared<Node>();
  nothing->place = node.place;
  return nothing;
}

}  // namespace campaign_sim::config
