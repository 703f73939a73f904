#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "scale_fleet/core/result.hpp"

namespace scale_fleet {

/// Keys in the order in which the contract writes them.
using Json = nlohmann::ordered_json;

/// An error object: `message`, and `http_status` where Fleet spoke; null where there is none.
Json error_json(const std::optional<Error>& error);

/// A document on lines of its own, safe against bytes that aren't UTF-8.
std::string document_text(const Json& document);

/// A value, or null.
template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace scale_fleet
