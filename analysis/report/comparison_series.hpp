// The exported tables of a comparison as the JSON that the page draws from: columns, so that names are
// written once. What does not exist (an interval of one seed) is null; what is infinite (a run that never got
// there) is the text "inf".
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace campaign_sim {

// The variants by their names. What a table says about another is of another comparison.
class VariantNames {
 public:
  explicit VariantNames(std::vector<std::string> names) : names_{std::move(names)} {}
  std::size_t count() const { return names_.size(); }
  // Throws ResultsError, which names the file.
  std::size_t find(std::string_view name, const std::filesystem::path& file) const;

 private:
  std::vector<std::string> names_;
};

// summaries.csv and statistics.csv: each question with what every variant says to it, and the pairs. All
// pairs of at most 12 variants; of more, those that the best one of each question is in.
nlohmann::ordered_json read_questions(const std::filesystem::path& summaries,
                                      const std::filesystem::path& statistics, const VariantNames& variants);

// The variants from the best, by the first of these questions that the comparison has.
std::vector<std::size_t> best_first(const nlohmann::ordered_json& questions, std::size_t variants);

// anytime.csv: for each axis the grid, and the curves of these variants.
nlohmann::ordered_json read_anytime(const std::filesystem::path& file, const VariantNames& variants,
                                    const std::vector<std::size_t>& shown);

// pareto.csv.
nlohmann::ordered_json read_trade_offs(const std::filesystem::path& file, const VariantNames& variants);

// comparison.csv: `energy`, the mean kWh of each variant by cause and by what became of the trial;
// `replicates`, the headline figures of each, or null if they are too many to draw.
struct ReplicateSeries {
  static constexpr std::size_t most = 6000;
  nlohmann::ordered_json energy;
  nlohmann::ordered_json replicates;

  static ReplicateSeries read(const std::filesystem::path& file, const VariantNames& variants);
};

}  // namespace campaign_sim
