#include "sim/config/tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
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
    if (++nodes_ > most_nodes) fail(mark, fmt::format("there are more than {} values here", most_nodes));
    return node;
  }

  void count(const Node& node, const YAML::Mark& mark, std::size_t depth) {
    if (++nodes_ > most_nodes)
      fail(mark, fmt::format("its aliases make more than {} values of this file", most_nodes));
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
        {node.place, "",
         is_word ? fmt::format("a key is longer than {} characters", longest_key) : "a key must be a word"});
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

}  // namespace campaign_sim::config
