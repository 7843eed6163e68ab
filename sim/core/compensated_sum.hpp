// A running sum that does not lose small terms beside a large one (Neumaier 1974).
#pragma once

namespace campaign_sim {

class CompensatedSum {
 public:
  void add(double term) {
    const double sum = sum_ + term;
    correction_ += magnitude(sum_) >= magnitude(term) ? (sum_ - sum) + term : (term - sum) + sum_;
    sum_ = sum;
  }
  double value() const { return sum_ + correction_; }

 private:
  static constexpr double magnitude(double x) { return x < 0 ? -x : x; }

  double sum_ = 0;
  double correction_ = 0;
};

}  // namespace campaign_sim
