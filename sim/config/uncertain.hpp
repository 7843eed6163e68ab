// A number that is known only as a range: `{value: 400 W, from: 300 W, to: 450 W}`.
//
// A run uses the value; who asks how far the answer hangs on it draws from the range. `from` and `to` are
// hard ends. With a value between them the draw is triangular with its mode there, without one uniform (a run
// then uses the middle); `{value: 400 W, std: 20 W}` is normal, cut at three standard deviations either side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/config/reader.hpp"

namespace campaign_sim {

enum class Distribution : std::uint8_t { uniform, triangular, normal };
std::string_view name(Distribution distribution);

struct UncertainNumber {
  Distribution distribution = Distribution::uniform;
  double value = 0;  // what a run uses: the mode, the middle or the mean
  double low = 0;
  double high = 0;
  bool whole = false;  // only whole numbers

  // The number below which lies that share of the draws, 0 to 1.
  double quantile(double share) const;
};

struct UncertainInput {
  // The keys that this one range stands for, more than one where a library entry or an alias is used twice:
  // what is written once is one quantity, and is drawn once.
  std::vector<std::string> paths;
  UncertainNumber number;  // in that unit
  std::string unit;        // empty: a number without one

  std::string written(double drawn) const;
  // The overrides that put a number in the place of the range: path=number.
  std::vector<std::string> assignments(double drawn) const;
};

// Those among the inputs of a document that were written as a range, in their order.
std::vector<UncertainInput> uncertain_inputs(const std::vector<Input>& inputs);

namespace config {

// What stands in the mapping, each as a number in base units, once it was found to be one that the key
// accepts.
struct RangeParts {
  std::optional<double> value;
  std::optional<double> from;
  std::optional<double> to;
  std::optional<double> std;
  std::optional<std::string> distribution;
};

struct RangeMistake {
  std::string_view part;  // the key at fault; empty: the mapping
  std::string message;
};

// The range, or what is wrong with it. `key` is for the message.
std::variant<UncertainNumber, RangeMistake> make_range(const RangeParts& parts, std::string_view key,
                                                       bool whole);

}  // namespace config

}  // namespace campaign_sim
