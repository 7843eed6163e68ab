// The power-cap readings of "Zeus" (NSDI 2023), and the fit of an accelerator's response to some of them.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "sim/power/cap_response.hpp"

namespace campaign_sim::testing {

struct CapReading {
  double cap_w;
  double time;   // over that without a cap
  double watts;  // on average
};

// One network at one batch size and with one optimizer. Its first watts and seconds are those without a cap.
struct CappedTraining {
  std::string network;
  int batch_size = 0;
  double watts = 0;
  std::vector<CapReading> caps;
};

inline std::vector<CappedTraining> capped_trainings(const std::filesystem::path& file, double max_w) {
  std::map<std::string, std::map<double, std::pair<double, double>>> rows;  // by training: cap → s, W
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);  // dataset,network,batch_size,optimizer,power_limit,time_per_epoch,average_power
  while (std::getline(in, line)) {
    std::istringstream cells{line};
    std::array<std::string, 7> cell;
    for (auto& text : cell) std::getline(cells, text, ',');
    const std::string training = cell[1] + "/" + cell[0] + "/" + cell[3] + "/" + cell[2];
    rows[training][std::stod(cell[4])] = {std::stod(cell[5]), std::stod(cell[6])};
  }
  std::vector<CappedTraining> trainings;
  for (const auto& [name, readings] : rows) {
    const auto [seconds, watts] = readings.at(max_w);
    CappedTraining training{
        name.substr(0, name.find('/')), std::stoi(name.substr(name.rfind('/') + 1)), watts, {}};
    for (const auto& [cap, reading] : readings)
      if (cap < max_w) training.caps.push_back({cap, reading.first / seconds, reading.second});
    trainings.push_back(std::move(training));
  }
  return trainings;
}

// The trainings that keep an accelerator busy: of each network the larger half of the batch sizes, without
// NCF, which waits for its host at every size and draws the same under every cap.
inline std::vector<CappedTraining> busy_trainings(const std::vector<CappedTraining>& trainings) {
  std::map<std::string, std::vector<int>> batches;
  for (const CappedTraining& t : trainings) batches[t.network].push_back(t.batch_size);
  for (auto& [network, sizes] : batches) std::sort(sizes.begin(), sizes.end());
  std::vector<CappedTraining> busy;
  for (const CappedTraining& t : trainings)
    if (const auto& sizes = batches.at(t.network);
        t.network != "ncf" && t.batch_size >= sizes[sizes.size() / 2])
      busy.push_back(t);
  return busy;
}

struct CapErrors {
  double time = 0;  // model over reading, less 1
  double energy = 0;
};
inline CapErrors errors(const CapResponse& r, Watts idle, Watts max, const CappedTraining& training,
                        const CapReading& reading) {
  const Capped model = under_cap(r, idle, max, Watts{reading.cap_w}, Watts{training.watts}, std::nullopt);
  const double time = model.slowdown / reading.time;
  return {time - 1, time * model.draw.base() / reading.watts - 1};
}

// The cap of least energy, among those read and none.
inline double best_cap(const CappedTraining& training, double max_w, const auto& relative_energy) {
  double best = max_w;
  double least = 1;
  for (const CapReading& reading : training.caps)
    if (const double energy = relative_energy(reading); energy < least) {
      best = reading.cap_w;
      least = energy;
    }
  return best;
}

using CapParameters = std::array<double, 5>;

inline CapResponse response_of(const CapParameters& p) { return {p[0], p[1], p[2], p[3], p[4]}; }

// Least sum of |ln(model / reading)|^1.5 of time and energy, each cut at 0.5 and, below half the limit,
// weighing 0.3: runs of this data repeat to a few per cent, some to ten.
inline double misfit(const CapParameters& p, Watts idle, Watts max,
                     const std::vector<CappedTraining>& trainings) {
  const bool possible = p[0] >= 0 && p[0] < p[1] && p[1] < p[2] && p[2] <= 1 && p[3] > 0.3 && p[3] < 0.99 &&
                        p[4] > 0.3 && p[4] <= 1;
  if (!possible) return 1e9;
  double sum = 0;
  for (const CappedTraining& training : trainings)
    for (const CapReading& reading : training.caps) {
      if (Watts{reading.cap_w} <= static_draw(response_of(p), idle, max)) return 1e9;
      const CapErrors e = errors(response_of(p), idle, max, training, reading);
      for (const double error : {e.time, e.energy})
        sum += (reading.cap_w < 0.5 * max.base() ? 0.3 : 1) *
               std::pow(std::min(std::abs(std::log1p(error)), 0.5), 1.5);
    }
  return sum;
}

// Nelder and Mead 1965, from three starts.
inline CapResponse fit_cap_response(Watts idle, Watts max, const std::vector<CappedTraining>& trainings) {
  using Vertex = std::pair<double, CapParameters>;
  Vertex best{1e18, {}};
  for (const CapParameters& start :
       {CapParameters{0.02, 0.25, 0.95, 0.8, 0.8}, CapParameters{0.1, 0.3, 0.9, 0.9, 0.75},
        CapParameters{0.2, 0.4, 0.95, 0.85, 0.8}}) {
    const auto at = [&](const CapParameters& p) { return Vertex{misfit(p, idle, max, trainings), p}; };
    std::vector<Vertex> simplex{at(start)};
    for (std::size_t i = 0; i < start.size(); ++i) {
      CapParameters p = start;
      p[i] *= 1.05;
      simplex.push_back(at(p));
    }
    for (int step = 0; step < 400; ++step) {
      std::sort(simplex.begin(), simplex.end());
      CapParameters centre{};
      for (std::size_t v = 0; v + 1 < simplex.size(); ++v)
        for (std::size_t i = 0; i < centre.size(); ++i) centre[i] += simplex[v].second[i] / 5;
      const auto along = [&](double t) {
        CapParameters p;
        for (std::size_t i = 0; i < p.size(); ++i)
          p[i] = centre[i] + t * (simplex.back().second[i] - centre[i]);
        return at(p);
      };
      const Vertex reflected = along(-1);
      Vertex next = reflected;
      if (reflected < simplex.front()) next = std::min(reflected, along(-2));
      if (!(reflected < simplex[4])) next = std::min(along(0.5), along(-0.5));
      if (next < simplex.back()) {
        simplex.back() = next;
        continue;
      }
      for (std::size_t v = 1; v < simplex.size(); ++v) {
        CapParameters p = simplex[v].second;
        for (std::size_t i = 0; i < p.size(); ++i) p[i] = (p[i] + simplex[0].second[i]) / 2;
        simplex[v] = at(p);
      }
    }
    best = std::min(best, *std::min_element(simplex.begin(), simplex.end()));
  }
  return response_of(best.second);
}

}  // namespace campaign_sim::testing
