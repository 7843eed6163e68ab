// External: any program that speaks ask/tell over JSON lines on its standard input and output decides what
// to try. The protocol is docs/external.md, version 1.
//
// Whatever the program says is checked: what leaves this file keeps the contract of strategy.hpp. How it is
// talked to: conversation.hpp. The program is started by the first `ask`, so that a scenario can be checked
// without running anything.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/search/external/answered_configuration.hpp"
#include "sim/search/external/conversation.hpp"
#include "sim/search/strategy_makers.hpp"

namespace campaign_sim {

namespace {

constexpr int most_rejected = 1'000;    // configurations in a row that break a constraint
constexpr double most_points = 10'000;  // of a learning curve in one report

std::string_view outcome_of(const Report& report) {
  switch (report.outcome) {
    case SegmentOutcome::out_of_memory:
      return "out_of_memory";
    case SegmentOutcome::given_up:
      return "given_up";
    case SegmentOutcome::reached:
      break;
  }
  return std::isfinite(report.loss) ? "reached" : "diverged";
}

class External final : public Strategy {
 public:
  struct Settings {
    std::vector<std::string> command;
    Seconds timeout;
    double curve_every = 0;  // resource between two points of the reported curves; 0: no curves
  };

  External(Settings settings, const SearchProblem& problem)
      : conversation_{std::move(settings.command), problem.folder, settings.timeout},
        curve_every_{settings.curve_every},
        problem_{problem} {}

  void give_up_when(std::function<bool()> interrupted) override {
    conversation_.give_up_when(std::move(interrupted));
  }

  Proposal ask() override {
    if (finished_) return Finished{};
    if (!conversation_.begun()) start_program();
    Json question = {{"message", "ask"}};
    for (int rejected = 0; rejected < most_rejected; ++rejected) {
      const Json answer = conversation_.exchange(question);
      const std::string kind = conversation_.kind_of(answer, {"start", "resume", "wait", "finished"});
      if (kind == "finished") {
        conversation_.only_keys(answer, {});
        finished_ = true;
        return Finished{};
      }
      if (kind == "wait") {
        conversation_.only_keys(answer, {});
        if (running_ == 0)
          conversation_.fail("waits for reports, but no trial is running: there will be none");
        return WaitForReports{};
      }
      if (kind == "resume") return resume(answer);
      StartTrial start = start_of(answer);
      const Constraint* broken = broken_by(start.configuration);
      if (!broken) {
        trials_.push_back(
            {State::running, start.weights_from ? trials_[index(*start.weights_from)].resource : 0});
        ++running_;
        return start;
      }
      question["rejected"] = broken->text;
    }
    conversation_.fail(fmt::format("proposed {} configurations in a row that break a constraint of the space",
                                   most_rejected));
  }

  Verdict tell(const Report& report) override {
    Trial& trial = trials_[index(report.trial)];
    CS_EXPECT(trial.state == State::running);
    const bool trained = report.outcome == SegmentOutcome::reached;
    Json message = {{"message", "tell"},
                    {"trial", index(report.trial)},
                    {"resource", number(report.resource)},
                    {"loss", number(report.loss)},
                    {"outcome", outcome_of(report)},
                    {"trained_s", report.trained.base()},
                    {"energy_j", report.energy.base()}};
    if (curve_every_ > 0) message["curve"] = curve(report, trial.resource);
    if (trained) trial.resource = report.resource;
    trial.state = State::ended;
    --running_;

    const Json answer = conversation_.exchange(message);
    const std::string kind = conversation_.kind_of(answer, {"continue", "pause", "stop"});
    conversation_.only_keys(answer, {"until"});
    if (kind != "continue" && answer.contains("until"))
      conversation_.fail(
          fmt::format("says until when trial {} is to train, but not that it is to", index(report.trial)));
    if (kind == "stop") return Stop{};
    if (!trained)
      conversation_.fail(
          fmt::format("wants trial {} to go on, which was {}", index(report.trial),
                      report.outcome == SegmentOutcome::given_up ? "given up" : "out of memory"));
    if (kind == "pause") {
      trial.state = State::paused;
      return Pause{};
    }
    const Resource until = until_of(answer, trial.resource);
    trial.state = State::running;
    ++running_;
    return Continue{until};
  }

 private:
  enum class State : std::uint8_t { running, paused, ended };
  struct Trial {
    State state;
    Resource resource;
  };

  void start_program() {
    conversation_.begin();
    const Json answer = conversation_.exchange(start_message(problem_));
    conversation_.kind_of(answer, {"ready"});
    conversation_.only_keys(answer, {"protocol"});
    if (!answer.contains("protocol") || answer["protocol"] != protocol_version)
      conversation_.fail(fmt::format("does not say that it speaks protocol {}", protocol_version));
  }

