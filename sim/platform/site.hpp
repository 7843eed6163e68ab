// Where machines stand: what a joule drawn there comes to, and when.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/step_series.hpp"
#include "sim/core/units.hpp"
#include "sim/platform/trace_file.hpp"

namespace campaign_sim {

class Reader;

// Of which kind a grid's intensity is. Two numbers of different kinds are not comparable.
struct IntensityKind {
  bool market_based = false;  // what was bought (GHG Protocol, scope 2 guidance); otherwise what was drawn
  bool marginal = false;      // of the plant that answers one kWh more; otherwise of all plants
  Scope scope = Scope::not_stated;
};
std::string describe(const IntensityKind& kind);  // "location-based, average, life-cycle"

// Prices by the hour of the week.
struct Tariff {
  struct Window {
    bool weekdays = true;  // Monday to Friday; and Saturday and Sunday
    bool weekends = false;
    double from_s = 0;  // of the local day
    double to_s = 0;
    MoneyPerJoule price;
  };
  std::vector<Window> windows;  // the first that fits counts
  MoneyPerJoule otherwise;
  double utc_offset_s = 0;  // all year: summer time is not followed

  StepSeries series(double from, double to) const;  // instants
};

// What the PUE is at a share of the cluster's largest power, by straight lines between points.
struct PueByLoad {
  std::vector<double> load;
  std::vector<double> pue;
  double at(double share) const;
};

struct Site {
  std::string name;
  std::string country;  // ISO 3166-1, three letters; empty: not said
  // Constants; of what varies, the mean of its trace, for estimates.
  double pue = 1;               // facility energy / IT energy, at least 1
  KilogramsPerJoule intensity;  // of the grid
  MoneyPerJoule electricity_price;

  IntensityKind kind;
  std::optional<KilogramsPerJoule> market_intensity;  // of what was bought for the site
  std::string intensity_words;  // "constant", "trace de.csv (Electricity Maps)", "France, 2023 (…)"
  double water_l_per_kwh = 0;   // evaporated on site, for a kWh of machines (WUE, The Green Grid 2011)
  double generation_water_l_per_kwh = 0;  // at the power plants, for a kWh of the facility

  // What varies with the calendar, or with load; nothing where the constant says it all.
  std::shared_ptr<const StepSeries> pue_over_time;
  std::shared_ptr<const StepSeries> intensity_over_time;
  std::shared_ptr<const StepSeries> price_over_time;
  std::shared_ptr<const Tariff> tariff;
  std::optional<PueByLoad> pue_by_load;

  // The trace files behind it, by the key that names them: "intensity".
  struct TraceUse {
    std::string key;
    std::filesystem::path file;
  };
  std::vector<TraceUse> traces;

  bool needs_start() const { return pue_over_time || intensity_over_time || price_over_time || tariff; }
  bool varies() const { return needs_start() || pue_by_load; }
};

// Mistakes go to the reader.
Site read_site(Reader& site);

}  // namespace campaign_sim
