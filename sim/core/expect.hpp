// Our own mistakes. `CS_EXPECT` is always on: a wrong bill is worse than a stopped program.
#pragma once

#include <stdexcept>
#include <string>

namespace campaign_sim {

// Thrown when the program contradicts itself; the command line turns it into exit status 3.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void fail_expectation(const char* condition, const char* file, int line) {
  throw InternalError{std::string{file} + ":" + std::to_string(line) + ": expected " + condition};
}

}  // namespace campaign_sim

#define CS_EXPECT(condition) \
  ((condition) ? static_cast<void>(0) : ::campaign_sim::fail_expectation(#condition, __FILE__, __LINE__))
