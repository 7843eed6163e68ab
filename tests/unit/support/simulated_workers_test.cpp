#include "tests/support/simulated_workers.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/search/full_training.hpp"
#include "tests/support/shared_data.hpp"

using namespace campaign_sim;
using namespace campaign_sim::testing;

namespace {

class EmptyConfigurations final : public Sampler {
 public:
  std::optional<Configuration> propose(TrialId) override { return Configuration{}; }
};

// Pauses every trial once at half of its training, and resumes it after all have been started.
class PauseOnce final : public Strategy {
 public:
  Proposal ask() override {
    if (started_ < 3) return StartTrial{TrialId{started_++}, {}, 2, std::nullopt};
    if (resumed_ < paused_) return ResumeTrial{TrialId{resumed_++}, 4};
    if (resumed_ == 3) return Finished{};
    return WaitForReports{};
  }
  Verdict tell(const Report& report) override {
    if (report.resource == 4) return Stop{};
    ++paused_;
    return Pause{};
  }

 private:
  std::uint32_t started_ = 0, paused_ = 0, resumed_ = 0;
};

class WaitsForNothing final : public Strategy {
 public:
  Proposal ask() override { return WaitForReports{}; }
  Verdict tell(const Report&) override { return Stop{}; }
};

}  // namespace

TEST_CASE("asynchronous workers take evaluations as in the golden schedules") {
  const auto golden = oracle("async_schedule");
  if (!golden) return;
  for (const auto& c : golden->at("cases")) {
    const std::vector<double> duration = c.at("duration");
    const Space space;
    const SearchProblem problem{space, "epoch", 1, 1, static_cast<std::uint32_t>(duration.size()), 0};
    const auto strategy = train_all(std::make_unique<EmptyConfigurations>(), problem);
    SimulatedWorkers setup;
    setup.workers = c.at("workers");
    setup.most_jobs = c.at("n");
    setup.seconds_per_unit = [&](TrialId trial) { return duration.at(index(trial)); };
    setup.loss = [](auto&&...) { return 0.0; };
    const auto result = run(*strategy, setup);

    const auto& expected = c.at("expected").at("completions");
    REQUIRE(result.jobs.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      CAPTURE(setup.workers, i);
      CHECK(result.jobs[i].trial == expected[i][0].get<std::uint32_t>());
      CHECK(result.jobs[i].worker == expected[i][1].get<std::size_t>());
      CHECK(result.jobs[i].end == Approx(expected[i][2].get<double>()).epsilon(0).margin(1e-6));
    }
    CHECK(result.jobs.back().end ==
          Approx(c.at("expected").at("makespan_at_n").get<double>()).epsilon(0).margin(1e-6));
  }
}

TEST_CASE("a paused trial resumes from its checkpoint or trains again from zero") {
  const auto checkpoints = GENERATE(Checkpoints::resume, Checkpoints::restart);
  PauseOnce strategy;
  SimulatedWorkers setup;
  setup.workers = 2;
  setup.checkpoints = checkpoints;
  setup.loss = [](auto&&...) { return 0.0; };
  const auto result = run(strategy, setup);
  const double again = checkpoints == Checkpoints::restart ? 2 : 0;
  CHECK(result.jobs == std::vector<SimulatedJob>{{0, 0, 0, 2, 0, 2},
                                                 {1, 1, 0, 2, 0, 2},
                                                 {0, 2, 0, 2, 2, 4},
                                                 {1, 0, 2, 4, 2, 4 + again},
                                                 {0, 1, 2, 4, 4, 6 + again},
                                                 {1, 2, 2, 4, 4 + again, 6 + 2 * again}});
  CHECK(result.finished);
}

TEST_CASE("a strategy that waits for nothing is found out") {
  WaitsForNothing strategy;
  SimulatedWorkers setup;
  CHECK_THROWS_AS(run(strategy, setup), InternalError);
}
