#include "analysis/bill/site_account.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/calendar.hpp"
#include "sim/core/expect.hpp"

namespace campaign_sim {
namespace {

constexpr double longest_campaign_s = 20 * seconds_per_year;  // as far as a weekly tariff is written out

StepSeries shifted(const StepSeries& series, double by) {
  std::vector<double> starts = series.starts();
  for (double& start : starts) start += by;
  return {std::move(starts), series.values(), series.end() + by};
}

std::optional<StepSeries> product_of(const std::optional<StepSeries>& a, const std::optional<StepSeries>& b) {
  if (!a || !b || a->end() <= b->begin() || b->end() <= a->begin()) return std::nullopt;
  return product(*a, *b);
}

}  // namespace

Accrued& Accrued::operator+=(const Accrued& other) {
  it += other.it;
  facility += other.facility;
  co2e_it += other.co2e_it;
  co2e += other.co2e;
  electricity_it += other.electricity_it;
  electricity += other.electricity;
  water_l += other.water_l;
  return *this;
}

SiteAccount::SiteAccount(const Site& site, std::optional<double> start, std::optional<StepSeries> pue)
    : name_{site.name},
      start_{start.value_or(0)},
      pue_{site.pue},
      intensity_{site.intensity.base()},
      price_{site.electricity_price.base()},
      water_{site.water_l_per_kwh / joules_per_kwh},
      generation_water_{site.generation_water_l_per_kwh / joules_per_kwh},
      varies_{site.varies() || pue.has_value()} {
  if (site.needs_start() && !start)
    throw BillError{
        fmt::format("the rates at {} change with the calendar, and the campaign has no start; give "
                    "one, such as start: 2023-07-01T00:00",
                    site.name)};
  // Series are kept in instants; a PUE that comes from the campaign is in its own time.
  if (site.pue_over_time) pue_series_ = *site.pue_over_time;
  if (pue) pue_series_ = shifted(*pue, start_);
  if (site.intensity_over_time) intensity_series_ = *site.intensity_over_time;
  if (site.price_over_time) price_series_ = *site.price_over_time;
  if (site.tariff) price_series_ = site.tariff->series(start_, start_ + longest_campaign_s);
  pue_intensity_ = product_of(pue_series_, intensity_series_);
  pue_price_ = product_of(pue_series_, price_series_);
}

double SiteAccount::mean(const std::optional<StepSeries>& series, double constant, double from, double to,
                         const char* what) const {
  if (!series) return constant;
  // A campaign that is cut where its trace ends is over by less than the clock of an instant can tell.
  constexpr double clock_s = 1e-5;
  if (to > series->end() && to <= series->end() + clock_s) {
    to = series->end();
    from = std::min(from, to);
  }
  if (!series->covers(from, to))
    throw BillError{
        fmt::format("the trace of the {} at {} covers {} to {}, and the campaign draws power "
                    "{} to {}; begin it at another time, or take a longer trace",
                    what, name_, write_instant(series->begin()), write_instant(series->end()),
                    write_instant(from), write_instant(to))};
  return to > from ? series->integral(from, to) / (to - from) : series->at(from);
}

Accrued SiteAccount::of(Joules it, Seconds from, Seconds to) const {
  Accrued result;
  result.it = it;
  if (!varies_) {
    result.facility = it * pue_;
    result.co2e_it = it * KilogramsPerJoule{intensity_};
    result.co2e = result.facility * KilogramsPerJoule{intensity_};
    result.electricity_it = it * MoneyPerJoule{price_};
    result.electricity = result.facility * MoneyPerJoule{price_};
  } else {
    const double begin = start_ + from.base();
    const double end = start_ + to.base();
    const double pue = mean(pue_series_, pue_, begin, end, "PUE");
    const double intensity = mean(intensity_series_, intensity_, begin, end, "grid's intensity");
    const double price = mean(price_series_, price_, begin, end, "electricity price");
    const double pue_intensity =
        pue_intensity_ ? mean(pue_intensity_, 0, begin, end, "grid's intensity") : pue * intensity;
    const double pue_price = pue_price_ ? mean(pue_price_, 0, begin, end, "electricity price") : pue * price;
    result.facility = it * pue;
    result.co2e_it = it * KilogramsPerJoule{intensity};
    result.co2e = it * KilogramsPerJoule{pue_intensity};
    result.electricity_it = it * MoneyPerJoule{price};
    result.electricity = it * MoneyPerJoule{pue_price};
  }
  result.water_l = it.base() * water_ + result.facility.base() * generation_water_;
  return result;
}

}  // namespace campaign_sim
