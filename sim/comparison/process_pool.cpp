#include "sim/comparison/process_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <stdexcept>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

struct Child {
  std::size_t task = 0;
  int words = -1;  // what it prints to standard error
};

[[noreturn]] void be_child(std::size_t number, const std::function<int(std::size_t)>& task, int words) {
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
  const int nowhere = ::open("/dev/null", O_RDWR);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(words, STDERR_FILENO);
  int status = 3;
  try {
    status = task(number);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
  }
  std::fflush(nullptr);
  ::_exit(status);  // not exit: what the parent registered for its own end is not the child's to do
}

pid_t start(std::size_t number, const std::function<int(std::size_t)>& task, int& words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error{fmt::format("cannot make a pipe: {}", std::strerror(errno))};
  // A child that says more than the pipe holds must not wait for us to read it: the rest is lost.
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  std::fflush(nullptr);  // or the child would print again what is still in our buffers
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error{fmt::format("cannot start a process: {}", std::strerror(errno))};
  if (process == 0) be_child(number, task, ends[1]);
  ::close(ends[1]);
  words = ends[0];
  return process;
}

// The last that was said, at most so many characters.
std::string last_words(int descriptor) {
  constexpr std::size_t most = 600;
  std::string text;
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(block.data(), static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.size() > most ? "… " + text.substr(text.size() - most) : text;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* hint = signal == SIGKILL ? "; the system does so when memory runs out" : "";
    return fmt::format("ended by signal {} ({}{})", signal, ::strsignal(signal), hint);
  }
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

}  // namespace

std::size_t run_in_processes(std::size_t tasks, std::size_t jobs, const std::function<int(std::size_t)>& task,
                             const std::function<void(const TaskOutcome&)>& ended,
                             const std::function<bool()>& interrupted) {
  CS_EXPECT(jobs >= 1);
  std::map<pid_t, Child> running;
  std::size_t next = 0;
  bool told_to_end = false;
  for (;;) {
    const bool stop = interrupted && interrupted();
    while (!stop && next < tasks && running.size() < jobs) {
      Child child{next, -1};
      const pid_t process = start(next, task, child.words);
      running.emplace(process, child);
      ++next;
    }
    if (running.empty()) return next;
    if (stop && !told_to_end)
      for (const auto& [process, child] : running) ::kill(process, SIGTERM);
    told_to_end = told_to_end || stop;

    int status = 0;
    const pid_t process = ::waitpid(-1, &status, 0);
    if (process < 0 && errno == EINTR) continue;
    CS_EXPECT(process > 0);
    const auto found = running.find(process);
    if (found == running.end()) continue;  // somebody else's child
    TaskOutcome outcome{found->second.task, WIFEXITED(status) && WEXITSTATUS(status) == 0, {}, process};
    const std::string words = last_words(found->second.words);
    if (!outcome.done) outcome.trouble = how_it_ended(status) + (words.empty() ? "" : ": " + words);
    running.erase(found);
    ended(outcome);
  }
}

}  // namespace campaign_sim
