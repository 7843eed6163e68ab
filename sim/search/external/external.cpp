// External: any program that speaks ask/tell over JSON lines on its standard input and output decides what
// to try. The protocol is docs/external.md, version 1.
//
// Whatever the program says is checked here: what leaves this file keeps the contract of strategy.hpp. The
// program is started by the first `ask`, so that a scenario can be checked without running anything.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/expect.hpp"
#include "sim/search/external/external_process.hpp"
#include "sim/search/external/messages.hpp"
#include "sim/search/space.hpp"
#include "sim/search/strategy_makers.hpp"
#include "sim/search/transform.hpp"

namespace campaign_sim {

namespace {

constexpr int protocol_version = 1;
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
      : settings_{std::move(settings)}, problem_{problem} {}

  ~External() override {
    if (process_) process_->send_last(R"({"message":"end"})");
  }
  External(const External&) = delete;
  External& operator=(const External&) = delete;

  void give_up_when(std::function<bool()> interrupted) override { interrupted_ = std::move(interrupted); }

  Proposal ask() override {
    if (finished_) return Finished{};
    if (!process_) start_program();
    Json question = {{"message", "ask"}};
    for (int rejected = 0; rejected < most_rejected; ++rejected) {
      const Json answer = exchange(question);
      const std::string kind = kind_of(answer, {"start", "resume", "wait", "finished"});
      if (kind == "finished") {
        only_keys(answer, {});
        finished_ = true;
        return Finished{};
      }
      if (kind == "wait") {
        only_keys(answer, {});
        if (running_ == 0) fail("waits for reports, but no trial is running: there will be none");
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
    fail(fmt::format("proposed {} configurations in a row that break a constraint of the space",
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
    if (settings_.curve_every > 0) message["curve"] = curve(report, trial.resource);
    if (trained) trial.resource = report.resource;
    trial.state = State::ended;
    --running_;

    const Json answer = exchange(message);
    const std::string kind = kind_of(answer, {"continue", "pause", "stop"});
    only_keys(answer, {"until"});
    if (kind != "continue" && answer.contains("until"))
      fail(fmt::format("says until when trial {} is to train, but not that it is to", index(report.trial)));
    if (kind == "stop") return Stop{};
    if (!trained)
      fail(fmt::format("wants trial {} to go on, which was {}", index(report.trial),
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

  // ---- the conversation ------------------------------------------------------------------------------

  void start_program() {
    try {
      process_ = std::make_unique<ExternalProcess>(settings_.command, problem_.folder, settings_.timeout,
                                                   interrupted_);
    } catch (const ProcessError& error) {
      fail(error.what());
    }
    Json space = Json::array();
    for (const Parameter& parameter : problem_.space.parameters)
      space.push_back(described(problem_.space, parameter));
    Json constraints = Json::array();
    for (const Constraint& constraint : problem_.space.constraints) constraints.push_back(constraint.text);
    const Json answer =
        exchange({{"message", "start"},
                  {"protocol", protocol_version},
                  {"seed", problem_.seed},
                  {"objective", {{problem_.maximised ? "maximise" : "minimise", problem_.objective}}},
                  {"trials", problem_.trials ? Json(*problem_.trials) : Json()},
                  {"resource",
                   {{"unit", problem_.resource_unit},
                    {"min", number(problem_.min_resource)},
                    {"max", number(problem_.max_resource)}}},
                  {"space", std::move(space)},
                  {"constraints", std::move(constraints)}});
    kind_of(answer, {"ready"});
    only_keys(answer, {"protocol"});
    if (!answer.contains("protocol") || answer["protocol"] != protocol_version)
      fail(fmt::format("does not say that it speaks protocol {}", protocol_version));
  }

  Json exchange(Json message) {
    message["id"] = ++messages_;
    asked_ = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    answered_.clear();
    try {
      answered_ = process_->exchange(asked_);
    } catch (const ProcessError& error) {
      fail(error.what());
    } catch (const ProcessInterrupted&) {
      process_->kill();
      throw StrategyInterrupted{};
    }
    Json answer = Json::parse(answered_, nullptr, false);
    if (!answer.is_object())
      fail("answered with a line that is no JSON object (its output is for answers; print to stderr)");
    if (!answer.contains("id") || answer["id"] != messages_)
      fail(fmt::format("answered out of order: 'id' must be {}, that of the message it answers", messages_));
    return answer;
  }

  [[noreturn]] void fail(const std::string& what) {
    std::string command;
    for (const std::string& word : settings_.command) command += (command.empty() ? "" : " ") + word;
    std::string message = fmt::format("the search program '{}' {}", command, what);
    if (!asked_.empty()) message += "\n  it was asked: " + shown(asked_);
    if (!answered_.empty()) message += "\n  it said: " + shown(answered_);
    if (process_) {
      process_->kill();
      const std::string words = indented(process_->last_words());
      if (!words.empty()) message += "\n  the end of its standard error:\n" + words;
    }
    throw StrategyFailure{message};
  }

  // ---- what it says, checked -------------------------------------------------------------------------

  std::string kind_of(const Json& answer, std::initializer_list<std::string_view> kinds) {
    if (answer.contains("answer") && answer["answer"].is_string())
      for (const std::string_view kind : kinds)
        if (answer["answer"].get_ref<const std::string&>() == kind) return std::string{kind};
    fail(fmt::format("gave no answer to this question: 'answer' must be one of {}", fmt::join(kinds, ", ")));
  }

  void only_keys(const Json& answer, std::initializer_list<std::string_view> keys) {
    for (const auto& [key, value] : answer.items()) {
      if (key == "id" || key == "answer") continue;
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        fail(fmt::format("used a key that this answer does not have: {}", shown(key)));
    }
  }

  std::uint32_t trial_of(const Json& answer, std::string_view key) {
    if (!answer.contains(key) || !answer[std::string{key}].is_number_unsigned())
      fail(fmt::format("must give the number of a trial as '{}'", key));
    const auto trial = answer[std::string{key}].get<std::uint64_t>();
    if (trial > trials_.size())
      fail(fmt::format("names trial {} as '{}'; {} trials have been started, from number 0 on", trial, key,
                       trials_.size()));
    return static_cast<std::uint32_t>(trial);
  }

  Resource until_of(const Json& answer, Resource reached) {
    if (!answer.contains("until") || !answer["until"].is_number())
      fail("must say as 'until' to which resource the trial is to train");
    const auto until = answer["until"].get<double>();
    if (!(until > reached) || !(until <= problem_.max_resource))
      fail(fmt::format(
          "wants a trial to train until {:g}; that must be more than the {:g} it has and at most {:g}", until,
          reached, problem_.max_resource));
    return until;
  }

  Proposal resume(const Json& answer) {
    only_keys(answer, {"trial", "until"});
    const std::uint32_t number = trial_of(answer, "trial");
    if (number == trials_.size() || trials_[number].state != State::paused)
      fail(fmt::format("wants to resume trial {}, which is not paused", number));
    Trial& trial = trials_[number];
    const Resource until = until_of(answer, trial.resource);
    trial.state = State::running;
    ++running_;
    return ResumeTrial{TrialId{number}, until};
  }

  StartTrial start_of(const Json& answer) {
    only_keys(answer, {"trial", "configuration", "until", "weights_from"});
    const std::uint32_t number = trial_of(answer, "trial");
    if (number != trials_.size())
      fail(fmt::format("starts trial {}; the next one has number {}", number, trials_.size()));
    if (problem_.trials && number >= *problem_.trials)
      fail(fmt::format("starts more trials than the scenario's 'stop.trials' of {}", *problem_.trials));
    StartTrial start{TrialId{number}, configuration_of(answer), 0, std::nullopt};
    Resource reached = 0;
    if (answer.contains("weights_from")) {
      const std::uint32_t from = trial_of(answer, "weights_from");
      if (from == number || !(trials_[from].resource > 0))
        fail(fmt::format("takes the weights of trial {}, which has not reported any", from));
      start.weights_from = TrialId{from};
      reached = trials_[from].resource;
    }
    start.until = until_of(answer, reached);
    return start;
  }

  Configuration configuration_of(const Json& answer) {
    if (!answer.contains("configuration") || !answer["configuration"].is_object())
      fail("must give the values of the new trial as 'configuration', an object");
    const Json& values = answer["configuration"];
    const Space& space = problem_.space;
    for (const auto& [name, value] : values.items())
      if (!space.find(name))
        fail(fmt::format("names a parameter that the space does not have: {}", shown(name)));
    Configuration configuration;
    configuration.values.assign(space.size(), inactive);
    for (std::size_t i = 0; i < space.size(); ++i) {
      const Parameter& parameter = space.parameters[i];
      const bool given = values.contains(parameter.name);
      if (!is_active(space, configuration, i)) {
        if (given)
          fail(fmt::format("gives a value to '{}', which this configuration does not have (see its 'when')",
                           parameter.name));
        continue;
      }
      if (!given && number_of_values(parameter) == 1) {
        configuration.values[i] = parameter.low;
        continue;
      }
      if (!given) fail(fmt::format("gives no value to '{}'", parameter.name));
      const Json& value = values[parameter.name];
      const auto read = value_of(parameter, value.is_string()   ? value.get<std::string>()
                                            : value.is_number() ? number(value.get<double>()).dump()
                                                                : value.dump());
      if (!read || (value.is_string() && !parameter.is_choice()))
        fail(fmt::format("gives '{}' the value {}; it is {}", parameter.name, shown(value.dump()),
                         values_in_words(parameter)));
      configuration.values[i] = *read;
    }
    return configuration;
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
    const double every = settings_.curve_every;
    for (double i = std::floor(since / every) + 1; i * every <= report.resource; ++i)
      if (i * every > since)
        points.push_back(Json::array({number(i * every), number(report.curve->loss(i * every))}));
    return points;
  }

  Settings settings_;
  SearchProblem problem_;
  std::function<bool()> interrupted_;
  std::unique_ptr<ExternalProcess> process_;
  std::vector<Trial> trials_;
  std::size_t running_ = 0;
  bool finished_ = false;
  std::uint64_t messages_ = 0;
  std::string asked_;     // the last message,
  std::string answered_;  // and what came back
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
