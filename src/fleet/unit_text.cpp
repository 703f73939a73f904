#include "scale_fleet/fleet/unit_text.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

std::vector<std::string_view> sections_in_order(const UnitOptions& options) {
  std::vector<std::string_view> sections;
  for (const auto& option : options) {
    if (std::ranges::find(sections, option.section) == sections.end()) {
      sections.emplace_back(option.section);
    }
  }
  return sections;
}

}  // namespace

std::string write_unit_text(const UnitOptions& options) {
  std::string text;
  for (const auto section : sections_in_order(options)) {
    if (!text.empty()) text += '\n';
    text.append("[").append(section).append("]\n");
    for (const auto& option : options) {
      if (option.section != section) continue;
      text.append(option.name).append("=").append(option.value).append("\n");
    }
  }
  return text;
}

std::string unit_hash(const UnitOptions& options) {
  const auto text = write_unit_text(options);
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
