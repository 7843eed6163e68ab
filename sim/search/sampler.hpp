// Where new configurations come from. A strategy that stops or promotes trials (ASHA, median stopping,
// …) takes any sampler; a sampler alone is a strategy that trains every configuration to the end.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "sim/search/strategy.hpp"

namespace campaign_sim {

class Reader;

class Sampler {
 public:
  virtual ~Sampler() = default;

  // The configuration of a new trial; nothing when there is none left (a grid is exhausted).
  virtual std::optional<Configuration> propose(TrialId trial) = 0;
  // A trial's loss after so much resource. Called at every report; not finite: diverged or failed.
  virtual void observe(TrialId, Resource, double /*loss*/) {}
  // What the trial has drawn so far. Called before `observe`; only rules that name energy listen.
  virtual void spent(TrialId, Joules) {}
  // The trial has ended or is paused: what was observed last is its result, until it is observed again.
  virtual void finish(TrialId) {}
};

struct SamplerEntry {
  std::string_view name;  // in a scenario: `sampler: tpe`, and as a strategy of its own
  std::string_view summary;
  std::string_view source;   // the exact rule it follows
  std::string_view example;  // the smallest valid section, without the name: `{}`
  std::unique_ptr<Sampler> (*make)(Reader& section, const SearchProblem& problem);
  std::string_view parameters = "none";  // as in StrategyEntry
};

std::span<const SamplerEntry> samplers();

// Reads `sampler:` of a strategy's section; `random` where there is none.
std::unique_ptr<Sampler> read_sampler(Reader& search, const SearchProblem& problem);

}  // namespace campaign_sim
