#include "sim/comparison/process_pool.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>

using namespace campaign_sim;

namespace {

const std::function<bool()> never = [] { return false; };

std::map<std::size_t, TaskOutcome> run_all(std::size_t tasks, std::size_t jobs,
                                           const std::function<int(std::size_t)>& task) {
  std::map<std::size_t, TaskOutcome> outcomes;
  run_in_processes(
      tasks, jobs, task, [&](const TaskOutcome& outcome) { outcomes[outcome.task] = outcome; }, never);
  return outcomes;
}

}  // namespace

TEST_CASE("every task is run once, however many run at a time") {
  for (const std::size_t jobs : {1U, 3U, 50U}) {
    const auto outcomes = run_all(7, jobs, [](std::size_t) { return 0; });
    CHECK(outcomes.size() == 7);
    for (const auto& [task, outcome] : outcomes) CHECK(outcome.done);
  }
  CHECK(run_all(0, 2, [](std::size_t) { return 0; }).empty());
}

TEST_CASE("a task that fails, throws or is killed is reported, and the others are done") {
  const auto outcomes = run_all(5, 2, [](std::size_t task) {
    if (task == 1) {
      std::fputs("the disk is full\n", stderr);
      return 2;
    }
    if (task == 2) throw std::runtime_error{"no such thing"};
    if (task == 3) ::kill(::getpid(), SIGKILL);
    return 0;
  });
  REQUIRE(outcomes.size() == 5);
  CHECK(outcomes.at(0).done);
  CHECK(outcomes.at(4).done);
  CHECK(outcomes.at(1).trouble == "ended with status 2: the disk is full");
  CHECK(outcomes.at(2).trouble == "ended with status 3: no such thing");
  CHECK(outcomes.at(3).trouble == "ended by signal 9 (Killed; the system does so when memory runs out)");
}

TEST_CASE("a task that says more than anyone reads does not hang") {
  const auto outcomes = run_all(1, 1, [](std::size_t) {
    for (int i = 0; i < 100'000; ++i) std::fputs("again and again\n", stderr);
    std::fputs("and that was all", stderr);
    return 1;
  });
  CHECK_FALSE(outcomes.at(0).done);
  CHECK(outcomes.at(0).trouble.size() < 1000);
  CHECK_THAT(outcomes.at(0).trouble, Catch::EndsWith("again and again\nand that was all"));
}

TEST_CASE("a task that leaves a process behind has ended nonetheless") {
  const auto outcomes = run_all(1, 1, [](std::size_t) {
    if (::fork() == 0) {
      ::sleep(5);
      ::_exit(0);
    }
    std::fputs("gone", stderr);
    return 1;
  });
  CHECK(outcomes.at(0).trouble == "ended with status 1: gone");
}

TEST_CASE("nothing runs on when the pool is left by an exception") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const auto task = [&](std::size_t number) {
    if (number == 1) ::sleep(1000);
    return 0;
  };
  const auto ended = [](const TaskOutcome&) { throw std::runtime_error{"the disk is full"}; };
  CHECK_THROWS_WITH(run_in_processes(2, 2, task, ended, never), "the disk is full");
  ::close(ends[1]);
  char nothing = 0;
  CHECK(::read(ends[0], &nothing, 1) == 0);  // nobody else holds the other end
  ::close(ends[0]);
}

TEST_CASE("an interrupted pool starts nothing more and ends what runs") {
  std::size_t ended = 0;
  const std::size_t started = run_in_processes(
      100, 2,
      [](std::size_t task) {
        if (task > 0) ::sleep(1000);
        return 0;
      },
      [&](const TaskOutcome&) { ++ended; }, [&] { return ended > 0; });
  CHECK(started == 2);
  CHECK(ended == 2);
}
