#include "sim/core/checksum.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <fstream>

namespace campaign_sim {

void Checksum::add(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  crc_ = static_cast<std::uint32_t>(crc32_z(crc_, data, bytes.size()));
}

std::string Checksum::text() const { return fmt::format("{:08x}", crc_); }

std::optional<std::string> checksum_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  Checksum checksum;
  std::string block(std::size_t{1} << 18, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
    checksum.add({block.data(), static_cast<std::size_t>(file.gcount())});
  if (!file.eof()) return std::nullopt;
  return checksum.text();
}

}  // namespace campaign_sim
