#include "sim/config/tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <sstream>

#include "sim/config/reader.hpp"

namespace campaign_sim::config {
namespace {

constexpr std::size_t longest_key = 200;

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::shared_ptr<const Source> source, std::vector<Mistake>& mistakes)
      : source_{std::move(source)}, mistakes_{mistakes} {}

  NodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      fail(mark, "a second document starts here; a file holds one: remove the '---' or split the file");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(Kind::null, mark, "", anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    const bool open = found != anchors_.end() && std::any_of(open_.begin(), open_.end(), [&](const Open& o) {
                        return o.node == found->second;
                      });
    if (found == anchors_.end() || open) fail(mark, "an alias inside the value it stands for never ends");
    count(*found->second, mark, open_.size());
    add(copy_tree(*found->second));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = make(Kind::scalar, mark, tag, anchor);
    node->text = value;
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(Kind::sequence, mark, tag, anchor), mark);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(Kind::mapping, mark, tag, anchor), mark);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    NodePtr node;
    std::optional<Entry> entry;  // a key that waits for its value
  };

  Place place(const YAML::Mark& mark) const {
    if (mark.line < 0 || mark.column < 0) return {source_, 0, 0};
    return {source_, static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column)};
  }

  [[noreturn]] void fail(const YAML::Mark& mark, std::string message) const {
    throw ConfigError{show({place(mark), "", std::move(message)})};
  }

  NodePtr make(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (!tag.empty() && tag != "?" && tag != "!")
      mistakes_.push_back(
          {place(mark), "", fmt::format("tag '{}' is not supported; remove it", printable(tag))});
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->place = place(mark);
    if (anchor != 0) anchors_[anchor] = node;
    if (++nodes_ > most_nodes) fail(mark, "there are more than 1000000 values here");
    return node;
  }

  void count(const Node& node, const YAML::Mark& mark, std::size_t depth) {
    if (++nodes_ > most_nodes) fail(mark, "its aliases make more than 1000000 values of this file");
    if (depth > deepest) too_deep(mark);
    for (const auto& item : node.items) count(*item, mark, depth + 1);
    for (const auto& entry : node.entries) count(*entry.node, mark, depth + 1);
  }

  [[noreturn]] void too_deep(const YAML::Mark& mark) const {
    fail(mark, fmt::format("this is nested more than {} levels deep", deepest));
  }

  void open(NodePtr node, const YAML::Mark& mark) {
    if (open_.size() >= deepest) too_deep(mark);
    open_.push_back({std::move(node), std::nullopt});
  }

  void close() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add(NodePtr node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (auto& parent = open_.back(); parent.node->kind == Kind::sequence) {
      parent.node->items.push_back(std::move(node));
    } else if (!parent.entry) {
      parent.entry = Entry{key_of(*node), node->place, nullptr};
    } else {
      auto& entry = *parent.entry;
      if (node->kind == Kind::null) node->place = entry.place;  // the parser's mark is that of the next token
      entry.node = std::move(node);
      add_entry(*parent.node, std::move(entry));
      parent.entry.reset();
    }
  }

  std::string key_of(const Node& node) {
    const bool is_word = node.kind == Kind::scalar && !node.text->empty();
    if (is_word && node.text->size() <= longest_key) return *node.text;
    mistakes_.push_back(
        {node.place, "", is_word ? "a key is longer than 200 characters" : "a key must be a word"});
    return "";
  }

  void add_entry(Node& mapping, Entry entry) {
    if (entry.key.empty()) return;  // reported already
    if (entry.key == "<<") {
      mistakes_.push_back(
          {entry.place, "", "merge keys ('<<') are not supported; use 'include' or repeat the keys"});
    } else if (keys_[&mapping].emplace(entry.key, mapping.entries.size()).second) {
      mapping.entries.push_back(std::move(entry));
    } else {
      const auto& first = mapping.entries[keys_[&mapping][entry.key]];
      mistakes_.push_back({entry.place, "",
                           fmt::format("key '{}' stands here twice (first on line {}); keep one",
                                       printable(entry.key), first.place.line + 1)});
    }
  }

  std::shared_ptr<const Source> source_;
  std::vector<Mistake>& mistakes_;
  NodePtr root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, NodePtr> anchors_;
  std::map<const Node*, std::map<std::string, std::size_t>> keys_;  // so that huge mappings stay cheap
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

bool all_indices(const Node& mapping, std::size_t size) {
  return !mapping.entries.empty() &&
         std::all_of(mapping.entries.begin(), mapping.entries.end(), [&](const Entry& entry) {
           std::size_t index = 0;
           const char* end = entry.key.data() + entry.key.size();
           const auto [stop, error] = std::from_chars(entry.key.data(), end, index);
           return error == std::errc{} && stop == end && index < size;
         });
}

}  // namespace

Entry* Node::find(std::string_view key) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

NodePtr parse_tree(const std::shared_ptr<const Source>& source, std::vector<Mistake>& mistakes) {
  std::istringstream stream{source->text};
  Builder builder{source, mistakes};
  try {
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    const bool known = e.mark.line >= 0 && e.mark.column >= 0;
    const Place place{source, known ? static_cast<std::size_t>(e.mark.line) : 0,
                      known ? static_cast<std::size_t>(e.mark.column) : 0};
    throw ConfigError{show({place, "", "this is not YAML: " + e.msg})};
  }
  if (builder.root()) return builder.root();
  auto nothing = std::make_shared<Node>();
  nothing->place = {source, 0, 0};
  return nothing;
}

NodePtr copy_tree(const Node& node) {
  auto copy = std::make_shared<Node>(node);
  for (auto& item : copy->items) item = copy_tree(*item);
  for (auto& entry : copy->entries) entry.node = copy_tree(*entry.node);
  return copy;
}

NodePtr make_scalar(std::string text, Place place) {
  auto node = std::make_shared<Node>();
  node->kind = Kind::scalar;
  node->text = std::move(text);
  node->place = std::move(place);
  return node;
}

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

bool is_selector(std::string_view key) { return key == "strategy" || key == "kind"; }

namespace {

// Ways to know a rate that may change, one of which a mapping has: how the grid's intensity is known says
// nothing about another way to know it.
std::string_view way_of(Node& mapping) {
  constexpr std::array<std::string_view, 5> ways = {"region", "mix", "trace", "time_of_use", "load"};
  const auto found = std::ranges::find_if(ways, [&](std::string_view way) { return mapping.find(way); });
  return found == ways.end() ? std::string_view{} : *found;
}

// What is said of a site's intensity is not said of the one that replaces it.
void forget_kind_of_replaced_intensity(Node& base, Node& over) {
  if (!over.find("intensity")) return;
  std::erase_if(base.entries, [](const Entry& old) {
    return old.key == "intensity_basis" || old.key == "intensity_signal" || old.key == "intensity_scope";
  });
}

}  // namespace

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
  forget_kind_of_replaced_intensity(*base, *over);
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
