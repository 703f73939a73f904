#pragma once

#include <string>

#include "support/catch.hpp"

namespace scale_fleet {

/// `text` with every `from`, of which there has to be one, made `to`.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  CAPTURE(from);
  REQUIRE(text.find(from) != std::string::npos);
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace scale_fleet
