#include "scale_fleet/http/http_message.hpp"

#include <algorithm>
#include <cctype>

namespace scale_fleet {

std::string_view HttpResponse::header(std::string_view name) const {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  const auto found = std::ranges::find_if(
      headers, [&](const Header& header) { return std::ranges::equal(header.first, name, same); });
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace scale_fleet
