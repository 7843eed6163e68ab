#include "sim/platform/trace_file.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/config/csv.hpp"
#include "sim/core/calendar.hpp"
#include "sim/core/units.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;
using Catch::Contains;

namespace {

constexpr double gram_per_kwh = 1e-3 / joules_per_kwh;

// A file of that text, gone again when the test is over.
class TraceText {
 public:
  explicit TraceText(const std::string& text)
      : file_{std::filesystem::temp_directory_path() /
              ("trace_" + std::to_string(++made) + "_" + std::to_string(::getpid()) + ".csv")} {
    std::ofstream{file_} << text;
  }
  ~TraceText() { std::filesystem::remove(file_); }
  TraceText(const TraceText&) = delete;
  TraceText& operator=(const TraceText&) = delete;
  TraceRequest request() const {
    TraceRequest request;
    request.file = file_;
    return request;
  }

 private:
  static inline int made = 0;
  std::filesystem::path file_;
};

std::string mistake(const TraceRequest& request, TraceOf what) {
  try {
    read_trace(request, what);
  } catch (const CsvError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Electricity Maps' own download is read, life-cycle unless asked otherwise") {
  const TraceText file{
      "Datetime (UTC),Country,Zone name,Zone id,Carbon Intensity gCO₂eq/kWh (direct),Carbon Intensity "
      "gCO₂eq/kWh "
      "(LCA),Low Carbon Percentage\n"
      "2023-01-01 00:00:00,France,France,FR,20.5,45.1,95\n2023-01-01 01:00:00,France,France,FR,30,50,94\n"};
  const Trace trace = read_trace(file.request(), TraceOf::intensity);
  CHECK(trace.layout == "Electricity Maps");
  CHECK(trace.scope == Scope::life_cycle);
  CHECK(trace.series.at(trace.series.begin()) == Approx(45.1 * gram_per_kwh));
  CHECK(trace.series.end() - trace.series.begin() == 7200);
  TraceRequest direct = file.request();
  direct.scope = Scope::direct;
  CHECK(read_trace(direct, TraceOf::intensity).series.at(0) == Approx(20.5 * gram_per_kwh));
}

TEST_CASE("WattTime's MOER is marginal and in pounds per MWh") {
  const TraceText file{
      "timestamp,MOER,MOER version,frequency\n2023-06-08T00:00:00+00:00,937,3.2,300\n"
      "2023-06-08T00:05:00+00:00,940,3.2,300\n"};
  const Trace trace = read_trace(file.request(), TraceOf::intensity);
  CHECK(trace.layout == "WattTime");
  CHECK(trace.marginal);
  CHECK(trace.series.at(trace.series.begin()) == Approx(937 * 0.45359237 * gram_per_kwh));
}

TEST_CASE("real traces of a year are read whole") {
  const auto intensity = testing::shared_file("data/carbon-intensity-hourly/DE-LU_2023.csv");
  const auto price = testing::shared_file("data/electricity-price-hourly/DE-LU_2023.csv");
  const auto moer = testing::shared_file("data/watttime-sample/caiso_north_moer_2023-06.csv");
  if (!intensity || !price || !moer) return;
  TraceRequest request;
  request.file = *intensity;
  const Trace germany = read_trace(request, TraceOf::intensity);
  CHECK(germany.series.steps() == 8760);
  CHECK(germany.series.end() == parse_instant("2024-01-01"));
  CHECK(germany.series.at(germany.series.begin()) == Approx(185.8 * gram_per_kwh));
  request.file = *price;
  const Trace market = read_trace(request, TraceOf::price);
  CHECK(market.currency == "USD");
  CHECK(market.series.at(market.series.begin()) ==
        Approx(-3.3622368 / 1000 / joules_per_kwh));  // negative is real
  CHECK(market.series.mean() * joules_per_kwh == Approx(0.103).epsilon(0.01));
  request.file = *moer;
  request.column = "Caiso_North";
  request.unit = "g/kWh";
  CHECK(read_trace(request, TraceOf::intensity).series.steps() == 8928);
  request.unit = "";
  CHECK_THAT(mistake(request, TraceOf::intensity), Contains("unit of the values is not known"));
}

TEST_CASE("gaps, summer time and bad values are errors that say where and why") {
  const auto wrong = [](const std::string& rows, TraceOf what = TraceOf::intensity,
                        const std::string& unit = "g/kWh") {
    const TraceText file{"time,value\n" + rows};
    TraceRequest request = file.request();
    request.unit = unit;
    return mistake(request, what);
  };
  CHECK_THAT(wrong("2023-10-29T02:00,1\n2023-10-29T02:00,2\n"),
             Contains(":3:") && Contains("repeats") && Contains("summer time ends"));
  CHECK_THAT(wrong("2023-03-26T01:00,1\n2023-03-26T02:00,1\n2023-03-26T04:00,2\n"),
             Contains("a gap") && Contains("gaps: hold"));
  CHECK_THAT(wrong("2023-03-26T01:00,1\n2023-03-26T02:00,\n2023-03-26T03:00,2\n"), Contains("a gap"));
  CHECK_THAT(wrong("yesterday,1\n"), Contains("is no time"));
  CHECK_THAT(wrong("2023-01-01,-5\n"), Contains("below 0"));
  CHECK_THAT(wrong("2023-01-01,381\n", TraceOf::intensity, "kg/kWh"), Contains("more than any grid emits"));
  CHECK_THAT(wrong("2023-01-01,0.4\n", TraceOf::intensity, "USD/kWh"), Contains("unit of its values"));
  CHECK_THAT(wrong("2023-01-01,120\n", TraceOf::price, "EUR/kWh"), Contains("is the column in EUR/MWh?"));
  CHECK_THAT(wrong("2023-01-01,0.9\n", TraceOf::ratio), Contains("PUE below 1"));
  CHECK_THAT(wrong(""), Contains("no values"));
}

TEST_CASE("a gap may be held, and finer rows may follow hourly ones") {
  const TraceText gap{
      "time,value\n2023-01-01T00:00,10\n2023-01-01T01:00,20\n2023-01-01T03:00, \n2023-01-01T05:00,40\n"};
  TraceRequest request = gap.request();
  request.unit = "g/kWh";
  request.gaps = Gaps::hold;
  const StepSeries held = read_trace(request, TraceOf::intensity).series;
  CHECK(held.integral(held.begin(), held.end()) / gram_per_kwh == Approx(3600.0 * (10 + 4 * 20 + 40)));

  const TraceText mixed{
      "time,value\n2023-01-01T00:00,10\n2023-01-01T01:00,20\n2023-01-01T01:15,30\n2023-01-01T01:30,50\n"};
  request = mixed.request();
  request.unit = "g/kWh";
  const StepSeries fine = read_trace(request, TraceOf::intensity).series;
  CHECK(fine.integral(fine.begin(), fine.end()) / gram_per_kwh == Approx(36000.0 + 900 * (20 + 30 + 50)));
}
