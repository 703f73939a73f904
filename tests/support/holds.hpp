#pragma once

#include <string>
#include <string_view>

namespace scale_fleet {

/// Whether a part stands anywhere in a text.
inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace scale_fleet
