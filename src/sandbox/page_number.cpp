#include "sandbox/page_number.hpp"

#include <fmt/format.h>

namespace scale_fleet {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

tl::unexpected<Error> illegal_at(std::size_t byte) {
  return failure(ErrorKind::refused, fmt::format("illegal base64 data at input byte {}", byte));
}

std::size_t skip_newlines(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r'))
    ++at;
  return at;
}

/// What follows the data of the last group of four, from its first `=` on: that many more `=` as
/// the group lacks, and nothing else. `have` is how many characters of data the group has.
Outcome check_padding(std::string_view text, std::size_t equals, std::size_t have) {
  if (have < 2) return illegal_at(equals);
  auto at = skip_newlines(text, equals + 1);
  if (have == 2) {
    if (at == text.size()) return illegal_at(text.size());
    if (text[at] != '=') return illegal_at(at - 1);
    at = skip_newlines(text, at + 1);
  }
  if (at < text.size()) return illegal_at(at);
  return {};
}

/// Base64 as Go decodes it, with the place of a mistake where Go sees it.
Result<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  std::size_t have = 0;  // Characters of the present group of four.
  std::size_t at = skip_newlines(text, 0);
  while (at < text.size() && text[at] != '=') {
    const auto digit = alphabet.find(text[at]);
    if (digit == std::string_view::npos) return illegal_at(at);
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    at = skip_newlines(text, at + 1);
    if (++have < 4) continue;
    bytes +=
        {static_cast<char>(bits >> 16U), static_cast<char>(bits >> 8U), static_cast<char>(bits)};
    bits = 0;
    have = 0;
  }
  if (at == text.size()) {
    if (have != 0) return illegal_at(at - have);
    return bytes;
  }
  if (auto fine = check_padding(text, at, have); !fine) return tl::unexpected(fine.error());
  bits <<= 6U * (4U - static_cast<unsigned>(have));
  bytes += static_cast<char>(bits >> 16U);
  if (have == 3) bytes += static_cast<char>(bits >> 8U);
  return bytes;
}

std::uint16_t little_endian(std::string_view bytes) {
  const unsigned low = static_cast<unsigned char>(bytes[0]);
  const unsigned high = static_cast<unsigned char>(bytes[1]);
  return static_cast<std::uint16_t>(low | (high << 8U));
}

}  // namespace

Result<std::uint16_t> read_page_number(const std::vector<std::string>& tokens,
                                       std::uint16_t limit) {
  const auto refuse = [](std::string message) {
    return failure(ErrorKind::refused, std::move(message));
  };
  if (tokens.empty()) return std::uint16_t{1};
  if (tokens.size() > 1) return refuse("too many values for page token");
  const auto bytes = decode_base64(tokens.front());
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->empty()) return refuse("EOF");
  if (bytes->size() < 4) return refuse("unexpected EOF");
  if (little_endian(*bytes) != limit) return refuse(fmt::format("token limit must be {}", limit));
  const auto page = little_endian(std::string_view(*bytes).substr(2));
  if (page == 0) return refuse("token page must be greater than zero");
  return page;
}

}  // namespace scale_fleet
