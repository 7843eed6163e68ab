#include "sim/workload/registry.hpp"

#include <array>

namespace campaign_sim {

std::unique_ptr<Workload> make_fixed(Reader& workload, const WorkloadProblem& problem);
std::unique_ptr<Workload> make_transformer(Reader& workload, const WorkloadProblem& problem);
std::unique_ptr<Workload> make_neural_network(Reader& workload, const WorkloadProblem& problem);
std::unique_ptr<Workload> make_table(Reader& workload, const WorkloadProblem& problem);

namespace {

constexpr auto table = std::to_array<WorkloadEntry>({
    {"fixed", "costs that somebody published: seconds, watts and accelerators are inputs",
     "{kind: fixed, seconds_per_unit: 0.12 s, power: 208 W, quality: {kind: random}}",
     "{repeat: {int: [1, 100]}}", make_fixed},
    {"transformer", "cost from the architecture (6N FLOPs a token), quality from published scaling laws",
     "{kind: transformer, layers: 6, width: 512, heads: 8, vocabulary: 32 k, sequence_length: 512, "
     "batch_size: 32}",
     "{learning_rate: {float: [1e-4, 1e-2], log: true}}", make_transformer},
    {"neural_network", "cost from parameters and FLOPs of a sample: convolutional, recurrent, or any other",
     "{kind: neural_network, parameters: 25.6 M, flops_per_sample: 8.2 G, activation_bytes_per_sample: 90 M, "
     "batch_size: 64, quality: {kind: random}}",
     "{depth: {int: [1, 100]}}", make_neural_network},
    {"table", "real configurations and learning curves from a CSV file",
     "{kind: table, table: tests/data/runs.csv, metric: loss, match: nearest, seconds_per_unit: 60 "
     "s}",
     "{learning_rate: {float: [1e-4, 1e-2], log: true}}", make_table},
});

}  // namespace

std::span<const WorkloadEntry> workloads() { return table; }

}  // namespace campaign_sim
