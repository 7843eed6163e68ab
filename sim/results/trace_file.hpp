// The campaign as a trace that Perfetto (ui.perfetto.dev) and Chrome's trace viewer open: who ran where, and
// what it drew. Format: Google, "Trace Event Format", in its JSON object form.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/ledger/row.hpp"
#include "sim/ledger/timeline.hpp"
#include "sim/platform/platform.hpp"

namespace campaign_sim {

// A process of the trace is a node, and its threads are the node's accelerators; three more processes hold
// power (a counter for each cluster), trials (one asynchronous track each) and rungs (an instant whenever a
// trial reaches one). Simulated seconds become microseconds, to the nanosecond. Rows are written as they
// come, so memory does not grow with the campaign; on every thread the events are in the order of time.
class TraceFile final : public LedgerSink {
 public:
  // Throws OutputError if the file cannot be made. `resource_unit` names the rungs: "27 epochs".
  TraceFile(std::filesystem::path file, const Platform& platform, std::string resource_unit);
  ~TraceFile() override;
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  void add(const LedgerRow& row) override;
  // Writes the power of each cluster until `end`, and closes. Throws OutputError if anything could not be
  // written.
  void close(const Timeline& timeline, Seconds end);

 private:
  struct Place {
    std::uint32_t process;
    std::uint32_t thread;
  };
  void name_process(std::uint32_t process, const std::string& name);
  void name_thread(std::uint32_t process, std::uint32_t thread, const std::string& name);
  void begin_event();
  void write_slices(const LedgerRow& row);
  void write_trial(const LedgerRow& row);
  void write_rung(const LedgerRow& row);
  void write_power(const Timeline& timeline, Seconds end);
  void flush();

  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Closer> file_;
  fmt::memory_buffer buffer_;
  bool first_ = true;
  std::vector<std::string> clusters_;        // names, as JSON texts
  std::vector<Place> places_;                // by accelerator
  std::map<Resource, std::uint32_t> rungs_;  // the thread of each
  std::string resource_unit_;
};

}  // namespace campaign_sim
