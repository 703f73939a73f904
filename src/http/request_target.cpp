#include "scale_fleet/http/request_target.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

/// A word of a query, where a plus means a blank.
std::optional<std::string> query_word(std::string_view text) {
  std::string with_blanks(text);
  std::ranges::replace(with_blanks, '+', ' ');
  return percent_decoded(with_blanks);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<std::string> RequestTarget::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : parameters) {
    if (key == name) found.push_back(value);
  }
  return found;
}

std::string RequestTarget::first(std::string_view name) const {
  const auto found = values(name);
  return found.empty() ? std::string{} : found.front();
}

bool RequestTarget::has(std::string_view name) const {
  return std::ranges::any_of(parameters,
                             [&](const auto& parameter) { return parameter.first == name; });
}

std::optional<RequestTarget> parse_target(std::string_view target) {
  const auto question = target.find('?');
  auto path = percent_decoded(target.substr(0, question));
  if (!path || !path->starts_with('/')) return std::nullopt;
  RequestTarget parsed;
  parsed.path = std::move(*path);
  if (question == std::string_view::npos) return parsed;
  parsed.raw_query = target.substr(question + 1);
  for (const auto pair : split(parsed.raw_query, '&')) {
    if (pair.empty()) continue;
    if (pair.find(';') != std::string_view::npos) {
      parsed.lacks_parameters = true;
      continue;
    }
    const auto equals = pair.find('=');
    auto key = query_word(pair.substr(0, equals));
    auto value =
        query_word(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    parsed.lacks_parameters = parsed.lacks_parameters || !key || !value;
    if (key && value) parsed.parameters.emplace_back(std::move(*key), std::move(*value));
  }
  return parsed;
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const auto piece : split(path, '/')) {
    if (piece.empty() || piece == ".") continue;
    if (piece != "..") {
      kept.push_back(piece);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string clean;
  for (const auto piece : kept)
    clean.append("/").append(piece);
  if (clean.empty() || path.ends_with('/')) clean += '/';
  return clean;
}

std::string encode_path(std::string_view path) {
  constexpr std::string_view plain = "-_.~$&+,/:;=@";
  std::string encoded;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        (byte < 0x80 && std::isalnum(byte) != 0) || plain.find(c) != std::string_view::npos;
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

}  // namespace scale_fleet
