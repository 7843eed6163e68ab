// `path.to.key=value` on the command line.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sim/config/document.hpp"
#include "sim/config/layers.hpp"
#include "sim/config/marked.hpp"

namespace campaign_sim {

using namespace config;

namespace {

// One step of an override's path: the value below `node`, made if it is not there.
NodePtr& step_into(NodePtr& node, const std::string& key, const Place& place) {
  if (node->kind == Kind::sequence) {
    std::size_t index = 0;
    const char* end = key.data() + key.size();
    const auto [stop, error] = std::from_chars(key.data(), end, index);
    if (error != std::errc{} || stop != end || index >= node->items.size())
      throw ConfigError{show({place, "",
                              fmt::format("'{}' is no index of a list of {} (they count from 0)",
                                          printable(key), node->items.size())})};
    return node->items[index];
  }
  if (is_marked_value(*node) && key != "value" && !is_origin_key(key) && !is_range_key(key)) {
    node = marked_content(*node);  // it names something: what follows goes below the name
    return step_into(node, key, place);
  }
  node->kind = Kind::mapping;
  if (!node->find(key)) {
    node->entries.push_back({key, place, std::make_shared<Node>()});
    node->entries.back().node->place = place;
  }
  return node->find(key)->node;
}

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  for (;;) {
    const auto dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace

void Document::set(std::string_view assignment, std::string_view typed) {
  auto source = std::make_shared<Source>();
  source->name = typed.empty() ? "--set " + printable(assignment) : printable(typed);
  source->order = 1'000'000 + impl_->sources++;  // after every file
  source->origin = Origin::command_line;
  const Place place{source, 0, 0};
  const auto equals = assignment.find('=');
  const auto parts = split_path(assignment.substr(0, equals));
  if (equals == std::string_view::npos || std::any_of(parts.begin(), parts.end(), [](const auto& p) {
        return p.empty() || p.find(' ') != std::string::npos;
      }))
    throw ConfigError{show({place, "", "expected path.to.key=value, such as search.eta=4"})};
  if (parts.size() > deepest)
    throw ConfigError{show({place, "", fmt::format("the path is more than {} levels deep", deepest)})};
  source->text = assignment.substr(equals + 1);
  auto value = std::make_shared<Node>();
  value->place = place;
  if (!source->text.empty()) {
    check_text(source);
    value = parse_tree(source, impl_->mistakes);
  }
  NodePtr* node = &impl_->root;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) node = &step_into(*node, parts[i], place);
  const auto& key = parts.back();
  step_into(*node, key, place);  // checks indices, and keeps a name that stands here
  if ((*node)->kind == Kind::sequence) {
    step_into(*node, key, place) = value;
    return;
  }
  if (key == "value")  // what is said about the old value does not hold for the new one
    std::erase_if((*node)->entries,
                  [](const Entry& e) { return is_origin_key(e.key) || is_range_key(e.key); });
  forget_what_is_said_of(**node, key);
  put(**node, key, place, std::move(value));
}

}  // namespace campaign_sim
