#include "sim/results/segments_csv.hpp"

namespace campaign_sim {

std::string ranges(std::span<const std::uint32_t> numbers) {
  std::string text;
  for (std::size_t first = 0; first < numbers.size();) {
    std::size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ';';
    text += std::to_string(numbers[first]);
    if (last > first) text += '-' + std::to_string(numbers[last]);
    first = last + 1;
  }
  return text;
}

SegmentsCsv::SegmentsCsv(std::filesystem::path file, std::vector<std::string> cluster_names)
    : csv_{std::move(file),
           "segment,trial,cause,from_resource,to_resource,start_s,end_s,accelerators,energy_j,cluster,placed_"
           "on,stored_bytes"},
      cluster_names_{std::move(cluster_names)} {}

void SegmentsCsv::add(const LedgerRow& row) {
  if (row.trial)
    csv_.cell(static_cast<std::uint64_t>(row.segment)).cell(std::uint64_t{index(*row.trial)});
  else
    csv_.empty_cell().empty_cell();
  csv_.cell(name(row.cause));
  if (row.trial)
    csv_.cell(row.from).cell(row.to);
  else
    csv_.empty_cell().empty_cell();
  csv_.cell(row.start.base()).cell(row.end.base());
  csv_.cell(std::uint64_t{row.accelerators.size()}).cell(row.energy.base());
  csv_.cell(cluster_names_[row.cluster]);
  // One number needs no text of its own.
  if (row.accelerators.size() == 1)
    csv_.cell(std::uint64_t{row.accelerators.front()});
  else
    csv_.cell(ranges(row.accelerators));
  if (row.stored > Bytes{})
    csv_.cell(row.stored.base());
  else
    csv_.empty_cell();
  csv_.end_row();
}

}  // namespace campaign_sim
