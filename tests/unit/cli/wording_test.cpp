#include "sim/cli/wording.hpp"

#include <catch2/catch.hpp>

using namespace campaign_sim;

TEST_CASE("numbers have four digits, thousands are set apart") {
  CHECK(in_words(0) == "0");
  CHECK(in_words(7) == "7");
  CHECK(in_words(999) == "999");
  CHECK(in_words(1000) == "1,000");
  CHECK(in_words(1234567) == "1,234,567");
  CHECK(in_words(-1234567) == "-1,234,567");
  CHECK(in_words(-123) == "-123");
  CHECK(in_words(12345.678) == "12,346");
  CHECK(in_words(0.0123456) == "0.01235");
  CHECK(in_words(3.14159) == "3.142");
  CHECK(in_words(1e15) == "1,000,000,000,000,000");
}

TEST_CASE("durations, energies and masses choose the unit that people would") {
  CHECK(duration_in_words(4.1) == "4.1 s");
  CHECK(duration_in_words(119) == "119 s");
  CHECK(duration_in_words(720) == "12 min");
  CHECK(duration_in_words(3.2 * 3600) == "3.2 h");
  CHECK(duration_in_words(6.8 * 86400) == "6.8 days");
  CHECK(energy_in_words(0) == "0 kWh");
  CHECK(energy_in_words(0.41) == "410 Wh");
  CHECK(energy_in_words(23) == "23 kWh");
  CHECK(energy_in_words(7500) == "7.5 MWh");
  CHECK(energy_in_words(1.287e6) == "1.287 GWh");
  CHECK(mass_in_words(0) == "0 kg");
  CHECK(mass_in_words(0.004) == "4 g");
  CHECK(mass_in_words(16) == "16 kg");
  CHECK(mass_in_words(3200) == "3.2 t");
}
