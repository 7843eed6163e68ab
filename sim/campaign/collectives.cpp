// After Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations in MPICH", 2005
// (ring and its halves) and Sanders, Speck and Träff, "Two-tree algorithms for full bandwidth broadcast,
// reduction and scan", 2009 (the two trees, as in NCCL).
#include "sim/campaign/collectives.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace campaign_sim {
namespace {

using Ranks = std::vector<std::uint32_t>;

// Collects who sends how much in one stage.
class StageBuilder {
 public:
  StageBuilder(const GangShape& gang, bool in_node_shared)
      : gang_{gang}, in_node_shared_{in_node_shared}, sent_in_node_(gang.accelerators) {}

  void send(std::uint32_t from_rank, std::uint32_t to_rank, Bytes bytes) {
    const std::uint32_t from = gang_.node(from_rank);
    const std::uint32_t to = gang_.node(to_rank);
    if (from == to)
      sent_in_node_[from_rank] += bytes;
    else
      between_nodes_[{from, to}] += bytes;
  }
  void follow_each_other(double in_node, double between) {
    messages_in_node_ = std::max(messages_in_node_, in_node);
    messages_between_ = std::max(messages_between_, between);
  }

  // Appends the stage, if anything is sent in it.
  void add_to(Track& track) const {
    Stage stage;
    stage.messages_in_node = messages_in_node_;
    stage.messages_between = messages_between_;
    if (in_node_shared_)
      add_each_node(stage);
    else
      add_busiest_node(stage);
    for (const auto& [ends, bytes] : between_nodes_)
      stage.transfers.push_back({ends.first, ends.second, bytes});
    if (!stage.transfers.empty()) track.push_back(std::move(stage));
  }

 private:
  void add_each_node(Stage& stage) const {
    for (std::uint32_t node = 0; node < gang_.nodes(); ++node)
      if (const Bytes bytes = in_node(node); bytes > Bytes{0}) stage.transfers.push_back({node, node, bytes});
  }

  // Links that nobody shares: all nodes begin at once, and the others are over when the busiest is.
  void add_busiest_node(Stage& stage) const {
    Transfer busiest{0, 0, Bytes{0}};
    for (std::uint32_t node = 0; node < gang_.nodes(); ++node)
      if (const Bytes bytes = in_node(node); bytes > busiest.bytes) busiest = {node, node, bytes};
    if (busiest.bytes > Bytes{0}) stage.transfers.push_back(busiest);
  }

  Bytes in_node(std::uint32_t node) const {
    Bytes sum;
    Bytes most;
    const std::uint32_t end = std::min((node + 1) * gang_.per_node, gang_.accelerators);
    for (std::uint32_t rank = node * gang_.per_node; rank < end; ++rank) {
      sum += sent_in_node_[rank];
      most = std::max(most, sent_in_node_[rank]);
    }
    return in_node_shared_ ? sum : most;
  }

  const GangShape& gang_;
  bool in_node_shared_;
  std::vector<Bytes> sent_in_node_;  // by rank
  std::map<std::pair<std::uint32_t, std::uint32_t>, Bytes> between_nodes_;
  double messages_in_node_ = 0;
  double messages_between_ = 0;
};

std::vector<Ranks> groups_of(const Exchange& exchange, const GangShape& gang) {
  const auto size = static_cast<std::uint32_t>(exchange.ranks);
  const auto stride = static_cast<std::uint32_t>(exchange.stride);
  std::vector<Ranks> groups;
  for (std::uint64_t block = 0; block < gang.accelerators; block += std::uint64_t{size} * stride)
    for (std::uint64_t first = block; first < std::min<std::uint64_t>(block + stride, gang.accelerators);
         ++first) {
      Ranks group;
      for (std::uint64_t rank = first; group.size() < size && rank < gang.accelerators; rank += stride)
        group.push_back(static_cast<std::uint32_t>(rank));
      if (group.size() > 1) groups.push_back(std::move(group));
    }
  return groups;
}

// A group's ranks, node by node.
std::vector<Ranks> by_node(const Ranks& group, const GangShape& gang) {
  std::vector<Ranks> nodes;
  for (const std::uint32_t rank : group) {
    if (nodes.empty() || gang.node(nodes.back().front()) != gang.node(rank)) nodes.emplace_back();
    nodes.back().push_back(rank);
  }
  return nodes;
}

// Reduce-scatter and all-gather pass a ring once, an all-reduce twice.
double times_around(Exchange::Pattern pattern) { return pattern == Exchange::Pattern::all_reduce ? 2 : 1; }

// What a rank sends passes all others but one: from node to node once for each node but one.
void ring(StageBuilder& stage, const Ranks& group, const GangShape& gang, Bytes buffer, double times) {
  const auto n = static_cast<double>(group.size());
  if (group.size() < 2) return;
  for (std::size_t i = 0; i < group.size(); ++i)
    stage.send(group[i], group[(i + 1) % group.size()], buffer * (times * (n - 1) / n));
  const auto nodes = static_cast<double>(by_node(group, gang).size());
  stage.follow_each_other(times * (n - nodes), times * (nodes - 1));
}

// Two binary trees of nodes, half of the buffer each; a node inside one is a leaf of the other.
void two_trees(StageBuilder& stage, const Ranks& group, const GangShape& gang, Bytes buffer) {
  const std::vector<Ranks> nodes = by_node(group, gang);
  const auto send_both_ways = [&](std::uint32_t child, std::uint32_t parent, Bytes bytes) {
    stage.send(child, parent, bytes);
    stage.send(parent, child, bytes);
  };
  std::size_t longest = 1;
  for (const Ranks& ranks : nodes) {
    for (std::size_t i = 1; i < ranks.size(); ++i) send_both_ways(ranks[i], ranks[i - 1], buffer);
    longest = std::max(longest, ranks.size());
  }
  const std::size_t last = nodes.size() - 1;
  for (std::size_t child = 1; child < nodes.size(); ++child) {
    const std::size_t parent = (child - 1) / 2;
    send_both_ways(nodes[child].front(), nodes[parent].front(), buffer * 0.5);
    send_both_ways(nodes[last - child].front(), nodes[last - parent].front(), buffer * 0.5);
  }
  const double levels = std::floor(std::log2(static_cast<double>(nodes.size())));
  stage.follow_each_other(2 * static_cast<double>(longest - 1), 2 * levels);
}

// Within nodes, between them, within them; reduce-scatter leaves the last out, all-gather the first.
Track hierarchical(const std::vector<Ranks>& groups, const GangShape& gang, const NetworkSpec& network,
                   Exchange::Pattern pattern, Bytes buffer) {
  StageBuilder scatter{gang, network.in_node_shared};
  StageBuilder across{gang, network.in_node_shared};
  StageBuilder gather{gang, network.in_node_shared};
  for (const Ranks& group : groups) {
    const std::vector<Ranks> nodes = by_node(group, gang);
    std::size_t lanes = 0;
    for (const Ranks& ranks : nodes) {
      if (pattern != Exchange::Pattern::all_gather) ring(scatter, ranks, gang, buffer, 1);
      if (pattern != Exchange::Pattern::reduce_scatter) ring(gather, ranks, gang, buffer, 1);
      lanes = std::max(lanes, ranks.size());
    }
    // Each lane is a ring of one rank of every node, which holds its share of the buffer.
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Ranks members;
      for (const Ranks& ranks : nodes) members.push_back(ranks[lane % ranks.size()]);
      ring(across, members, gang, buffer / static_cast<double>(lanes), times_around(pattern));
    }
  }
  Track track;
  scatter.add_to(track);
  across.add_to(track);
  gather.add_to(track);
  return track;
}

