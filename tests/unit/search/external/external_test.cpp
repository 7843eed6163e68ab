// A program of the user's as the strategy: what it is told, and every way in which it can go wrong. The
// programs here are a line of shell each.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/config/reader.hpp"
#include "sim/core/quoted.hpp"
#include "sim/search/registry.hpp"
#include "sim/search/space.hpp"

using namespace campaign_sim;
using Json = nlohmann::json;

namespace {

Space space_of(const std::string& yaml) {
  auto document = Document::parse(yaml, "space.yaml");
  auto root = document.root();
  auto space = read_space(root);
  document.finish();
  return space;
}

// A program that reads a line and answers with the next of its answers, whatever it was asked.
std::string says(const std::vector<std::string>& answers, const std::string& then = "read -r m") {
  std::string script;
  for (const auto& answer : answers) script += "read -r m; echo " + shell_quoted(answer) + "; ";
  return script + then;
}

const std::string ready = R"({"id":1,"answer":"ready","protocol":1})";
const std::string start_0 = R"({"id":2,"answer":"start","trial":0,"configuration":{"x":0.5},"until":3})";

std::unique_ptr<Strategy> make(const std::string& search, const SearchProblem& problem) {
  auto document = Document::parse(search, "search.yaml");
  auto root = document.root();
  CHECK(root.text("strategy") == "external");
  for (const auto& entry : strategies()) {
    if (entry.name != "external") continue;
    auto strategy = entry.make(root, problem);
    document.finish();
    return strategy;
  }
  FAIL("the table has no row 'external'");
  return nullptr;
}

struct Search {
  explicit Search(const std::string& script, const std::string& more = "",
                  const std::string& parameters = "x: {float: [0, 1]}")
      : space{space_of(parameters)},
        strategy{
            make("strategy: external\ncommand: [sh, -c, \"" + escaped(script) + "\"]\ntimeout: 20 s\n" + more,
                 SearchProblem{space, "epoch", 1, 9, 4, 7, {}, "error", true})} {}

  static std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    return out;
  }

  Space space;
  std::unique_ptr<Strategy> strategy;
};

struct Flat final : LearningCurve {
  double loss(Resource resource) const override { return 1 / resource; }
};

Report report(std::uint32_t trial, Resource resource, double loss = 0.25,
              SegmentOutcome outcome = SegmentOutcome::reached) {
  static const Flat curve;
  return {TrialId{trial}, resource, loss, outcome, Seconds{90}, Joules{1e5}, &curve};
}

// What is said when the first question fails.
std::string failure(const std::string& script, const std::string& more = "",
                    const std::string& parameters = "x: {float: [0, 1]}") {
  Search search{script, more, parameters};
  try {
    search.strategy->ask();
  } catch (const StrategyFailure& error) {
    return error.what();
  }
  return "nothing was wrong";
}
// … when, after `ready`, this is the answer to `ask`.
std::string failure_of_answer(const std::string& answer,
                              const std::string& parameters = "x: {float: [0, 1]}") {
  return failure(says({ready, answer}), "", parameters);
}

using Catch::Matchers::Contains;

