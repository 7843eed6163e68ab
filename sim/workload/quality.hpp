// How a configuration learns where no architecture is modelled: three stated curves that any workload
// with a free choice of quality can use. Their equations and limits stand in docs/models.md.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/core/space.hpp"
#include "sim/core/trial.hpp"
#include "sim/workload/registry.hpp"

namespace campaign_sim {

class Quality {
 public:
  virtual ~Quality() = default;
  virtual double metric(const Configuration& configuration, Resource resource) const = 0;
  virtual std::string_view basis() const = 0;  // as Workload::metric_basis
};

// `kind: none`: no trial has a metric (nan). For campaigns of which only the cost is known.
std::unique_ptr<Quality> make_no_quality();
// `kind: random`: each configuration ends at a level of its own, drawn at random.
std::unique_ptr<Quality> make_random_quality(Reader& quality, const WorkloadProblem& problem);
// `kind: landscape`: each choice of an architecture's fields helps, hurts or does nothing. `fields` are
// the parameters of the space that are part of the architecture.
std::unique_ptr<Quality> make_landscape(Reader& quality, const WorkloadProblem& problem,
                                        const std::vector<std::size_t>& fields);

// `quality:` of a workload that leaves the choice of them free; none is the default.
std::unique_ptr<Quality> read_free_quality(Reader& workload, const WorkloadProblem& problem,
                                           const std::vector<std::size_t>& fields);

}  // namespace campaign_sim
