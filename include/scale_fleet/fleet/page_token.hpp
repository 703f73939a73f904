#pragma once

#include <cstdint>
#include <string>

namespace scale_fleet {

/// The token of page `page` (from 1) of a list in pages of `limit` entries, as Fleet 1.0 writes it:
/// the two as little-endian 16-bit numbers in URL-safe base64 with padding (api/pagination.go).
/// Servers take it only while their own page size is `limit`.
std::string write_page_token(std::uint16_t limit, std::uint16_t page);

}  // namespace scale_fleet
