#include "sim/campaign/collectives.hpp"

#include <catch2/catch.hpp>
#include <map>

using namespace campaign_sim;

namespace {

using Pattern = Exchange::Pattern;

NetworkSpec network(Collective collective, bool in_node_shared = false) {
  NetworkSpec spec;
  spec.in_node = {BytesPerSecond{100}, Seconds{0.25}};
  spec.in_node_shared = in_node_shared;
  spec.between_nodes = {BytesPerSecond{10}, Seconds{0.5}};
  spec.collective = collective;
  return spec;
}

// {from, to}: bytes
std::map<std::pair<std::uint32_t, std::uint32_t>, double> bytes_of(const Stage& stage) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> bytes;
  for (const Transfer& transfer : stage.transfers)
    bytes[{transfer.from, transfer.to}] = transfer.bytes.base();
  return bytes;
}

using Sent = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;

}  // namespace

TEST_CASE("a ring passes (n-1)/n of the buffer over every edge, twice for an all-reduce") {
  const Exchange exchange{Pattern::all_reduce, 4, 1, Bytes{80}};
  const Track track = stages_of(exchange, {4, 2}, network(Collective::ring));
  REQUIRE(track.size() == 1);
  CHECK(bytes_of(track[0]) == Sent{{{0, 0}, 120}, {{0, 1}, 120}, {{1, 0}, 120}});
  // Three hops around, one of them between the nodes; twice.
  CHECK(track[0].messages_in_node == 4);
  CHECK(track[0].messages_between == 2);
  CHECK(undisturbed(track, network(Collective::ring)) == Seconds{12 + 4 * 0.25 + 2 * 2 * 0.5});

  for (const Pattern half : {Pattern::all_gather, Pattern::reduce_scatter}) {
    const Track once = stages_of({half, 4, 1, Bytes{80}}, {4, 2}, network(Collective::ring));
    CHECK(bytes_of(once.at(0)).at({0, 1}) == 60);
    CHECK(once[0].messages_in_node + once[0].messages_between == 3);
  }
}

TEST_CASE("a link that the accelerators of a node share carries what all of them send") {
  const Exchange exchange{Pattern::all_reduce, 4, 1, Bytes{80}};
  const Track own = stages_of(exchange, {4, 4}, network(Collective::ring));
  const Track shared = stages_of(exchange, {4, 4}, network(Collective::ring, true));
  CHECK(bytes_of(own.at(0)) == Sent{{{0, 0}, 120}});
  CHECK(bytes_of(shared.at(0)) == Sent{{{0, 0}, 4 * 120}});
}

TEST_CASE("over links that nobody shares the busiest node stands for all") {
  const Exchange pairs{Pattern::all_reduce, 2, 1, Bytes{80}};
  CHECK(bytes_of(stages_of(pairs, {8, 2}, network(Collective::ring)).at(0)) == Sent{{{0, 0}, 80}});
  CHECK(bytes_of(stages_of(pairs, {6, 2}, network(Collective::ring, true)).at(0)) ==
        Sent{{{0, 0}, 160}, {{1, 1}, 160}, {{2, 2}, 160}});
  // Three ranks of one group on the first node, one on the second.
  const Exchange ring{Pattern::all_gather, 4, 1, Bytes{80}};
  CHECK(bytes_of(stages_of(ring, {4, 3}, network(Collective::ring)).at(0)) ==
        Sent{{{0, 0}, 60}, {{0, 1}, 60}, {{1, 0}, 60}});
}

TEST_CASE("a hierarchical all-reduce goes through a node, between nodes, through a node") {
  const Exchange exchange{Pattern::all_reduce, 8, 1, Bytes{80}};
  const Track track = stages_of(exchange, {8, 4}, network(Collective::hierarchical));
  REQUIRE(track.size() == 3);
  CHECK(bytes_of(track[0]) == Sent{{{0, 0}, 60}});
  // Four lanes of 20 bytes between two nodes: 2 × 1/2 × 20 each.
  CHECK(bytes_of(track[1]) == Sent{{{0, 1}, 80}, {{1, 0}, 80}});
  CHECK(bytes_of(track[2]) == Sent{{{0, 0}, 60}});
  CHECK(track[0].messages_in_node == 3);
  CHECK(track[1].messages_between == 2);
  CHECK(undisturbed(track, network(Collective::hierarchical)) ==
        Seconds{0.6 + 3 * 0.25 + 8 + 2 * 1 + 0.6 + 3 * 0.25});

  const auto stages = [](Pattern pattern) {
    return stages_of({pattern, 8, 1, Bytes{80}}, {8, 4}, network(Collective::hierarchical)).size();
  };
  CHECK(stages(Pattern::reduce_scatter) == 2);
  CHECK(stages(Pattern::all_gather) == 2);
}

