#include "scale_fleet/http/http_message.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace scale_fleet {

std::vector<std::string_view> header_values(const std::vector<Header>& headers,
                                            std::string_view name) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  std::vector<std::string_view> values;
  for (const auto& [known, value] : headers) {
    if (std::ranges::equal(known, name, same)) values.push_back(value);
  }
  return values;
}

std::string_view HttpResponse::header(std::string_view name) const {
  const auto values = header_values(headers, name);
  return values.empty() ? std::string_view{} : values.front();
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
