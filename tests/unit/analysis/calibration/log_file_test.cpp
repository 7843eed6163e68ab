#include "analysis/calibration/log_file.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim::calibration;

namespace {

Log read(const std::string& text, const ColumnNames& columns = {}) {
  return read_log(LogTable::parse(text, "log.csv"), columns);
}

// What is wrong with it.
std::string trouble(const std::string& text, const ColumnNames& columns = {}) {
  try {
    read(text, columns);
  } catch (const LogError& error) {
    return error.what();
  }
  return "";
}

const std::string smi =
    "timestamp, name, power.draw [W], utilization.gpu [%], power.limit [W]\n"
    "2024/05/31 10:39:13.101, NVIDIA A40, 30.50 W, 0 %, 300.00 W\n"
    "2024/05/31 10:39:13.201, NVIDIA A40, 290.00 W, 97 %, 300.00 W\n";

}  // namespace

TEST_CASE("nvidia-smi's table is read with and without units in the cells") {
  const Log log = read(smi);
  CHECK(log.layout == "nvidia-smi");
  CHECK(log.date == "2024-05-31");
  CHECK(log.device == "NVIDIA A40");
  REQUIRE(log.readings.size() == 2);
  CHECK(log.readings[1].watts == 290);
  CHECK(log.readings[1].utilisation == Approx(0.97));
  CHECK(log.readings[1].cap_w == 300);
  CHECK(log.readings[1].place == "log.csv:3");
  const Log bare = read("power.draw [W], utilization.gpu [%]\n30.5, 1\n200, 100\n");
  CHECK(bare.readings[0].utilisation == Approx(0.01));
  CHECK(bare.readings[1].watts == 200);
  CHECK(read("power.draw [W], utilization.gpu [%]\n30.5 W, [N/A]\n200 W, [N/A]\n").readings[1].utilisation ==
        std::nullopt);
  CHECK(read("index, timestamp, power.draw [mW]\n0, 2024/05/31 10:00:01.5, 30500 mW\n1, 2024/05/31 "
             "10:00:01.4, 2 W\n")
            .readings[0]
            .watts == 30.5);
}

TEST_CASE("Zeus' tables are read") {
  const Log summary = read(
      "dataset,network,batch_size,optimizer,power_limit,time_per_epoch,average_power\n"
      "cifar100,shufflenetv2,1024,adadelta,100,27.13,96.8\n");
  CHECK(summary.layout == "Zeus summary");
  CHECK(summary.readings[0].work == "cifar100 shufflenetv2 1024 adadelta");
  CHECK(summary.readings[0].cap_w == 100);
  CHECK(summary.readings[0].seconds == 27.13);
  const Log windows = read(
      "start_time,window_name,elapsed_time,gpu0_energy,gpu1_energy\n"
      "10.5,__GlobalPowerLimitOptimizer_300,20,6000,5000\n31.0,epoch,10,1000,900\n");
  CHECK(windows.layout == "Zeus windows");
  REQUIRE(windows.readings.size() == 4);
  CHECK(windows.readings[1].watts == 250);
  CHECK(windows.readings[1].cap_w == 300);
  CHECK_FALSE(windows.readings[2].cap_w);
  const Log monitor = read("time,power0,power1\n1717151953.2,31.5,200\n1717151953.3,32.5,210\n");
  CHECK(monitor.layout == "Zeus power monitor");
  CHECK(monitor.date == "2024-05-31");
  CHECK(monitor.readings.size() == 4);
}

TEST_CASE("CodeCarbon's emissions are means of one GPU over a run") {
  const Log log = read(
      "timestamp,duration,emissions_rate,gpu_power,gpu_energy,gpu_count,gpu_model\n"
      "2024-05-31T10:39:13,100,0,9,0.01,2,2 x Tesla V100\n");
  CHECK(log.layout == "CodeCarbon");
  CHECK(log.readings[0].watts == Approx(0.01 * 3.6e6 / 100 / 2));
  CHECK(log.date == "2024-05-31");
}