TEST_CASE("on one node a hierarchical all-reduce costs what a ring does") {
  const Exchange exchange{Pattern::all_reduce, 4, 1, Bytes{80}};
  CHECK(undisturbed(stages_of(exchange, {4, 8}, network(Collective::hierarchical)),
                    network(Collective::hierarchical)) ==
        undisturbed(stages_of(exchange, {4, 8}, network(Collective::ring)), network(Collective::ring)));
}

TEST_CASE("two trees carry the whole buffer up and down, half each") {
  const Exchange exchange{Pattern::all_reduce, 4, 1, Bytes{80}};
  const Track track = stages_of(exchange, {4, 1}, network(Collective::tree));
  REQUIRE(track.size() == 1);
  // First tree: 0 over 1 and 2, 1 over 3. Second: 3 over 2 and 1, 2 over 0.
  CHECK(bytes_of(track[0]) == Sent{{{0, 1}, 40},
                                   {{1, 0}, 40},
                                   {{0, 2}, 80},
                                   {{2, 0}, 80},
                                   {{1, 3}, 80},
                                   {{3, 1}, 80},
                                   {{2, 3}, 40},
                                   {{3, 2}, 40}});
  CHECK(track[0].messages_between == 4);
}

TEST_CASE("groups of ranks that are a stride apart exchange at the same time") {
  // Tensor parallel in pairs, data parallel over four: 0, 2, 4, 6 and 1, 3, 5, 7 on nodes of two.
  const Track data = stages_of({Pattern::all_reduce, 4, 2, Bytes{80}}, {8, 2}, network(Collective::ring));
  REQUIRE(data.size() == 1);
  CHECK(bytes_of(data[0]) == Sent{{{0, 1}, 240}, {{1, 2}, 240}, {{2, 3}, 240}, {{3, 0}, 240}});
  const Track tensor = stages_of({Pattern::all_reduce, 2, 1, Bytes{80}}, {8, 2}, network(Collective::ring));
  CHECK(bytes_of(tensor.at(0)) == Sent{{{0, 0}, 80}});
}

TEST_CASE("a pipeline sends from each rank to the next, and the last sends nothing") {
  const Track track = stages_of({Pattern::send_to_next, 3, 1, Bytes{7}}, {3, 1}, network(Collective::ring));
  REQUIRE(track.size() == 1);
  CHECK(bytes_of(track[0]) == Sent{{{0, 1}, 7}, {{1, 2}, 7}});
  CHECK(track[0].messages_between == 1);
}

TEST_CASE("a lone rank has nobody to exchange with") {
  for (const Collective collective : {Collective::ring, Collective::tree, Collective::hierarchical})
    CHECK(stages_of({Pattern::all_reduce, 1, 1, Bytes{80}}, {4, 2}, network(collective)).empty());
}

TEST_CASE("in an all-to-all every rank has a part for every other") {
  // Four ranks on two nodes, 80 bytes each: 20 for each of the four, itself among them.
  const Exchange exchange{Pattern::all_to_all, 4, 1, Bytes{80}};
  for (const Collective collective : {Collective::ring, Collective::hierarchical}) {
    const Track track = stages_of(exchange, {4, 2}, network(collective));
    REQUIRE(track.size() == 1);
    CHECK(bytes_of(track[0]) == Sent{{{0, 0}, 20}, {{0, 1}, 80}, {{1, 0}, 80}});
    CHECK(track[0].messages_between == 1);
    CHECK(track[0].messages_in_node == 0);
  }
  CHECK(bytes_of(stages_of(exchange, {4, 2}, network(Collective::ring, true)).at(0)) ==
        Sent{{{0, 0}, 40}, {{0, 1}, 80}, {{1, 0}, 80}, {{1, 1}, 40}});
  const Track within = stages_of(exchange, {4, 4}, network(Collective::ring));
  CHECK(bytes_of(within.at(0)) == Sent{{{0, 0}, 60}});
  CHECK(within[0].messages_in_node == 1);
}
