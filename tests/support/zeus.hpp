// The power readings of "Zeus" (NSDI 2023): mean watts and seconds per epoch by batch size and power limit.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace campaign_sim::testing {

struct ZeusNetwork {
  const char* name;
  double images_per_epoch;
  double flops_per_image;  // forward and backward: 6 x multiply-adds
};
inline constexpr ZeusNetwork shufflenet{"shufflenetv2", 50'000, 0.28e9};
inline constexpr ZeusNetwork resnet50{"resnet50", 1'281'167, 24.6e9};

struct ZeusReading {
  double watts = 0;
  double flops_per_s = 0;
};

// By batch size; where several optimizers were read, their mean.
inline std::map<int, ZeusReading> zeus_readings(const std::filesystem::path& file, const ZeusNetwork& network,
                                                const std::string& limit_w) {
  struct Sum {
    double watts = 0;
    double seconds = 0;
    int count = 0;
  };
  std::map<int, Sum> sums;
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);  // dataset,network,batch_size,optimizer,power_limit,time_per_epoch,average_power
  while (std::getline(in, line)) {
    std::istringstream cells{line};
    std::array<std::string, 7> cell;
    for (auto& text : cell) std::getline(cells, text, ',');
    if (cell[1] != network.name || cell[4] != limit_w) continue;
    Sum& sum = sums[std::stoi(cell[2])];
    sum.seconds += std::stod(cell[5]);
    sum.watts += std::stod(cell[6]);
    ++sum.count;
  }
  std::map<int, ZeusReading> readings;
  for (const auto& [batch, sum] : sums)
    readings[batch] = {sum.watts / sum.count,
                       network.images_per_epoch * network.flops_per_image * sum.count / sum.seconds};
  return readings;
}

}  // namespace campaign_sim::testing
