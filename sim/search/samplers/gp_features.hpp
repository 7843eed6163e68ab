// Configurations as points of a Gaussian process.
#pragma once

#include <vector>

#include "sim/core/space.hpp"
#include "sim/search/model/gaussian_process.hpp"

namespace campaign_sim {

// One axis (a length scale) for each parameter that varies. A number is one column, its place in the unit
// interval. k unordered choices are k columns of which one is 1/√2: any two choices are 1 apart. A
// parameter with a condition has one more column, 1 where active, and rests in the middle where not.
class GpFeatures {
 public:
  explicit GpFeatures(const Space& space);

  std::size_t axes() const { return axes_; }
  const AxisOfColumn& axis_of_column() const { return axis_of_column_; }
  // The column of a numerical parameter that varies.
  std::size_t column_of(std::size_t parameter) const { return first_column_[parameter]; }

  std::vector<double> of(const Configuration& configuration) const;

 private:
  const Space& space_;
  std::size_t axes_ = 0;
  AxisOfColumn axis_of_column_;
  std::vector<std::size_t> first_column_;  // by parameter
};

}  // namespace campaign_sim
