#include "sandbox/request_target.hpp"

#include <cctype>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

std::optional<char> read_hex_pair(std::string_view digits) {
  int value = 0;
  if (digits.size() < 2) return std::nullopt;
  for (const char c : digits.substr(0, 2)) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return static_cast<char>(value);
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const auto byte = read_hex_pair(text.substr(i + 1));
      if (!byte) return std::nullopt;
      result += *byte;
      i += 2;
    } else {
      result += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return result;
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

std::optional<RequestTarget> parse_target(std::string_view target) {
  const auto question = target.find('?');
  auto path = percent_decode(target.substr(0, question), false);
  if (!path || !path->starts_with('/')) return std::nullopt;
  RequestTarget parsed;
  parsed.path = std::move(*path);
  if (question == std::string_view::npos) return parsed;
  parsed.raw_query = target.substr(question + 1);
  for (const auto pair : split(parsed.raw_query, '&')) {
    if (pair.empty() || pair.find(';') != std::string_view::npos) continue;
    const auto equals = pair.find('=');
    auto key = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), true);
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
