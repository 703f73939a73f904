#include "scale_fleet/fleet/page_token.hpp"

#include <string_view>

namespace scale_fleet {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string write_page_token(std::uint16_t limit, std::uint16_t page) {
  const auto swapped = [](std::uint32_t word) { return ((word & 0xffU) << 8U) | (word >> 8U); };
  const std::uint32_t bits = (swapped(limit) << 16U) | swapped(page);
  std::string token;
  for (const unsigned shift : {26U, 20U, 14U, 8U, 2U})
    token += alphabet[(bits >> shift) & 0x3fU];
  token += alphabet[(bits << 4U) & 0x3fU];
  return token + "==";
}

}  // namespace scale_fleet
