// Numbers as people read them.
#pragma once

#include <string>

namespace campaign_sim {

std::string in_words(double number);  // 12,345 or 0.0123: four digits, thousands set apart
std::string counted(double number, const std::string& noun);  // 1 job, 27 epochs
std::string duration_in_words(double seconds);                // 6.8 days, 3.2 h, 12 min, 4.1 s
std::string energy_in_words(double kwh);                      // 7.5 MWh, 23 kWh, 410 Wh
std::string mass_in_words(double kilograms);                  // 3.2 t, 16 kg, 4 g

}  // namespace campaign_sim
