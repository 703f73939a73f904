#include "scale_fleet/fleet/page_token.hpp"

#include <string_view>

namespace scale_fleet {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string write_page_token(std::uint16_t limit, std::uint16_t page) {
  const std::uint32_t bits =
      ((limit & 0xffU) << 24U) | ((limit >> 8U) << 16U) | ((page & 0xffU) << 8U) | (page >> 8U);
  std::string token;
  for (const unsigned shift : {26U, 20U, 14U, 8U, 2U})
    token += alphabet[(bits >> shift) & 0x3fU];
  token += alphabet[(bits << 4U) & 0x3fU];
  return token + "==";
}

}  // namespace scale_fleet