// Every rank has a part for every other. What passes between two nodes is worked out at once: for thousands
// of ranks there are millions of pairs.
void all_to_all(StageBuilder& stage, const Ranks& group, const GangShape& gang, Bytes buffer) {
  const std::vector<Ranks> nodes = by_node(group, gang);
  const Bytes part = buffer / static_cast<double>(group.size());
  for (const Ranks& from : nodes) {
    const auto senders = static_cast<double>(from.size());
    if (from.size() > 1)
      for (std::size_t i = 0; i < from.size(); ++i)
        stage.send(from[i], from[(i + 1) % from.size()], part * (senders - 1));
    for (const Ranks& to : nodes)
      if (&from != &to) stage.send(from.front(), to.front(), part * senders * static_cast<double>(to.size()));
  }
  const bool stays_in_node = nodes.size() == 1;
  stage.follow_each_other(stays_in_node ? 1 : 0, stays_in_node ? 0 : 1);
}

}  // namespace

Track stages_of(const Exchange& exchange, const GangShape& gang, const NetworkSpec& network) {
  const std::vector<Ranks> groups = groups_of(exchange, gang);
  const bool sends = exchange.pattern == Exchange::Pattern::send_to_next;
  const bool scatters = exchange.pattern == Exchange::Pattern::all_to_all;
  if (!sends && !scatters && network.collective == Collective::hierarchical)
    return hierarchical(groups, gang, network, exchange.pattern, exchange.bytes);

  const bool trees =
      network.collective == Collective::tree && exchange.pattern == Exchange::Pattern::all_reduce;
  StageBuilder stage{gang, network.in_node_shared};
  for (const Ranks& group : groups) {
    if (sends) {
      for (std::size_t i = 1; i < group.size(); ++i) stage.send(group[i - 1], group[i], exchange.bytes);
      // All at once: one message, of the slowest kind.
      const bool crosses = gang.node(group.front()) != gang.node(group.back());
      stage.follow_each_other(crosses ? 0 : 1, crosses ? 1 : 0);
    } else if (scatters) {
      all_to_all(stage, group, gang, exchange.bytes);
    } else if (trees) {
      two_trees(stage, group, gang, exchange.bytes);
    } else {
      ring(stage, group, gang, exchange.bytes, times_around(exchange.pattern));
    }
  }
  Track track;
  stage.add_to(track);
  return track;
}

Track repeated(const Track& track, double times) {
  Track result = track;
  for (Stage& stage : result) {
    stage.messages_in_node *= times;
    stage.messages_between *= times;
    for (Transfer& transfer : stage.transfers) transfer.bytes = transfer.bytes * times;
  }
  return result;
}

Seconds undisturbed(const Track& track, const NetworkSpec& network) {
  Seconds sum;
  for (const Stage& stage : track) {
    std::map<std::uint32_t, Bytes> out;
    std::map<std::uint32_t, Bytes> in;
    Seconds busiest;
    Seconds in_node;
    Seconds between;
    for (const Transfer& transfer : stage.transfers) {
      if (transfer.from == transfer.to) {
        busiest = std::max(busiest, transfer.bytes / network.in_node.bandwidth);
        in_node = network.in_node.latency;
      } else if (network.fabric.kind != Fabric::Kind::simgrid) {
        out[transfer.from] += transfer.bytes;
        in[transfer.to] += transfer.bytes;
        between = 2 * network.between_nodes.latency;
      }
    }
    for (const auto* side : {&out, &in})
      for (const auto& [node, bytes] : *side)
        busiest = std::max(busiest, bytes / network.between_nodes.bandwidth);
    sum += busiest + stage.messages_in_node * in_node + stage.messages_between * between;
  }
  return sum;
}

}  // namespace campaign_sim
