#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "sim/core/calendar.hpp"
#include "sim/platform/platform.hpp"
#include "sim/platform/reach.hpp"
#include "sim/platform/region_table.hpp"
#include "tests/support/library.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;
using Catch::Contains;
using testing::load_site;
using testing::mistakes;

namespace {

double g_per_kwh(const std::string& site) {
  return load_site(site).value.intensity.base() * joules_per_kwh * 1000;
}
std::string wrong(const std::string& text) { return mistakes(load_site, text); }

}  // namespace

TEST_CASE("a generation mix has CodeCarbon's worked example") {
  // 25 % coal, 35 % petroleum, 26 % gas, 14 % nuclear: 731.59 g/kWh in CodeCarbon's documentation.
  CHECK(
      g_per_kwh("{use: france, intensity: {mix: {coal: 0.25, petroleum: 0.35, gas: 0.26, nuclear: 0.14}}}") ==
      Approx(731.59).epsilon(1e-12));
  CHECK_THAT(wrong("{use: france, intensity: {mix: {coal: 25, gas: 75}}}"),
             Contains("'coal' must be from 0 to 1"));
  CHECK_THAT(wrong("{use: france, intensity: {mix: {coal: 0.5}}}"), Contains("must add up to 1"));
  CHECK_THAT(wrong("{use: france, intensity: {mix: {coke: 1}}}"), Contains("coke"));
}

TEST_CASE("countries and cloud regions are found by code or name, and a wrong one has a nearest") {
  CHECK(g_per_kwh("{use: france, intensity: {region: fr}}") == Approx(56.0).epsilon(0.005));
  CHECK(g_per_kwh("{use: france, intensity: {region: Poland}}") == Approx(661.9).epsilon(0.005));
  CHECK(g_per_kwh("{use: france, intensity: {region: USA}}") == Approx(369.5).epsilon(0.005));
  CHECK(g_per_kwh("{use: france, intensity: {region: gcp-europe-north1}}") == Approx(46));
  const Site site = load_site("{use: france, intensity: {region: se}}").value;
  CHECK(describe(site.kind) == "location-based, average, life-cycle");
  CHECK_THAT(site.intensity_words, Contains("Sweden") && Contains("Our World in Data"));
  CHECK_THAT(wrong("{use: france, intensity: {region: Grmany}}"), Contains("did you mean 'germany'?"));
}

TEST_CASE("a region has values by year, and a cloud region draws from its zone") {
  const RegionTable table{{{"fr", "FRA", "France", 0.056, 2023, Scope::life_cycle, "one"},
                           {"fr", "FR", "France", 0.060, 2021, Scope::life_cycle, "other"}},
                          {{"aws-eu-west-3", "FR", "Paris"}, {"aws-eu-north-1", "SE-SE3", "Stockholm"}}};
  const auto kg = [&](std::string_view name, std::optional<int> year = std::nullopt) {
    return std::get<Region>(find_region(table, name, year)).kg_per_kwh;
  };
  const auto why = [&](std::string_view name, std::optional<int> year = std::nullopt) {
    return std::get<std::string>(find_region(table, name, year));
  };
  CHECK(kg("FRANCE") == 0.056);
  CHECK(kg("FRA", 2021) == 0.060);
  CHECK(kg("aws-eu-west-3") == 0.056);
  CHECK(kg("AWS-eu-west-3", 2021) == 0.060);
  CHECK(std::get<Region>(find_region(table, "aws-eu-west-3")).name ==
        "aws-eu-west-3 (Paris), on the grid of France");
  CHECK_THAT(why("fr", 1999),
             Contains("no value of 1999 for 'fr', only of 2021") && Contains("tools/get-grids"));
  CHECK_THAT(why("aws-eu-north-1"), Contains("zone SE-SE3") && Contains("tools/get-grids"));
  CHECK_THAT(why("aws-eu-west-1"), Contains("did you mean 'aws-eu-west-3'?"));
  CHECK_THAT(why("zzz"), Contains("write a country"));
}

TEST_CASE("a country is a code of three letters") {
  CHECK(load_site("{use: world-average, country: FRA}").value.country == "FRA");
  CHECK(load_site("world-average").value.country.empty());
  CHECK_THAT(wrong("{use: france, country: France}"), Contains("code of three letters"));
}

TEST_CASE("what must be a unit mistake is refused") {
  CHECK_THAT(wrong("{use: france, intensity: 475 kg/kWh}"), Contains("did you mean 475 g/kWh?"));
  CHECK_THAT(wrong("{use: france, intensity: 0.429 g/kWh}"), Contains("did you mean 0.429 kg/kWh?"));
  CHECK_THAT(wrong("{use: france, intensity: 0.4 kg/MWh}"), Contains("did you mean 0.4 kg/kWh?"));
  CHECK_THAT(wrong("{use: france, intensity: 0.4 g/MWh}"), Contains("did you mean 0.4 kg/kWh?"));
  CHECK_THAT(wrong("{use: france, intensity: 950 lb/kWh}"), Contains("did you mean 430.913 g/kWh?"));
  CHECK_THAT(wrong("{use: france, pue: 158}"), Contains("1.58"));
  CHECK_THAT(wrong("{use: france, pue: -1.1}"), Contains("'pue' must be at least 1"));
}

