#include "sim/config/reader.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {

Site read_site(Reader& site) {
  Site result;
  result.name = site.text_or("name", "unnamed");
  site.text_or("description", "");
  result.pue = site.number("pue", at_least(1));
  result.intensity = site.quantity<KilogramsPerJoule>("intensity", at_least(0));
  result.electricity_price =
      site.quantity_or<MoneyPerJoule>("electricity_price", MoneyPerJoule{}, at_least(0));
  return result;
}

}  // namespace campaign_sim
