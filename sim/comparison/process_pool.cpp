#include "sim/comparison/process_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sim/core/expect.hpp"

namespace campaign_sim {

namespace {

// No SIGINT or SIGTERM in the meantime: a child that got one before it lets go of our handlers would take it
// for its parent.
class SignalsLater {
 public:
  SignalsLater() {
    sigset_t ending{};
    ::sigemptyset(&ending);
    for (const int signal : {SIGINT, SIGTERM}) ::sigaddset(&ending, signal);
    ::sigprocmask(SIG_BLOCK, &ending, &before_);
  }
  ~SignalsLater() { now(); }
  SignalsLater(const SignalsLater&) = delete;
  SignalsLater& operator=(const SignalsLater&) = delete;
  void now() const { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

[[noreturn]] void be_child(std::size_t number, const std::function<int(std::size_t)>& task, int words,
                           const SignalsLater& signals) noexcept {
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
  signals.now();
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

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* hint = signal == SIGKILL ? "; the system does so when memory runs out" : "";
    return fmt::format("ended by signal {} ({}{})", signal, ::strsignal(signal), hint);
  }
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

struct Child {
  std::size_t task = 0;
  pid_t process = 0;
  int words = -1;    // what it prints to standard error; -1 once it has closed that
  std::string said;  // the last of it
};

// Reads what is there to be read, without waiting for more.
void listen_to(Child& child) {
  constexpr std::size_t enough = 4096;
  std::array<char, 4096> block{};
  while (child.words >= 0) {
    const ssize_t got = ::read(child.words, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got == 0) {
      ::close(child.words);
      child.words = -1;
    }
    child.said.append(block.data(), static_cast<std::size_t>(got));
    if (child.said.size() > enough) child.said.erase(0, child.said.size() - enough);
  }
}

std::string last_words(std::string text) {
  constexpr std::size_t most = 600;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text.size() > most ? "… " + text.substr(text.size() - most) : text;
}

// Those that run. None outlives this.
class Children {
 public:
  Children() = default;
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    tell(SIGKILL);
    for (const Child& child : running_) {
      while (::waitpid(child.process, nullptr, 0) < 0 && errno == EINTR) continue;
      if (child.words >= 0) ::close(child.words);
    }
  }

  std::size_t size() const { return running_.size(); }

  void start(std::size_t number, const std::function<int(std::size_t)>& task) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw std::runtime_error{fmt::format("cannot make a pipe: {}", std::strerror(errno))};
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    running_.push_back({number, 0, ends[0], {}});
    std::fflush(nullptr);  // or the child would print again what is still in our buffers
    const SignalsLater signals;
    const pid_t process = ::fork();
    if (process == 0) be_child(number, task, ends[1], signals);
    const int error = errno;
    ::close(ends[1]);
    if (process > 0) {
      running_.back().process = process;
      return;
    }
    ::close(ends[0]);
    running_.pop_back();
    throw std::runtime_error{fmt::format("cannot start a process: {}", std::strerror(error))};
  }

  void tell(int signal) const {
    for (const Child& child : running_) ::kill(child.process, signal);
  }

  // Until one says something or ends, or a signal comes. That one ended shows in its closing what it speaks
  // through, unless it left a process of its own behind: so we look from time to time.
  void listen() {
    constexpr int from_time_to_time = 100;  // ms
    constexpr int at_once = 1;
    int patience = from_time_to_time;
    std::vector<pollfd> pipes;
    for (const Child& child : running_) {
      pipes.push_back({child.words, POLLIN, 0});
      if (child.words < 0) patience = at_once;
    }
    ::poll(pipes.data(), pipes.size(), patience);
    for (Child& child : running_) listen_to(child);
  }

  // One that has ended, if any has.
  std::optional<TaskOutcome> take_ended() {
    for (auto child = running_.begin(); child != running_.end(); ++child) {
      int status = 0;
      const pid_t ended = ::waitpid(child->process, &status, WNOHANG);
      CS_EXPECT(ended >= 0 || errno == EINTR);
      if (ended <= 0) continue;
      listen_to(*child);
      if (child->words >= 0) ::close(child->words);
      TaskOutcome outcome{child->task, WIFEXITED(status) && WEXITSTATUS(status) == 0, {}, child->process};
      const std::string words = last_words(std::move(child->said));
      if (!outcome.done) outcome.trouble = how_it_ended(status) + (words.empty() ? "" : ": " + words);
      running_.erase(child);
      return outcome;
    }
    return std::nullopt;
  }

 private:
  std::vector<Child> running_;
};

}  // namespace

std::size_t run_in_processes(std::size_t tasks, std::size_t jobs, const std::function<int(std::size_t)>& task,
                             const std::function<void(const TaskOutcome&)>& ended,
                             const std::function<bool()>& interrupted) {
  CS_EXPECT(jobs >= 1);
  Children children;
  std::size_t next = 0;
  bool told_to_end = false;
  for (;;) {
    const bool stop = interrupted && interrupted();
    while (!stop && next < tasks && children.size() < jobs) children.start(next++, task);
    if (children.size() == 0) return next;
    if (stop && !told_to_end) children.tell(SIGTERM);
    told_to_end = told_to_end || stop;
    children.listen();
    while (const auto outcome = children.take_ended()) ended(*outcome);
  }
}

}  // namespace campaign_sim
