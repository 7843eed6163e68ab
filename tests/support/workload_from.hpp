// A workload made from the text of its section, for a space built by hand.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/csv.hpp"
#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/workload/registry.hpp"
#include "tests/support/project_root.hpp"

namespace campaign_sim::testing {

inline Parameter numbers(ParameterKind kind, std::string name, double low, double high) {
  Parameter p;
  p.name = std::move(name);
  p.kind = kind;
  p.low = low;
  p.high = high;
  p.step = kind == ParameterKind::integer ? 1 : 0;
  return p;
}
inline Parameter integers(std::string name, double low, double high) {
  return numbers(ParameterKind::integer, std::move(name), low, high);
}
inline Parameter reals(std::string name, double low, double high) {
  return numbers(ParameterKind::real, std::move(name), low, high);
}
inline Parameter choice(std::string name, std::vector<std::string> choices) {
  Parameter p =
      numbers(ParameterKind::categorical, std::move(name), 0, static_cast<double>(choices.size()) - 1);
  for (const std::string& text : choices) p.choice_numbers.push_back(number_in(text).value_or(std::nan("")));
  p.choices = std::move(choices);
  return p;
}

inline Space space_of(std::vector<Parameter> parameters) {
  Space space;
  space.parameters = std::move(parameters);
  return space;
}

struct MadeWorkload {
  std::unique_ptr<Workload> workload;
  std::string mistakes;  // as the user sees them; empty if there is none
};

struct WorkloadText {
  std::string section;  // one line: {kind: fixed, …}
  Space space;
  Resource max_resource = 1;
  std::uint64_t seed = 1;
  std::string resource_unit = "step";
  std::vector<Device> devices = {};
};

inline MadeWorkload make_workload(const WorkloadText& text) {
  auto document = Document::parse("workload: " + text.section + "\n", "try.yaml");
  auto root = document.root();
  auto section = root.section("workload");
  const std::string kind = section.text("kind");
  const auto entry = std::ranges::find(workloads(), kind, &WorkloadEntry::name);
  CS_EXPECT(entry != workloads().end());
  MadeWorkload made;
  made.workload = entry->make(
      section, {text.space, text.max_resource, text.seed, project_root(), text.resource_unit, text.devices});
  try {
    document.finish();
  } catch (const ConfigError& error) {
    made.mistakes = error.what();
  }
  return made;
}

// A NVIDIA V100 SXM2 32 GB, as far as a workload wants to know (datasheet, 2020).
inline Device v100() {
  return {FlopsPerSecond{125e12}, BytesPerSecond{0.9e12}, Bytes{32e9}, Watts{40}, Watts{300}};
}

}  // namespace campaign_sim::testing