TEST_CASE("a tariff by time of use follows the local day and week") {
  const Site site =
      load_site(
          "{use: france, electricity_price: {otherwise: 0.10 USD/kWh, utc_offset_h: 1, time_of_use: "
          "[{days: weekdays, from: \"07:00\", to: \"22:00\", price: 0.30 USD/kWh}]}}")
          .value;
  REQUIRE(site.tariff);
  const double friday = *parse_instant("2023-06-30T00:00");
  const StepSeries series = site.tariff->series(friday, friday + 2 * 86400);
  const auto price = [&](double hour) { return series.at(friday + hour * 3600) * joules_per_kwh; };
  CHECK(price(5.9) == Approx(0.10));  // 06:54 at UTC+1
  CHECK(price(6) == Approx(0.30));
  CHECK(price(20.9) == Approx(0.30));
  CHECK(price(21) == Approx(0.10));
  CHECK(price(24 + 12) == Approx(0.10));  // Saturday
  CHECK(site.electricity_price.base() * joules_per_kwh == Approx((75 * 0.30 + 93 * 0.10) / 168));
  CHECK_THAT(
      wrong("{use: france, electricity_price: {otherwise: 0.1 USD/kWh, time_of_use: [{from: \"22:00\", to: "
            "\"07:00\", price: 1 USD/kWh}]}}"),
      Contains("spans midnight"));
}

TEST_CASE("a site may hold traces, and says which kind its intensity is") {
  const auto file = testing::shared_file("data/carbon-intensity-hourly/DE-LU_2023.csv");
  if (!file) return;
  const Site site =
      load_site("{use: germany, intensity: {trace: \"" + file->string() + "\", scope: direct}}").value;
  REQUIRE(site.intensity_over_time);
  CHECK(site.needs_start());
  CHECK(describe(site.kind) == "location-based, average, direct");
  CHECK_THAT(wrong("{use: germany, intensity: {trace: nowhere.csv}}"), Contains("there is no such file"));
}

TEST_CASE("another intensity replaces the site's, and what was said of its kind") {
  const auto of = [](const std::string& words) { return load_site(words).value; };
  const Site germany = of("germany");
  CHECK(describe(germany.kind) == "location-based, average, life-cycle");
  CHECK(describe(of("{use: germany, intensity: 0.3 kg/kWh}").kind) ==
        "location-based, average, life-cycle or direct not stated");
  CHECK(describe(of("{use: germany, intensity_scope: direct}").kind) == "location-based, average, direct");
  CHECK(describe(of("{use: germany, intensity: 0.3 kg/kWh, intensity_scope: direct}").kind) ==
        "location-based, average, direct");
}

TEST_CASE("a trace in another unit than it says is refused") {
  const auto file = std::filesystem::temp_directory_path() / "campaign_sim_site_units.csv";
  const auto trace = [&](const std::string& column, const std::string& rows) {
    std::ofstream{file} << column << rows;
    return "{trace: \"" + file.string() + "\"";
  };
  const std::string times = "\n2023-01-01T00:00,0.38\n2023-01-01T01:00,0.42\n";
  CHECK_THAT(wrong("{use: germany, intensity: " + trace("time,value", times) + ", unit: g/kWh}}"),
             Contains("'trace' is 0.4 g/kWh, less than any grid emits; did you mean 0.4 kg/kWh?"));
  CHECK(wrong("{use: germany, intensity: " + trace("time,value", times) + ", unit: kg/kWh}}").empty());
  CHECK_THAT(wrong("{use: germany, pue: " + trace("time,value", "\n2023-01-01,158\n") + "}}"),
             Contains("a PUE of 158"));
  std::filesystem::remove(file);
}

TEST_CASE("a platform's rates are known as long as the shortest of its traces") {
  Platform platform;
  platform.clusters.resize(2);
  CHECK_FALSE(reach_of(platform));
  const auto until = [](double end) {
    return std::make_shared<StepSeries>(std::vector<double>{0}, std::vector<double>{1}, end);
  };
  platform.clusters[0].site.name = "here";
  platform.clusters[0].site.intensity_over_time = until(7200);
  platform.clusters[1].site.name = "there";
  platform.clusters[1].site.price_over_time = until(3600);
  const auto reach = reach_of(platform);
  REQUIRE(reach);
  CHECK(reach->end == 3600);
  CHECK(describe(*reach) == "the trace of the electricity price at there ends at 1970-01-01T01:00:00Z");
  CHECK(days_until_end(*reach, 0) == Approx(0.04166));  // of 0.041666…, rounded down
  CHECK(days_until_end(*reach, 3600) == 0);
}