class TemporaryFile {
 public:
  TemporaryFile() {
    std::string name = (std::filesystem::temp_directory_path() / "external-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
    path_ = name;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  std::string path() const { return path_.string(); }
  std::vector<std::string> lines() const {
    std::ifstream file{path_};
    std::vector<std::string> read;
    for (std::string line; std::getline(file, line);) read.push_back(line);
    return read;
  }

 private:
  std::filesystem::path path_;
};

// Gone, or dead and not yet buried by whoever inherited it.
bool is_dead(int process) {
  std::ifstream stat{"/proc/" + std::to_string(process) + "/stat"};
  std::string number, name, state;
  return !(stat >> number >> name >> state) || state == "Z" || state == "X";
}

bool dies(int process) {
  for (int i = 0; i < 400 && !is_dead(process); ++i) ::usleep(5000);
  return is_dead(process);
}

}  // namespace

TEST_CASE("a program is told the problem, asked, and told every report") {
  const TemporaryFile heard;
  const std::string copy = "read -r m; printf '%s\\n' \"$m\" >> " + shell_quoted(heard.path()) + "; ";
  std::string script;
  for (const std::string& answer :
       {ready,
        std::string{
            R"({"id":2,"answer":"start","trial":0,"configuration":{"x":0.5,"n":8,"c":"b"},"until":3})"},
        std::string{R"({"id":3,"answer":"wait"})"}, std::string{R"({"id":4,"answer":"continue","until":6})"},
        std::string{R"({"id":5,"answer":"pause"})"},
        std::string{R"({"id":6,"answer":"resume","trial":0,"until":9})"},
        std::string{R"({"id":7,"answer":"stop"})"}, std::string{R"({"id":8,"answer":"finished"})"}})
    script += copy + "echo " + shell_quoted(answer) + "; ";
  Search search{script + copy, "curve_every: 1.5\n",
                "c: {choice: [a, b]}\nx: {float: [0.25, 1], log: true}\n"
                "n: {int: [2, 10], step: 2, when: {c: [b]}}\nconstraints: ['x * n <= 9']"};
  Strategy& strategy = *search.strategy;

  const Proposal started = strategy.ask();
  const auto& start = std::get<StartTrial>(started);
  CHECK(start.trial == TrialId{0});
  CHECK(start.configuration.values == std::vector<double>{1, 0.5, 8});
  CHECK(start.until == 3);
  CHECK(!start.weights_from);
  CHECK(std::holds_alternative<WaitForReports>(strategy.ask()));
  CHECK(std::get<Continue>(strategy.tell(report(0, 3))).until == 6);
  CHECK(std::holds_alternative<Pause>(strategy.tell(report(0, 6, std::nan("")))));
  const auto resumed = std::get<ResumeTrial>(strategy.ask());
  CHECK(resumed.trial == TrialId{0});
  CHECK(resumed.until == 9);
  CHECK(std::holds_alternative<Stop>(strategy.tell(report(0, 6, 0, SegmentOutcome::out_of_memory))));
  CHECK(std::holds_alternative<Finished>(strategy.ask()));
  CHECK(std::holds_alternative<Finished>(strategy.ask()));  // it is not asked again
  search.strategy.reset();

  const auto lines = heard.lines();
  REQUIRE(lines.size() == 9);
  CHECK(Json::parse(lines[0]) ==
        Json::parse(R"({"id": 1, "message": "start", "protocol": 1, "seed": 7, "trials": 4,
      "objective": {"maximise": "error"}, "resource": {"unit": "epoch", "min": 1, "max": 9},
      "space": [{"name": "c", "kind": "choice", "choices": ["a", "b"]},
                {"name": "x", "kind": "float", "low": 0.25, "high": 1, "log": true, "step": null},
                {"name": "n", "kind": "int", "low": 2, "high": 10, "log": false, "step": 2,
                 "when": {"parameter": "c", "is": ["b"]}}],
      "constraints": ["x * n <= 9"]})"));
  CHECK(Json::parse(lines[1]) == Json::parse(R"({"id": 2, "message": "ask"})"));
  CHECK(Json::parse(lines[3]) ==
        Json::parse(R"({"id": 4, "message": "tell", "trial": 0, "resource": 3, "loss": 0.25,
      "outcome": "reached", "trained_s": 90, "energy_j": 1e5, "curve": [[1.5, 0.6666666666666666], [3, 0.3333333333333333]]})"));
  CHECK(Json::parse(lines[4])["outcome"] == "diverged");
  CHECK(Json::parse(lines[4])["loss"].is_null());
  CHECK(Json::parse(lines[4])["curve"].size() == 2);
  CHECK(Json::parse(lines[6])["outcome"] == "out_of_memory");
  CHECK(Json::parse(lines[8]) == Json::parse(R"({"message": "end"})"));
}

TEST_CASE("a configuration that breaks a constraint is asked for again, with the constraint's text") {
  const std::string two = R"("configuration":{"x":0.9}, "trial":0, "until":1, "answer":"start"})";
  const std::string good = R"("configuration":{"x":0.1}, "trial":0, "until":1, "answer":"start"})";
  const std::string parameters = "x: {float: [0, 1]}\nconstraints: ['x < 0.5']";
  Search search{says({ready, R"({"id":2, )" + two, R"({"id":3, )" + good}), "", parameters};
  const Proposal started = search.strategy->ask();
  CHECK(std::get<StartTrial>(started).configuration.values == std::vector<double>{0.1});

  const std::string forever =
      "i=2; while read -r m; do printf '{\"id\":%d,' $i; echo " + shell_quoted(two) + "; i=$((i+1)); done";
  CHECK_THAT(failure("read -r m; echo " + shell_quoted(ready) + "; " + forever, "", parameters),
             Contains("proposed 1000 configurations in a row that break a constraint of the space") &&
                 Contains(R"("rejected":"x < 0.5")"));
}

TEST_CASE("a trial may start from the weights of another, and train on from there") {
  Search search{
      says({ready, start_0, R"({"id":3,"answer":"stop"})",
            R"({"id":4,"answer":"start","trial":1,"configuration":{"x":1},"until":4,"weights_from":0})"})};
  search.strategy->ask();
  search.strategy->tell(report(0, 3));
  const Proposal second = search.strategy->ask();
  CHECK(std::get<StartTrial>(second).weights_from == TrialId{0});
}

TEST_CASE("a program that cannot be started, dies, hangs or floods is one clear error") {
  Space space = space_of("x: {float: [0, 1]}");
  const SearchProblem problem{space, "epoch", 1, 9, 4, 7};
  const auto missing = make("{strategy: external, command: [no-such-program, --fast]}", problem);
  CHECK_THROWS_WITH(missing->ask(),
                    "the search program 'no-such-program --fast' cannot be started: No such file "
                    "or directory");
  const auto elsewhere =
      make("{strategy: external, command: [sh]}", {space, "epoch", 1, 9, 4, 7, "/no/such/folder"});
  CHECK_THROWS_WITH(elsewhere->ask(), Contains("cannot be started: No such file or directory"));
  const auto folder = make("{strategy: external, command: [/]}", problem);
  CHECK_THROWS_WITH(folder->ask(), Contains("cannot be started: Permission denied"));

  CHECK_THAT(failure("echo 'Traceback: no module' >&2; exit 3"),
             Contains("ended with status 3 before it answered") &&
                 Contains(R"(it was asked: {"message":"start")") &&
                 Contains("the end of its standard error:\n    Traceback: no module"));
  CHECK_THAT(failure("kill -9 $$"), Contains("was killed by signal 9 (Killed)"));
  CHECK_THAT(failure(says({ready}, "exit 0")), Contains("ended with status 0 before it answered"));
  CHECK_THAT(failure("exec >&-; sleep 30"), Contains("closed its output"));
  CHECK_THAT(failure("cat /dev/zero"), Contains("printed a line of more than 1048576 bytes"));
  CHECK_THAT(failure("yes '{\"id\":1,\"answer\":\"ready\",\"protocol\":1}'"),
             Contains("answered out of order: 'id' must be 2"));
  CHECK_THAT(failure("i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; exit 5"),
             Contains("ended with status 5") && Contains("    line 19999"));
}

TEST_CASE(
    "a program that gives no answer is given up after the timeout, and not before its last word is read") {
  const auto begin = std::chrono::steady_clock::now();
  Space space = space_of("x: {float: [0, 1]}");
  const auto slow =
      make("{strategy: external, command: [sh, -c, 'echo thinking >&2; sleep 60'], timeout: 300 ms}",
           {space, "epoch", 1, 9, 4, 7});
  CHECK_THROWS_WITH(slow->ask(), Contains("gave no answer within 0.3 s") && Contains("    thinking"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{20});
}

TEST_CASE("an answer that makes no sense is one clear error") {
  CHECK_THAT(failure("read -r m; echo hello"),
             Contains("answered with a line that is no JSON object") && Contains("it said: hello"));
  CHECK_THAT(failure("read -r m; printf '\\033[1mhi\\n'"), Contains("it said: \\x1b[1mhi"));
  CHECK_THAT(failure("read -r m; echo '[1]'"), Contains("no JSON object"));
  CHECK_THAT(failure(says({R"({"id":1,"answer":"ready"})"})),
             Contains("does not say that it speaks protocol 1"));
  CHECK_THAT(failure(says({R"({"id":1,"answer":"ready","protocol":2})"})), Contains("speaks protocol 1"));
  CHECK_THAT(failure(says({R"({"answer":"ready","protocol":1})"})), Contains("'id' must be 1"));
  CHECK_THAT(failure_of_answer(R"({"id":1,"answer":"wait"})"), Contains("'id' must be 2"));
  CHECK_THAT(failure_of_answer(R"({"id":2,"answer":"stop"})"),
             Contains("'answer' must be one of start, resume, wait, finished"));
  CHECK_THAT(failure_of_answer(R"({"id":2})"), Contains("'answer' must be one of"));
  CHECK_THAT(failure_of_answer(R"({"id":2,"answer":"wait"})"), Contains("no trial is running"));
  CHECK_THAT(failure_of_answer(R"({"id":2,"answer":"wait","until":3})"),
             Contains("a key that this answer does not have: until"));
  CHECK_THAT(failure_of_answer(R"({"id":2,"answer":"resume","trial":0,"until":3})"),
             Contains("wants to resume trial 0, which is not paused"));

  const auto start = [](const std::string& rest) { return R"({"id":2,"answer":"start",)" + rest + "}"; };
  const std::string x = R"("configuration":{"x":0.5},)";
  CHECK_THAT(failure_of_answer(start(x + R"("until":3)")), Contains("the number of a trial as 'trial'"));
  CHECK_THAT(failure_of_answer(start(x + R"("until":3,"trial":-1)")), Contains("the number of a trial"));
  CHECK_THAT(failure_of_answer(start(x + R"("until":3,"trial":7)")),
             Contains("names trial 7 as 'trial'; 0 trials have"));
  CHECK_THAT(failure_of_answer(start(x + R"("trial":0)")), Contains("must say as 'until'"));
  CHECK_THAT(failure_of_answer(start(x + R"("trial":0,"until":0)")),
             Contains("until 0; that must be more than the 0 it has and at most 9"));
  CHECK_THAT(failure_of_answer(start(x + R"("trial":0,"until":9.5)")), Contains("at most 9"));
  CHECK_THAT(failure_of_answer(start(x + R"("trial":0,"until":1e999)")), Contains("the search program"));
  CHECK_THAT(failure_of_answer(start(x + R"("trial":0,"until":3,"weights_from":0)")),
             Contains("takes the weights of trial 0, which has not reported any"));
  CHECK_THAT(failure_of_answer(start(R"("trial":0,"until":3)")), Contains("as 'configuration', an object"));
  const auto with = [&](const std::string& values) {
    return start(R"("trial":0,"until":3,"configuration":)" + values);
  };
  CHECK_THAT(failure_of_answer(with("{}")), Contains("gives no value to 'x'"));
  CHECK_THAT(failure_of_answer(with(R"({"x":0.5,"y":1})")), Contains("that the space does not have: y"));
  CHECK_THAT(failure_of_answer(with(R"({"x":2})")),
             Contains("gives 'x' the value 2; it is a number from 0 to 1"));
  CHECK_THAT(failure_of_answer(with(R"({"x":"0.5"})")), Contains("gives 'x' the value \"0.5\""));
  CHECK_THAT(failure_of_answer(with(R"({"x":null})")), Contains("gives 'x' the value null"));
  CHECK_THAT(failure_of_answer(with(R"({"x":NaN})")), Contains("no JSON object"));
  const std::string conditional = "c: {choice: [a, b]}\nn: {int: [1, 4], when: {c: b}}";
  CHECK_THAT(failure_of_answer(with(R"({"c":"a","n":2})"), conditional),
             Contains("which this configuration does not have"));
  CHECK_THAT(failure_of_answer(with(R"({"c":"d"})"), conditional), Contains("one of a, b"));
  CHECK_THAT(failure_of_answer(with(R"({"c":"b","n":2.5})"), conditional),
             Contains("a whole number from 1 to 4"));
}

TEST_CASE("an answer to a report that makes no sense is one clear error") {
  const auto told = [](const std::string& answer, const Report& said) {
    Search search{says({ready, start_0, answer})};
    search.strategy->ask();
    search.strategy->tell(said);
  };
  CHECK_THROWS_WITH(told(R"({"id":3,"answer":"wait"})", report(0, 3)),
                    Contains("one of continue, pause, stop"));
  CHECK_THROWS_WITH(told(R"({"id":3,"answer":"continue"})", report(0, 3)), Contains("must say as 'until'"));
  CHECK_THROWS_WITH(told(R"({"id":3,"answer":"continue","until":3})", report(0, 3)),
                    Contains("more than the 3 it has"));
  CHECK_THROWS_WITH(told(R"({"id":3,"answer":"stop","until":9})", report(0, 3)),
                    Contains("but not that it is to"));
  CHECK_THROWS_WITH(
      told(R"({"id":3,"answer":"continue","until":9})", report(0, 0, 0, SegmentOutcome::out_of_memory)),
      Contains("trial 0 to go on, which was out of memory"));
  CHECK_THROWS_WITH(told(R"({"id":3,"answer":"pause"})", report(0, 0, 0, SegmentOutcome::given_up)),
                    Contains("trial 0 to go on, which was given up"));
  Search many{
      says({ready, start_0, R"({"id":3,"answer":"start","trial":1,"configuration":{"x":1},"until":3})",
            R"({"id":4,"answer":"start","trial":2,"configuration":{"x":1},"until":3})",
            R"({"id":5,"answer":"start","trial":3,"configuration":{"x":1},"until":3})",
            R"({"id":6,"answer":"start","trial":4,"configuration":{"x":1},"until":3})"})};
  for (int i = 0; i < 4; ++i) many.strategy->ask();
  CHECK_THROWS_WITH(many.strategy->ask(),
                    Contains("starts more trials than the scenario's 'stop.trials' of 4"));
}

TEST_CASE("neither a program nor what it started outlives the strategy") {
  const TemporaryFile pids;
  const std::string script = "sleep 300 & echo $! >> " + shell_quoted(pids.path()) + "; echo $$ >> " +
                             shell_quoted(pids.path()) + "; ";
  const auto check_dead = [&] {
    const auto lines = pids.lines();
    REQUIRE(lines.size() == 2);
    for (const auto& line : lines) CHECK(dies(std::stoi(line)));
  };
  SECTION("that ends it as it should") {
    Search search{script + says({ready, start_0})};
    search.strategy->ask();
    search.strategy.reset();
    check_dead();
  }
  SECTION("that was answered with nonsense") {
    Search search{script + says({"nonsense"}, "sleep 300")};
    CHECK_THROWS_AS(search.strategy->ask(), StrategyFailure);
    check_dead();
  }
  SECTION("whose program does not hear that it is over") {
    Search search{script + says({ready, start_0}, "trap '' TERM; sleep 300")};
    search.strategy->ask();
    search.strategy.reset();
    check_dead();
  }
}

TEST_CASE("an interrupt is heard while a program thinks") {
  const TemporaryFile pid;
  Search search{"echo $$ > " + shell_quoted(pid.path()) + "; sleep 300", "", "x: {float: [0, 1]}"};
  int looks = 0;
  search.strategy->give_up_when([&] { return ++looks > 3; });
  CHECK_THROWS_AS(search.strategy->ask(), StrategyInterrupted);
  REQUIRE(pid.lines().size() == 1);
  CHECK(dies(std::stoi(pid.lines().front())));
}

TEST_CASE("a program is started by the first question, not before") {
  const TemporaryFile trace;
  Search search{"echo started > " + shell_quoted(trace.path())};
  CHECK(trace.lines().empty());
  CHECK_THROWS_AS(search.strategy->ask(), StrategyFailure);
  CHECK(trace.lines().size() == 1);
}

TEST_CASE("what a scenario says of an external search is checked") {
  Space space = space_of("x: {float: [0, 1]}");
  const SearchProblem problem{space, "epoch", 1, 9, 4, 7};
  const auto mistake = [&](const std::string& rest) {
    try {
      make("strategy: external\n" + rest, problem);
    } catch (const ConfigError& error) {
      return std::string{error.what()};
    }
    return std::string{"nothing was wrong"};
  };
  CHECK_THAT(mistake(""), Contains("command"));
  CHECK_THAT(mistake("command: []"),
             Contains("'command' names no program; write it as a list: [python3, my_search.py]"));
  CHECK_THAT(mistake("command: python3 my_search.py"), Contains("command"));
  CHECK_THAT(mistake("command: ['']"), Contains("names no program"));
  CHECK_THAT(mistake("command: [\"a\\0b\"]"), Contains("a zero byte"));
  CHECK_THAT(mistake("command: [a]\ntimeout: 0 s"), Contains("timeout"));
  CHECK_THAT(
      mistake("command: [a]\ncurve_every: 0.0001"),
      Contains("a trial's curve would have more than 10000 points; at least 0.0009 epochs between two"));
}