  std::uint32_t trial_of(const Json& answer, std::string_view key) {
    if (!answer.contains(key) || !answer[std::string{key}].is_number_unsigned())
      conversation_.fail(fmt::format("must give the number of a trial as '{}'", key));
    const auto trial = answer[std::string{key}].get<std::uint64_t>();
    if (trial > trials_.size())
      conversation_.fail(fmt::format("names trial {} as '{}'; {} trials have been started, from number 0 on",
                                     trial, key, trials_.size()));
    return static_cast<std::uint32_t>(trial);
  }

  Resource until_of(const Json& answer, Resource reached) {
    if (!answer.contains("until") || !answer["until"].is_number())
      conversation_.fail("must say as 'until' to which resource the trial is to train");
    const auto until = answer["until"].get<double>();
    if (!(until > reached) || !(until <= problem_.max_resource))
      conversation_.fail(fmt::format(
          "wants a trial to train until {:g}; that must be more than the {:g} it has and at most {:g}", until,
          reached, problem_.max_resource));
    return until;
  }

  Proposal resume(const Json& answer) {
    conversation_.only_keys(answer, {"trial", "until"});
    const std::uint32_t number = trial_of(answer, "trial");
    if (number == trials_.size() || trials_[number].state != State::paused)
      conversation_.fail(fmt::format("wants to resume trial {}, which is not paused", number));
    Trial& trial = trials_[number];
    const Resource until = until_of(answer, trial.resource);
    trial.state = State::running;
    ++running_;
    return ResumeTrial{TrialId{number}, until};
  }

  StartTrial start_of(const Json& answer) {
    conversation_.only_keys(answer, {"trial", "configuration", "until", "weights_from"});
    const std::uint32_t number = trial_of(answer, "trial");
    if (number != trials_.size())
      conversation_.fail(fmt::format("starts trial {}; the next one has number {}", number, trials_.size()));
    if (problem_.trials && number >= *problem_.trials)
      conversation_.fail(
          fmt::format("starts more trials than the scenario's 'stop.trials' of {}", *problem_.trials));
    StartTrial start{TrialId{number}, configuration_in(answer, problem_.space, conversation_), 0,
                     std::nullopt};
    Resource reached = 0;
    if (answer.contains("weights_from")) {
      const std::uint32_t from = trial_of(answer, "weights_from");
      if (from == number || !(trials_[from].resource > 0))
        conversation_.fail(fmt::format("takes the weights of trial {}, which has not reported any", from));
      start.weights_from = TrialId{from};
      reached = trials_[from].resource;
    }
    start.until = until_of(answer, reached);
    return start;
  }

  const Constraint* broken_by(const Configuration& configuration) const {
    for (const Constraint& constraint : problem_.space.constraints)
      if (!constraint.holds(configuration)) return &constraint;
    return nullptr;
  }

  // The losses since the last report, this one included: [[resource, loss], …].
  Json curve(const Report& report, Resource since) const {
    Json points = Json::array();
    if (report.outcome != SegmentOutcome::reached) return points;
    for (double i = std::floor(since / curve_every_) + 1; i * curve_every_ <= report.resource; ++i)
      if (i * curve_every_ > since)
        points.push_back(
            Json::array({number(i * curve_every_), number(report.curve->loss(i * curve_every_))}));
    return points;
  }

  Conversation conversation_;
  Resource curve_every_;
  SearchProblem problem_;
  std::vector<Trial> trials_;
  std::size_t running_ = 0;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<Strategy> make_external(Reader& search, const SearchProblem& problem) {
  constexpr double shortest_s = 0.001;
  constexpr double longest_s = 7 * 86'400;
  External::Settings settings;
  settings.command = search.texts("command");
  settings.timeout = search.quantity_or("timeout", Seconds{60}, between(shortest_s, longest_s));
  if (search.has("curve_every")) settings.curve_every = search.number("curve_every", more_than(0));
  if (!search.ok()) return std::make_unique<External>(std::move(settings), problem);
  if (settings.command.empty() || settings.command.front().empty())
    search.reject("command", "'command' names no program; write it as a list: [python3, my_search.py]");
  for (const std::string& word : settings.command)
    if (word.find('\0') != std::string::npos)
      search.reject("command", "a word of 'command' has a zero byte in it, which no program can be given");
  if (settings.curve_every > 0 && problem.max_resource / settings.curve_every > most_points)
    search.reject("curve_every",
                  fmt::format("a trial's curve would have more than {} points; at least {:g} {}s between two",
                              most_points, problem.max_resource / most_points, problem.resource_unit));
  return std::make_unique<External>(std::move(settings), problem);
}

}  // namespace campaign_sim