TEST_CASE("a plain table may have any columns, if they are named") {
  const Log log = read("time,watts,utilisation\n0,50,0\n1,200,0.9\n");
  CHECK(log.layout == "plain table");
  CHECK(log.date.empty());
  CHECK(log.readings[1].utilisation == 0.9);
  CHECK(read("time,watts,utilisation\n0,50,0\n1,200,90\n").readings[1].utilisation == 0.9);
  CHECK(*read("time,watts,utilisation\n0,50,0\n1,200,0.9 %\n").readings[1].utilisation == Approx(0.009));
  const Log named = read("when,P,busy\n0,1.5 kW,10\n", {"when", "p", "busy", ""});
  CHECK(named.readings[0].watts == 1500);
  CHECK(named.readings[0].utilisation == 0.1);
}

TEST_CASE("what is wrong with a log is said with its line") {
  CHECK(
      trouble("timestamp, name, utilization.gpu [%]\n2024/05/31 10:39:13, A40, 3 %\n") ==
      "log.csv:1: no column for the draw: --query-gpu=timestamp,name,power.draw,utilization.gpu (looked for "
      "power.draw.instant, power.draw, power.draw.average); there are: timestamp, name, utilization.gpu [%]");
  CHECK(trouble("seconds,joules\n1,2\n") ==
        "log.csv:1: no column for the draw (--power names it) (looked for watts, power_w, power, w, "
        "power_watts, "
        "gpu_power, average_power, power_mw); there are: seconds, joules");
  CHECK(trouble("time,watts\n") == "log.csv: the log has a header and no readings");
  CHECK(
      trouble("time,watts\n1,2\n3,4\n2,5\n") ==
      "log.csv:4: time runs backwards ('2' here, '3' at log.csv:3); was the clock set, or are these several "
      "logs in one?");
  CHECK(trouble("time,watts\n1,2\n3\n") == "log.csv:3: 1 cells, but the header has 2");
  CHECK(trouble("time,watts\n1,-2\n") == "log.csv:2: -2 W: a draw is not negative");
  CHECK(trouble("time,watts\n1,much\n") == "log.csv:2: 'watts' is not a number: 'much'");
  CHECK(trouble("time,watts\nnoon,2\n") ==
        "log.csv:2: 'time' is no time: 'noon'; use seconds, or a date such as 2024-05-31 10:39:13");
  CHECK(trouble("time,watts [J]\n1,2\n") == "log.csv:2: 'watts [J]' is in 'j'; a power is in W, mW or kW");
  CHECK(trouble("time,watts,utilisation [%]\n1,2,101\n") ==
        "log.csv:2: utilisation '101' is not from 0 to 100");
  CHECK(trouble("power.draw [W]\n[N/A]\n") ==
        "log.csv:2: 'power.draw [W]' is '[N/A]' (the meter had no reading); remove such lines, or log what "
        "this "
        "machine can read");
  CHECK(trouble("name, power.draw [W]\nNVIDIA A40, 3 W\nNVIDIA H100, 3 W\n") ==
        "log.csv:3: the GPU is 'NVIDIA H100' here and 'NVIDIA A40' at log.csv:2; a fit is of one: keep the "
        "lines "
        "of one");
  CHECK(trouble("time,watts\n1,2\n", {"", "wats", "", ""}).find("no column 'wats'; did you mean 'watts'?") !=
        std::string::npos);
  CHECK(trouble("time;watts\n1;2\n") ==
        "log.csv:1: the header has no comma ('time;watts'); save the table with commas between its cells");
  CHECK(trouble("time,watts,utilisation [ms]\n1,2,3\n") ==
        "log.csv:2: 'utilisation [ms]' is in 'ms'; it is read in %");
  CHECK(trouble("time,watts\n1,2\n", {"", "time", "", ""}) ==
        "log.csv:1: the column 'time' is taken for two things; name another");
  CHECK(trouble("time,watts,power_limit\n1,2,0\n") ==
        "log.csv:2: a power limit of '0' (it must be more than 0 W)");
  CHECK(trouble("start_time,window_name,elapsed_time,gpu0_energy\n0,PowerLimitOptimizer_nan,10,1000\n") ==
        "log.csv:2: the window 'PowerLimitOptimizer_nan' has no power limit of more than 0 W in its name");
  CHECK_THROWS_AS(read_log(std::filesystem::path{"/nowhere/log.csv"}, {}), LogError);
}
