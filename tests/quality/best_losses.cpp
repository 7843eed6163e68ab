// best_losses SAMPLER TASK TRIALS SEEDS: the best loss of each of so many searches with so many trials.
//
// What tests/quality/against_optuna.py compares with Optuna's. A task is a function of
// tests/support/test_functions.hpp or a table of ../shared/data (tests/support/table_tasks.hpp).
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "tests/support/quality_tasks.hpp"
#include "tests/support/read_sampler.hpp"

int main(int argc, char** argv) {
  using namespace campaign_sim;
  if (argc != 5) {
    std::fputs("usage: best_losses SAMPLER TASK TRIALS SEEDS\n", stderr);
    return 2;
  }
  try {
    const auto task = testing::quality_task(argv[2]);
    if (!task) {
      std::fprintf(stderr, "best_losses: no task '%s', or its table is not there\n", argv[2]);
      return 2;
    }
    const auto trials = static_cast<std::uint32_t>(std::stoul(argv[3]));
    for (const double best : testing::best_losses(argv[1], *task, trials, std::stoul(argv[4]), 0))
      std::printf("%.17g\n", best);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "best_losses: %s\n", error.what());
    return 2;
  }
}
