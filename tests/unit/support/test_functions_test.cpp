#include "tests/support/test_functions.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/shared_data.hpp"

using namespace campaign_sim;

TEST_CASE("the test functions agree with their golden table") {
  const auto family = testing::oracle("test_functions");
  if (!family) return;
  for (const auto& c : family->at("cases")) {
    CAPTURE(c.dump());
    const auto x = c.at("x").get<std::vector<double>>();
    double value = 0;
    if (c.at("f") == "branin") {
      value = testing::branin(x[0], x[1]);
    } else {
      const double lost = testing::lost_fidelity(c.at("z"), c.at("z_max"), c.at("bias"));
      value = c.at("f") == "mf_hartmann3" ? testing::hartmann3(x, lost) : testing::hartmann6(x, lost);
    }
    CHECK(value == Approx(c.at("expected").get<double>()).margin(1e-9).epsilon(0));
  }
}
