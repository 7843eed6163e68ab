// A number that describes training, either the same for all trials (it stands in `workload:`) or a
// dimension of the search (a parameter of that name stands in `space:`). Names are resolved once, here:
// reading a setting of a configuration is an array access.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/space.hpp"

namespace campaign_sim {

class Setting {
 public:
  Setting() = default;
  explicit Setting(double fixed) : fixed_{fixed} {}
  // `fixed` is used where the parameter is inactive.
  Setting(const Space& space, std::size_t parameter, double fixed);

  double in(const Configuration& configuration) const;
  bool is_searched() const { return parameter_.has_value(); }

  double lowest() const;
  double highest() const;
  // Every value it can take, if there are at most `limit` of them; nothing otherwise.
  std::optional<std::vector<double>> values(std::size_t limit) const;

 private:
  double fixed_ = 0;
  std::optional<std::size_t> parameter_;
  bool is_choice_ = false;
  bool may_be_inactive_ = false;
  std::vector<double> choices_;           // of a choice, as numbers
  double low_ = 0, high_ = 0, step_ = 0;  // of a number
};

// Reads settings and remembers which parameters of the space they claimed.
class SettingReader {
 public:
  SettingReader(Reader& workload, const Space& space) : workload_{workload}, space_{space} {}

  // A parameter of the space called `key` wins over `workload.key`; without either, the fallback, and
  // without one of those the reader reports a missing key. Wrong values are rejected wherever they stand.
  Setting whole(std::string_view key, Range range, std::optional<double> fallback = std::nullopt);
  Setting real(std::string_view key, Range range, std::optional<double> fallback = std::nullopt);
  // Whether the scenario says anything about it.
  bool has(std::string_view key) const;

  // The parameters of the space that no setting claimed.
  std::vector<std::size_t> unclaimed() const;

 private:
  // `layers: depth`, where 'depth' is a parameter: an easy guess, but not how the two are tied.
  bool names_a_parameter(std::string_view key);
  Setting read(std::string_view key, Range range, std::optional<double> fallback, bool whole);

  Reader& workload_;
  const Space& space_;
  std::vector<std::size_t> claimed_;
};

}  // namespace campaign_sim
