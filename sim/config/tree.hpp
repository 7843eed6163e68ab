// Our own tree of YAML values: each node knows where it stands and whether it was read.
//
// It is built from the parser's events, not from its nodes, because only the events show equal keys,
// tags and aliases. Nodes are shared between the tree and the readers; a library file is copied before
// it is changed.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/source.hpp"

namespace campaign_sim::config {

enum class Kind : std::uint8_t { null, scalar, sequence, mapping };

struct Node;
using NodePtr = std::shared_ptr<Node>;

struct Entry {
  std::string key;
  Place place;  // of the key
  NodePtr node;
  bool read = false;
  bool is_default = false;  // nobody wrote it; it does not count as present
  bool is_implied = false;  // nobody wrote it, yet it can be read; it is shown only then
  bool superseded = false;  // belongs to a choice that an override has replaced: unread is no mistake
};

struct Node {
  Kind kind = Kind::null;
  Place place;
  // The scalar. A mapping has one too where an override went below a name (`platform: p100` and
  // `platform.nodes=4`).
  std::optional<std::string> text;
  std::vector<NodePtr> items;
  std::vector<Entry> entries;

  // A default that was filled in, as the quantity it is: its text depends on the document's currency.
  struct Number {
    double base;
    std::array<int, 6> dimension;
  };
  std::optional<Number> quantity;
  bool is_number = false;          // it was read as one, or as an amount, or is a default that is
  std::string used;                // the library entry a mapping came from, for the resolved document
  std::vector<std::string> files;  // the library files that are being expanded around this mapping
  std::vector<std::string> asked;  // keys somebody looked for
  std::string tag;                 // the key whose value decides which others there are
  bool whole = false;              // a range, read as one of whole numbers
  bool opened = false;             // somebody read it as a mapping
  bool forgives_unknown = false;   // the choice that decides which keys there are was itself a mistake

  Entry* find(std::string_view key);
};

inline constexpr std::size_t deepest = 64;            // levels of nesting
inline constexpr std::size_t most_nodes = 1'000'000;  // after aliases are expanded

// The tree of one text. Equal keys, tags and the like go to `mistakes`; what is not YAML throws ConfigError.
NodePtr parse_tree(const std::shared_ptr<const Source>& source, std::vector<Mistake>& mistakes);

NodePtr copy_tree(const Node& node);

NodePtr make_scalar(std::string text, Place place);

}  // namespace campaign_sim::config
