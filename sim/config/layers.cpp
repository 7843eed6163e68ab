#include "sim/config/layers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "sim/config/marked.hpp"

namespace campaign_sim::config {
namespace {

bool all_indices(const Node& mapping, std::size_t size) {
  return !mapping.entries.empty() &&
         std::all_of(mapping.entries.begin(), mapping.entries.end(), [&](const Entry& entry) {
           std::size_t index = 0;
           const char* end = entry.key.data() + entry.key.size();
           const auto [stop, error] = std::from_chars(entry.key.data(), end, index);
           return error == std::errc{} && stop == end && index < size;
         });
}

// Ways to know a rate that may change, one of which a mapping has: how the grid's intensity is known says
// nothing about another way to know it.
std::string_view way_of(Node& mapping) {
  constexpr std::array<std::string_view, 5> ways = {"region", "mix", "trace", "time_of_use", "load"};
  const auto found = std::ranges::find_if(ways, [&](std::string_view way) { return mapping.find(way); });
  return found == ways.end() ? std::string_view{} : *found;
}

}  // namespace

void forget_what_is_said_of(Node& mapping, std::string_view key) {
  if (key != "intensity") return;
  std::erase_if(mapping.entries, [](const Entry& old) {
    return (old.key == "intensity_basis" || old.key == "intensity_signal" || old.key == "intensity_scope") &&
           old.place.source->origin == Origin::file;
  });
}

bool is_selector(std::string_view key) { return key == "strategy" || key == "kind"; }

void put(Node& mapping, std::string_view key, const Place& key_place, NodePtr value) {
  Entry* old = mapping.find(key);
  if (!old) {
    mapping.entries.push_back({std::string{key}, key_place, std::move(value)});
    return;
  }
  const bool other_choice =
      is_selector(key) && value->text && old->node->text && value->text != old->node->text;
  old->node = std::move(value);
  old->place = key_place;
  if (!other_choice) return;
  for (auto& entry : mapping.entries)
    if (entry.key != key && entry.place.source->origin == Origin::file) entry.superseded = true;
}

NodePtr merge(NodePtr base, const NodePtr& over) {
  if (over->kind != Kind::mapping || is_marked_value(*over) || over->text) return copy_tree(*over);
  for (const auto& entry : over->entries)
    if (entry.key == "use") return copy_tree(*over);
  if (is_marked_value(*base)) base = marked_content(*base);
  if (const auto way = way_of(*over); !way.empty() && !way_of(*base).empty() && way != way_of(*base))
    return copy_tree(*over);
  if (base->kind == Kind::sequence && all_indices(*over, base->items.size())) {
    for (const auto& entry : over->entries) {
      auto& item = base->items[std::stoul(entry.key)];
      item = merge(item, entry.node);
    }
    return base;
  }
  if (base->kind == Kind::sequence) return copy_tree(*over);
  base->kind = Kind::mapping;
  for (const auto& entry : over->entries) forget_what_is_said_of(*base, entry.key);
  // A choice is laid down first: it supersedes the keys below it, not those that come with it.
  for (const bool selectors : {true, false})
    for (const auto& entry : over->entries) {
      if (is_selector(entry.key) != selectors) continue;
      Entry* old = base->find(entry.key);
      auto merged = old ? merge(old->node, entry.node) : copy_tree(*entry.node);
      put(*base, entry.key, entry.place, std::move(merged));
      base->find(entry.key)->superseded = entry.superseded;
    }
  return base;
}

}  // namespace campaign_sim::config
