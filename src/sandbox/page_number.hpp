#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// The page that a list request asks for, from every nextPageToken in its query: 1 where there is
/// none. The error is ErrorKind::refused, in Fleet's words.
Result<std::uint16_t> read_page_number(const std::vector<std::string>& tokens, std::uint16_t limit);

}  // namespace scale_fleet
