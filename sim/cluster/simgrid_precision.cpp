#include "sim/cluster/simgrid_precision.hpp"

#include <cmath>
#include <limits>
#include <simgrid/s4u/Engine.hpp>

namespace campaign_sim {

void Precision::expect(Seconds end) {
  const double digit = std::nextafter(end.base(), std::numeric_limits<double>::infinity()) - end.base();
  if (2 * digit <= precision_s_) return;
  precision_s_ = 4 * digit;
  simgrid::s4u::Engine::set_config("surf/precision", precision_s_);
}

}  // namespace campaign_sim
