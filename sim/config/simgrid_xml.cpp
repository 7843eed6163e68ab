// What is checked here is what SimGrid would take without a word, or end the program over. Whether SimGrid
// can make a platform of the rest is tried out before it is simulated (sim/cluster/platform_check).
#include "sim/config/simgrid_xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <string_view>

#include "sim/config/cursor.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/units.hpp"
#include "sim/core/limits.hpp"
#include "sim/core/text.hpp"

namespace campaign_sim::config {
namespace {

// What a property of a host says of its cluster, and where that stands in the cluster's mapping.
struct Property {
  std::string_view name;
  std::array<std::string_view, 3> path;
};
constexpr auto properties = std::to_array<Property>({
    {"accelerator", {"accelerator"}},
    {"accelerators", {"accelerators_per_node"}},
    {"site", {"site"}},
    {"node_base", {"node_base"}},
    {"accelerator_price", {"accelerator_price"}},
    {"in_node_bandwidth", {"network", "in_node", "bandwidth"}},
    {"in_node_latency", {"network", "in_node", "latency"}},
    {"in_node_shared", {"network", "in_node", "shared"}},
    {"all_reduce", {"network", "all_reduce"}},
    {"rounds", {"network", "rounds"}},
});

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The number at the start of "1.5GBps".
std::optional<double> leading_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

class XmlPlatform {
 public:
  XmlPlatform(std::shared_ptr<Source> source, std::string path, std::vector<Mistake>& mistakes)
      : source_{std::move(source)}, path_{std::move(path)}, mistakes_{mistakes} {}

  NodePtr read(const std::filesystem::path& file) {
    file_ = file.filename().string();
    const auto result = document_.load_buffer(source_->text.data(), source_->text.size());
    if (!result) {
      const Mistake mistake{place_at(static_cast<std::size_t>(result.offset)), "",
                            fmt::format("this is not well-formed XML ({})", result.description())};
      throw ConfigError{show_all({mistake})};
    }
    const pugi::xml_node platform = document_.child("platform");
    const NodePtr root = make_mapping(place_at(0));
    if (!platform) {
      reject(document_.first_child(), "a SimGrid platform has an element <platform>; this file has none");
      return root;
    }
    walk(platform);
    if (clusters_.empty() && mistakes_.empty())
      reject(
          platform,
          "no host has a property 'accelerator' (those that have one are nodes); give it to the hosts that "
          "train, such as <prop id=\"accelerator\" value=\"h100-sxm\"/>");
    const NodePtr clusters = make_mapping(root->place);
    for (Cluster& cluster : clusters_)
      clusters->entries.push_back({cluster.name, cluster.tree->place, finished(cluster)});
    root->entries.push_back({"clusters", root->place, clusters});
    return root;
  }

 private:
  struct Cluster {
    std::string name;
    std::string first_host;
    std::map<std::string, std::string, std::less<>> values;  // by property
    NodePtr tree;
    std::vector<std::string> hosts;
  };

  Place place_at(std::size_t offset) const {
    const std::string_view before = std::string_view{source_->text}.substr(0, offset);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const auto start = before.rfind('\n');
    return {source_, line, start == std::string_view::npos ? offset : offset - start - 1};
  }
  Place place_of(const pugi::xml_node& node) const {
    const auto offset = node.offset_debug();  // of the element's name, behind its bracket
    return place_at(offset > 0 ? static_cast<std::size_t>(offset) - 1 : 0);
  }
  void reject(const pugi::xml_node& node, std::string message) {
    mistakes_.push_back({place_of(node), path_, std::move(message)});
  }

  void walk(const pugi::xml_node& parent) {
    for (const pugi::xml_node& node : parent.children()) {
      const std::string_view tag = node.name();
      if (tag == "zone" || tag == "AS") {
        walk(node);
      } else if (tag == "host") {
        check(node, "speed", false);
        check_wattage(node);
        add(node, {node.attribute("id").value()});
      } else if (tag == "cluster") {
        check(node, "speed", false);
        check(node, "bw", false);
        check(node, "lat", true);
        check_wattage(node);
        add(node, names_of(node));
      } else if (tag == "link") {
        check(node, "bandwidth", false);
        check(node, "latency", true);
      }
    }
  }

  void check(const pugi::xml_node& node, const char* attribute, bool may_be_zero) {
    if (!node.attribute(attribute)) return;  // SimGrid knows which are required
    for (const std::string_view text : split(node.attribute(attribute).value(), ',')) {
      const auto value = leading_number(text);
      if (value && (*value > 0 || (may_be_zero && *value == 0))) continue;
      reject(node, fmt::format("'{}' of <{}> is '{}', and must be {} 0", attribute, node.name(),
                               printable(text), may_be_zero ? "at least" : "more than"));
    }
  }

  // SimGrid ends the program over watts that it cannot read.
  void check_wattage(const pugi::xml_node& node) {
    const std::string text = property(node, "wattage_per_state");
    if (text.empty()) return;
    const auto states = split(text, ',');
    const std::size_t speeds = split(node.attribute("speed").value(), ',').size();
    if (states.size() != speeds)
      return reject(
          node, fmt::format("'wattage_per_state' has {} states, and 'speed' has {}", states.size(), speeds));
    for (const std::string_view state : states) {
      const auto watts = split(state, ':');
      const auto is_power = [](std::string_view one) { return parse_plain_number(one).value_or(-1) >= 0; };
      if (watts.size() <= 3 && std::all_of(watts.begin(), watts.end(), is_power)) continue;
      return reject(node,
                    fmt::format("'wattage_per_state' has '{}', which is not idle:epsilon:all-cores in watts, "
                                "such as 100:120:400",
                                printable(state)));
    }
  }

