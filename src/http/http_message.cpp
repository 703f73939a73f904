#include "scale_fleet/http/http_message.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

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

std::optional<std::chrono::seconds> retry_after(const HttpResult& result) {
  if (!result) return std::nullopt;
  const auto text = result->header("Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace scale_fleet
