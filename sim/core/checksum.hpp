// CRC-32 of what is written and read, as zip files and `crc32` have it: tells a file that was cut or edited.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace campaign_sim {

class Checksum {
 public:
  void add(std::string_view bytes);
  std::string text() const;  // eight hexadecimal digits

 private:
  std::uint32_t crc_ = 0;
};

// Of a whole file; nothing if it cannot be read.
std::optional<std::string> checksum_of(const std::filesystem::path& file);

}  // namespace campaign_sim
