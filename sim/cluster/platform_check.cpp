#include "sim/cluster/platform_check.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xbt/log.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <string>
#include <vector>

namespace campaign_sim {
namespace {

namespace s4u = simgrid::s4u;

const Fabric* users_fabric(const ClusterSpec& cluster) {
  const bool has_one = cluster.network && cluster.network->fabric.kind == Fabric::Kind::simgrid;
  return has_one ? &cluster.network->fabric : nullptr;
}

// What the child process is about, for the signal handler to tell.
struct Question {
  const char* from;
  const char* to;
};
Question question{};

void say(const char* words) {
  if (write(STDERR_FILENO, words, std::strlen(words)) < 0) _exit(2);
}

// SimGrid looks a route up without asking whether it is there.
void no_route(int) {
  if (question.from) {
    say("there is no route from host '");
    say(question.from);
    say("' to host '");
    say(question.to);
    say("' (trials on both exchange data); add one\n");
  }
  _exit(1);
}

// Throws, or ends the process, if something is wrong.
void try_out(const Platform& platform) {
  xbt_log_control_set("root.thresh:critical");
  s4u::Engine engine{"campaign-sim"};
  bool loaded = false;
  for (const ClusterSpec& cluster : platform.clusters) {
    const Fabric* fabric = users_fabric(cluster);
    if (!fabric) continue;
    if (!std::exchange(loaded, true)) engine.load_platform(fabric->file.string());
    std::vector<s4u::Host*> hosts;
    for (const std::string& name : fabric->hosts) {
      hosts.push_back(s4u::Host::by_name_or_null(name));
      if (!hosts.back()) throw std::runtime_error{fmt::format("it has no host '{}'", name)};
    }
    for (const s4u::Host* from : hosts)
      for (const s4u::Host* to : hosts) {
        if (from == to) continue;
        std::vector<s4u::Link*> links;
        double latency_s = 0;
        question = {from->get_cname(), to->get_cname()};
        from->route_to(to, links, &latency_s);
        if (links.empty()) no_route(0);
      }
  }
}

// What SimGrid said before it ended the process: its first line, without where in SimGrid that was.
std::string first_words(const std::string& said) {
  std::string line = said.substr(0, said.find('\n'));
  if (const auto end = line.find("/CRITICAL] "); end != std::string::npos) line = line.substr(end + 11);
  return line.empty() ? "SimGrid gives no reason" : line;
}

std::string all_of(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(descriptor, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(count));
  return text;
}

}  // namespace

std::optional<std::string> why_not_simulable(const Platform& platform) {
  if (std::ranges::none_of(platform.clusters, users_fabric)) return std::nullopt;
  int ends[2];
  if (pipe(ends) != 0) return "no pipe can be made";
  const pid_t child = fork();
  if (child < 0) return "no process can be started";
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], STDERR_FILENO);
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    int status = 0;
    std::signal(SIGSEGV, no_route);
    try {
      try_out(platform);
    } catch (const std::exception& e) {
      const std::string why = std::string{e.what()} + '\n';
      status = write(STDERR_FILENO, why.data(), why.size()) > 0 ? 1 : 2;
    }
    _exit(status);
  }
  close(ends[1]);
  const std::string said = all_of(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::nullopt;
  return first_words(said);
}

}  // namespace campaign_sim
