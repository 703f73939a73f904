#include "scale_fleet/fleet/unit_hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "scale_fleet/core/unit_file.hpp"

namespace scale_fleet {
std::string unit_hash(const UnitOptions& options) {
  const auto text = write_unit_file(options);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1) {
    throw std::runtime_error("this machine's libcrypto offers no SHA-1");
  }
  std::string hex;
  for (const auto byte : std::span(digest).first(length))
    hex += fmt::format("{:02x}", byte);
  return hex;
}

}  // namespace scale_fleet
