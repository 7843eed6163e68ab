#include "sim/platform/network.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sim/config/reader.hpp"

using namespace campaign_sim;

namespace {

constexpr auto plain = "in_node: {bandwidth: 300 GB/s}\nbetween_nodes: {bandwidth: 25 GB/s, latency: 2 us}\n";

NetworkSpec network(const std::string& text, std::uint32_t nodes = 8) {
  Document document = Document::parse(text, "n.yaml");
  Reader root = document.root();
  const NetworkSpec spec = read_network(root, nodes);
  document.finish();
  return spec;
}

std::string mistakes(const std::string& text, std::uint32_t nodes = 8) {
  try {
    network(text, nodes);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a network is a star with hierarchical all-reduces in twenty rounds unless it says otherwise") {
  const NetworkSpec spec = network(plain);
  CHECK(spec.in_node.bandwidth == BytesPerSecond{300e9});
  CHECK(spec.in_node.latency == Seconds{0});
  CHECK(!spec.in_node_shared);
  CHECK(spec.between_nodes.latency.base() == Approx(2e-6));
  CHECK(spec.fabric.kind == Fabric::Kind::star);
  CHECK(spec.collective == Collective::hierarchical);
  CHECK(spec.rounds == 20);
}

TEST_CASE("every setting of a network can be given") {
  const NetworkSpec tree = network(std::string{plain} +
                                   "fabric: {kind: fat_tree, down: [4, 2], up: [1, 3]}\nall_reduce: tree\n"
                                   "rounds: every-step\n");
  CHECK(tree.fabric.down == std::vector<std::uint32_t>{4, 2});
  CHECK(tree.fabric.up == std::vector<std::uint32_t>{1, 3});
  CHECK(tree.fabric.parallel == std::vector<std::uint32_t>{1, 1});
  CHECK(tree.collective == Collective::tree);
  CHECK(tree.rounds == 0);
  CHECK(network(std::string{plain} + "fabric: {kind: torus, dimensions: [2, 4]}\nrounds: 3\n").rounds == 3);
  const Fabric dragonfly =
      network(
          std::string{plain} +
          "fabric: {kind: dragonfly, groups: 2, chassis: 1, routers: 2, nodes: 2, links_between_groups: 3}\n")
          .fabric;
  CHECK(dragonfly.down == std::vector<std::uint32_t>{2, 1, 2, 2});
  CHECK(dragonfly.parallel == std::vector<std::uint32_t>{3, 1, 1});
}

TEST_CASE("one node needs no links between nodes, several do") {
  CHECK(mistakes("in_node: {bandwidth: 300 GB/s}\n", 1).empty());
  CHECK_THAT(mistakes("in_node: {bandwidth: 300 GB/s}\n", 2), Catch::Contains("'between_nodes' is missing"));
}

TEST_CASE("a network that cannot be is refused") {
  const auto with = [](const std::string& more) { return mistakes(std::string{plain} + more); };
  CHECK_THAT(
      with("fabric: {kind: fat_tree, down: [4, 4]}\n"),
      Catch::Contains("n.yaml:3:") && Catch::Contains("the fabric joins 16 nodes, and the cluster has 8"));
  CHECK_THAT(with("fabric: {kind: fat_tree, down: []}\n"),
             Catch::Contains("'down' must have at least one number"));
  CHECK_THAT(with("fabric: {kind: fat_tree, down: [4, 2], up: [1]}\n"),
             Catch::Contains("'up' must have as many numbers as 'down' (one a level): 2"));
  CHECK_THAT(with("fabric: {kind: fat_tree, down: [4, 2], up: [2, 1]}\n"),
             Catch::Contains("the first number of 'up' must be 1"));
  CHECK_THAT(with("fabric: {kind: torus, dimensions: [8, 1]}\n"), Catch::Contains("'dimensions"));
  CHECK_THAT(with("fabric: {kind: torus, dimensions: [2.5, 4]}\n"), Catch::Contains("whole numbers"));
  CHECK_THAT(with("fabric: mesh\n"), Catch::Contains("mesh"));
  CHECK_THAT(with("rounds: 0\n"), Catch::Contains("'rounds'"));
  CHECK_THAT(with("rounds: often\n"), Catch::Contains("every-step"));
  CHECK_THAT(with("rounds: [1]\n"), Catch::Contains("'rounds'"));
  CHECK_THAT(mistakes("in_node: {bandwidth: 0 GB/s}\n", 1),
             Catch::Contains("'bandwidth' must be more than 0"));
  CHECK_THAT(mistakes("in_node: {bandwidth: 3 GB/s, latency: -1 s}\n", 1),
             Catch::Contains("'latency' must be"));
}
