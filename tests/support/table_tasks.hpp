// Real searches as functions: what recorded models reached, at the nearest recorded configuration.
//
// tests/quality/against_optuna.py has the same rules in Python; both read the files in ../shared/data.
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "sim/config/csv.hpp"
#include "sim/core/space.hpp"

namespace campaign_sim::testing {

// A grid of recorded configurations: the coordinates are the places of a column's values in rising order.
// What is not recorded is as bad as the worst that is.
class GridTask {
 public:
  GridTask(const std::filesystem::path& file, std::size_t columns, const std::string& metric) {
    const auto table = CsvTable::load(file);
    std::vector<std::vector<double>> values(columns);
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t row = 0; row < table.rows(); ++row)
        values[column].push_back(table.number(row, column));
      std::ranges::sort(values[column]);
      values[column].erase(std::unique(values[column].begin(), values[column].end()), values[column].end());
      space_ += (column == 0 ? "{" : ", ") + std::string(1, static_cast<char>('a' + column)) +
                ": {int: [0, " + std::to_string(values[column].size() - 1) + "]}";
    }
    space_ += "}";
    const std::size_t result = table.column(metric);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      std::vector<double> place;
      for (std::size_t column = 0; column < columns; ++column)
        place.push_back(static_cast<double>(
            std::ranges::lower_bound(values[column], table.number(row, column)) - values[column].begin()));
      const double loss = table.number(row, result);
      losses_[place] = loss;
      if (std::isfinite(loss)) worst_ = std::max(worst_, loss);
    }
  }

  const std::string& space() const { return space_; }
  double operator()(const Configuration& configuration) const {
    const auto found = losses_.find(configuration.values);
    return found == losses_.end() || !std::isfinite(found->second) ? worst_ : found->second;
  }

 private:
  std::string space_;
  std::map<std::vector<double>, double> losses_;
  double worst_ = -std::numeric_limits<double>::infinity();
};

// TaskSet's eight hyperparameters of an optimiser, each scaled to 0 … 1 by its logarithm (the betas by that
// of one less it); the loss is the validation loss at the end of the nearest configuration, the first where
// two are as near.
class NearestTask {
 public:
  explicit NearestTask(const std::filesystem::path& file) {
    const auto table = CsvTable::load(file);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      points_.emplace_back();
      for (std::size_t column = 1; column <= dimensions; ++column) {
        const bool beta = table.columns()[column].starts_with("beta");
        const double value = table.number(row, column);
        points_.back().push_back(std::log(beta ? 1 - value : value));
      }
      losses_.push_back(table.number(row, table.columns().size() - 1));
      if (std::isfinite(losses_.back())) worst_ = std::max(worst_, losses_.back());
    }
    for (std::size_t i = 0; i < dimensions; ++i) {
      const auto [low, high] =
          std::ranges::minmax(points_, {}, [i](const std::vector<double>& point) { return point[i]; });
      const double from = low[i];
      const double range = high[i] - low[i];
      for (auto& point : points_) point[i] = (point[i] - from) / range;
    }
  }

  static std::string space() {
    std::string text = "{";
    for (std::size_t i = 0; i < dimensions; ++i)
      text += std::string(i == 0 ? "" : ", ") + static_cast<char>('a' + i) + ": {float: [0, 1]}";
    return text + "}";
  }
  double operator()(const Configuration& configuration) const {
    std::size_t nearest = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < points_.size(); ++row) {
      double distance = 0;
      for (std::size_t i = 0; i < dimensions; ++i)
        distance += (points_[row][i] - configuration.values[i]) * (points_[row][i] - configuration.values[i]);
      if (distance < smallest) {
        smallest = distance;
        nearest = row;
      }
    }
    return std::isfinite(losses_[nearest]) ? losses_[nearest] : worst_;
  }

 private:
  static constexpr std::size_t dimensions = 8;
  std::vector<std::vector<double>> points_;
  std::vector<double> losses_;
  double worst_ = -std::numeric_limits<double>::infinity();
};

}  // namespace campaign_sim::testing