  static std::string property(const pugi::xml_node& node, std::string_view id) {
    for (const pugi::xml_node& child : node.children("prop"))
      if (id == child.attribute("id").value()) return child.attribute("value").value();
    return {};
  }

  // The hosts of <cluster prefix="node-" radical="0-3,7" suffix=".example">.
  std::vector<std::string> names_of(const pugi::xml_node& node) {
    std::vector<std::string> names;
    for (const std::string_view part : split(node.attribute("radical").value(), ',')) {
      const auto ends = split(part, '-');
      const auto first = leading_number(ends.front());
      const auto last = leading_number(ends.back());
      if (!first || !last || *first < 0 || *last < *first || *last - *first >= most_accelerators) {
        reject(node, fmt::format("'radical' has '{}', which is not a range of numbers, such as 0-15",
                                 printable(part)));
        return {};
      }
      for (double number = *first; number <= *last; ++number)
        names.push_back(fmt::format("{}{}{}", node.attribute("prefix").value(), number,
                                    node.attribute("suffix").value()));
    }
    return names;
  }

  void add(const pugi::xml_node& node, const std::vector<std::string>& hosts) {
    for (const std::string& host : hosts)
      if (!seen_.insert(host).second)
        return reject(node, fmt::format("there are two hosts '{}'", printable(host)));
    if (property(node, "accelerator").empty()) return;
    std::string name = property(node, "cluster");
    if (name.empty()) name = "main";
    auto cluster =
        std::find_if(clusters_.begin(), clusters_.end(), [&](const Cluster& c) { return c.name == name; });
    if (cluster == clusters_.end()) {
      clusters_.push_back({name, hosts.empty() ? "" : hosts.front(), {}, make_mapping(place_of(node)), {}});
      cluster = clusters_.end() - 1;
      describe(*cluster, node);
    } else {
      compare(*cluster, node, hosts);
    }
    cluster->hosts.insert(cluster->hosts.end(), hosts.begin(), hosts.end());
  }

  void describe(Cluster& cluster, const pugi::xml_node& node) {
    for (const Property& known : properties)
      for (const pugi::xml_node& child : node.children("prop"))
        if (known.name == child.attribute("id").value()) {
          const std::string value = child.attribute("value").value();
          cluster.values.emplace(known.name, value);
          put_at(*cluster.tree, known.path, make_scalar(value, place_of(child)));
        }
  }

  // The nodes of a cluster are alike.
  void compare(const Cluster& cluster, const pugi::xml_node& node, const std::vector<std::string>& hosts) {
    for (const Property& known : properties) {
      const auto found = cluster.values.find(known.name);
      const std::string first = found == cluster.values.end() ? "" : found->second;
      const std::string own = property(node, known.name);
      if (first == own) continue;
      reject(node,
             fmt::format("'{}' of host '{}' is '{}', and that of '{}' in the same cluster is '{}' (the nodes "
                         "of a cluster are alike); give one of them another property 'cluster'",
                         known.name, hosts.empty() ? "" : hosts.front(), printable(own), cluster.first_host,
                         printable(first)));
    }
  }

  static void put_at(Node& tree, const std::array<std::string_view, 3>& path, NodePtr value) {
    Node* at = &tree;
    for (std::size_t i = 0; i < path.size() && !path[i].empty(); ++i) {
      const bool last = i + 1 == path.size() || path[i + 1].empty();
      if (last) {
        at->entries.push_back({std::string{path[i]}, value->place, value});
        return;
      }
      if (!at->find(path[i]))
        at->entries.push_back({std::string{path[i]}, value->place, make_mapping(value->place)});
      at = at->find(path[i])->node.get();
    }
  }

  NodePtr finished(const Cluster& cluster) const {
    const Place& place = cluster.tree->place;
    Node& tree = *cluster.tree;
    const auto scalar = [&](std::string text) { return make_scalar(std::move(text), place); };
    tree.entries.push_back({"nodes", place, scalar(std::to_string(cluster.hosts.size()))});
    if (!tree.find("accelerators_per_node")) put_at(tree, {"accelerators_per_node"}, scalar("1"));
    // Nothing is sent within a node of one accelerator.
    const bool alone = *tree.find("accelerators_per_node")->node->text == "1";
    const Entry* network = tree.find("network");
    if (alone && !(network && network->node->find("in_node")))
      put_at(tree, {"network", "in_node", "bandwidth"}, scalar("1 TB/s"));
    put_at(tree, {"network", "fabric", "kind"}, scalar("simgrid"));
    put_at(tree, {"network", "fabric", "file"}, scalar(file_));
    auto hosts = std::make_shared<Node>();
    hosts->kind = Kind::sequence;
    hosts->place = place;
    for (const std::string& host : cluster.hosts) hosts->items.push_back(scalar(host));
    put_at(tree, {"network", "fabric", "hosts"}, hosts);
    return cluster.tree;
  }

  std::shared_ptr<Source> source_;
  std::string path_;
  std::vector<Mistake>& mistakes_;
  std::string file_;
  pugi::xml_document document_;
  std::set<std::string> seen_;
  std::vector<Cluster> clusters_;
};

}  // namespace

NodePtr read_simgrid_xml(const std::filesystem::path& file, std::size_t order, std::string path,
                         std::vector<Mistake>& mistakes) {
  auto source = read_source(file);
  source->order = order;
  check_text(source);
  return XmlPlatform{std::move(source), std::move(path), mistakes}.read(file);
}

}  // namespace campaign_sim::config
