#pragma once

#include <string>
#include <string_view>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// The first JSON value in `text`, as Go's decoder takes it from a request: what stands behind it
/// isn't looked at. The error is ErrorKind::refused in the words of Go's encoding/json, because
/// Fleet passes them on.
Result<std::string_view> first_json_value(std::string_view text);

/// `json`, which is well-formed, with everything that isn't Unicode replaced by U+FFFD as Go does
/// it: bytes that aren't UTF-8, and halves of surrogate pairs.
std::string with_valid_unicode(std::string_view json);

}  // namespace scale_fleet
