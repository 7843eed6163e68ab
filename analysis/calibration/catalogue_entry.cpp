#include "analysis/calibration/catalogue_entry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/quoted.hpp"

namespace campaign_sim::calibration {

std::string quoted(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return yaml_quoted(text);
}

// "smi.csv of 2024-05-31 (nvidia-smi, NVIDIA A40)"
std::string names_of(const std::vector<Log>& logs) {
  std::string text;
  for (const Log& log : logs)
    text += fmt::format("{}{}{} ({}{})", text.empty() ? "" : "; ", log.name,
                        log.date.empty() ? ", undated" : " of " + log.date, log.layout,
                        log.device.empty() ? "" : ", " + log.device);
  return text;
}

namespace {

double share_of(double watts, const Calibration& calibration, const Machine& machine) {
  const double share = (watts - calibration.idle_w) / (machine.max_w - calibration.idle_w);
  return std::clamp(share, 0.0, 1.0);
}

std::string power_curve(const Calibration& calibration, const Machine& machine, const std::string& source) {
  std::string utilisation;
  std::string share;
  for (const Drawn& point : calibration.power->points) {
    const char* comma = utilisation.empty() ? "" : ", ";
    utilisation += fmt::format("{}{:.3g}", comma, point.utilisation);
    share += fmt::format("{}{:.4f}", comma, share_of(point.watts, calibration, machine));
  }
  return fmt::format(
      "power_curve:\n  kind: table\n  utilisation: [{}]\n  share: {{value: [{}], source: {}, mark: "
      "measured}}\n",
      utilisation, share, quoted(source));
}

// What the entry has for phases in which nothing computes may not lie below the draw at rest.
std::string raised_draws(const Calibration& calibration, const Machine& machine, const std::string& source) {
  std::string text;
  for (const auto& [key, watts] : machine.draws_w)
    if (watts < calibration.idle_w)
      text += fmt::format("  {}: {{value: {:.2f} W, source: {}, mark: assumed}}\n", key, calibration.idle_w,
                          quoted("at least the idle of " + source));
  return text.empty() ? "" : "draws:\n" + text;
}

std::string cap_response(const CapResponse& r, double lowest_cap_w, const std::string& source) {
  std::string text = "cap_response:\n";
  const auto line = [&](const char* key, double value) {
    text += fmt::format("  {}: {{value: {:.4f}, source: {}, mark: measured}}\n", key, value, quoted(source));
  };
  line("static", r.static_draw);
  line("memory", r.memory);
  line("compute", r.compute);
  line("floor_clock", r.floor_clock);
  line("floor_voltage", r.floor_voltage);
  if (r.lowest_clock > 0) line("lowest_clock", r.lowest_clock);
  text += fmt::format("power_limit:\n  min: {{value: {:g} W, source: {}, mark: measured}}\n", lowest_cap_w,
                      quoted("the lowest cap read: " + source));
  return text;
}

std::string in_words(const RelativeError& error) {
  return fmt::format("{:.1f} % ({:.1f} %)", 100 * error.mean, 100 * error.largest);
}

}  // namespace

std::vector<std::string> bursts_in_words(const Calibration& calibration) {
  std::vector<std::string> lines;
  if (!calibration.cap) return lines;
  for (const BurstFit& one : calibration.cap->bursts)
    lines.push_back(fmt::format("{}: power: {:.1f} W, bursts: {{draw: {:.1f} W, share: {:.3f}}}", one.work,
                                one.uncapped_w, one.bursts.draw.base(), one.bursts.share));
  return lines;
}

std::vector<std::string> residuals_in_words(const Calibration& calibration, const Machine& machine) {
  std::vector<std::string> lines;
  switch (calibration.rest) {
    case Rest::read:
      lines.push_back(fmt::format("Idle: {:.1f} W, from readings at utilisation 0.", calibration.idle_w));
      break;
    case Rest::lowest_draws:
      lines.push_back(
          fmt::format("Idle: {:.1f} W, the lowest twentieth of the draws: too high if it never rested.",
                      calibration.idle_w));
      break;
    case Rest::catalogue:
      lines.push_back(fmt::format("Idle: {:.1f} W, as {} has it: no reading was at rest.", calibration.idle_w,
                                  machine.name));
  }
  if (const auto& power = calibration.power) {
    lines.push_back(
        fmt::format("Power curve: RMSE {:.1f} W, R2 {:.3f} over {} readings; valid for utilisation {:.2f} to "
                    "{:.2f}{}.",
                    power->rmse_w, power->r2, power->readings, power->lowest, power->highest,
                    power->highest < 1 ? ", held level above" : ""));
    if (power->points.back().watts > machine.max_w)
      lines.push_back(fmt::format("Its top, {:.1f} W, is cut to the {:g} W that {} draws at most.",
                                  power->points.back().watts, machine.max_w, machine.name));
  } else {
    lines.push_back(fmt::format("Power curve: that of {}; {}.", machine.name, calibration.no_power));
  }
  if (!calibration.cap) {
    lines.push_back(fmt::format("Caps: the response of {}; {}.", machine.name, calibration.no_cap));
    return lines;
  }
  const CapFit& cap = *calibration.cap;
  lines.push_back(fmt::format(
      "Caps: energy off by {} on average (at most), time by {}, given each training's bursts ({} readings of "
      "{} trainings); valid for caps from {:g} to {:g} W.",
      in_words(cap.energy), in_words(cap.time), cap.readings.size(), cap.bursts.size(), cap.lowest_cap_w,
      cap.highest_cap_w));
  if (cap.response_fitted)
    lines.push_back(fmt::format("Given its draw alone: energy off by {}, time by {}.",
                                in_words(cap.energy_by_draw), in_words(cap.time_by_draw)));
  else
    lines.push_back(fmt::format("They are too few to fit the response too: it is that of {}.", machine.name));
  return lines;
}

std::string catalogue_entry(const Calibration& calibration, const std::vector<Log>& logs,
                            const Machine& machine, const std::string& command) {
  const std::string source = names_of(logs);
  std::string text = fmt::format("# Made by: {}\n", command);
  for (const std::string& line : residuals_in_words(calibration, machine)) text += "# " + line + "\n";
  if (calibration.power)
    text +=
        "# Utilisation is what the log calls so. Give the same to a scenario: nvidia-smi's is the share of "
        "time in\n"
        "# which anything runs at all, not the share of peak FLOP/s that a workload of kind transformer "
        "works out.\n";
  if (calibration.cap) text += "# Of each training, for the workload of a scenario:\n";
  for (const std::string& line : bursts_in_words(calibration)) text += "#   " + line + "\n";
  text += fmt::format("use: {}\ndescription: {}\n", machine.name,
                      quoted(fmt::format("{}, calibrated from {}", machine.name, source)));
  if (calibration.rest != Rest::catalogue)
    text += fmt::format("idle: {{value: {:.2f} W, source: {}, mark: measured}}\n", calibration.idle_w,
                        quoted(source)) +
            raised_draws(calibration, machine, source);
  if (calibration.power)
    text += power_curve(calibration, machine,
                        fmt::format("{}: RMSE {:.1f} W, R2 {:.3f}, utilisation {:.2f} to {:.2f}", source,
                                    calibration.power->rmse_w, calibration.power->r2,
                                    calibration.power->lowest, calibration.power->highest));
  if (calibration.cap && calibration.cap->response_fitted)
    text +=
        cap_response(calibration.cap->response, calibration.cap->lowest_cap_w,
                     fmt::format("{}: energy to {:.1f} %, time to {:.1f} % on average, caps {:g} to {:g} W",
                                 source, 100 * calibration.cap->energy.mean, 100 * calibration.cap->time.mean,
                                 calibration.cap->lowest_cap_w, calibration.cap->highest_cap_w));
  return text;
}

std::string readings_csv(const Calibration& calibration) {
  std::string text =
      "part,place,work,utilisation,cap_w,watts,fitted_watts,uncapped_watts,slowdown,fitted_slowdown\n";
  if (calibration.power)
    for (const Reading& one : calibration.readings)
      if (one.utilisation)
        text += fmt::format("curve,{},{},{},{},{},{},,,\n", csv_cell(one.place), csv_cell(one.work),
                            *one.utilisation, one.cap_w ? fmt::format("{}", *one.cap_w) : "", one.watts,
                            calibration.power->watts(*one.utilisation));
  if (calibration.cap)
    for (const CappedReading& one : calibration.cap->readings)
      text +=
          fmt::format("cap,{},{},,{},{},{},{},{},{}\n", csv_cell(one.place), csv_cell(one.work), one.cap_w,
                      one.watts, one.fitted_watts, one.uncapped_w, one.slowdown, one.fitted_slowdown);
  return text;
}

}  // namespace campaign_sim::calibration
