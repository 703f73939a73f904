#include "scale_fleet/api/bearer_token.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <fstream>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

/// Shorter ones can be guessed.
constexpr std::size_t shortest_token = 16;

using Digest = std::array<unsigned char, 32>;

Digest digest_of(std::string_view token) {
  Digest digest{};
  EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

bool is_same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

/// b64token of RFC 6750.
bool may_be_in_token(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto start = text.find_first_not_of(blanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

}  // namespace

BearerToken::BearerToken(std::string_view token) : digest_(digest_of(token)) {}

bool BearerToken::is_in(const HttpRequest& request) const {
  constexpr std::string_view scheme = "Bearer ";
  const auto values = header_values(request.headers, "Authorization");
  if (values.size() != 1 || values.front().size() <= scheme.size()) return false;
  const auto value = values.front();
  if (!is_same_word(value.substr(0, scheme.size()), scheme)) return false;
  const auto given = digest_of(without_blanks(value.substr(scheme.size())));
  return CRYPTO_memcmp(given.data(), digest_.data(), digest_.size()) == 0;
}

Result<BearerToken> read_bearer_token(const std::filesystem::path& file) {
  const auto cannot = [&](std::string_view why) {
    return failure(ErrorKind::usage,
                   fmt::format("the token in {}: {}", printable(file.string()), why));
  };
  std::ifstream stream(file);
  std::string line;
  if (!stream) return cannot("the file can't be read");
  std::getline(stream, line);
  const auto token = without_blanks(line);
  if (token.empty()) return cannot("its first line is empty");
  if (token.size() < shortest_token)
    return cannot(fmt::format("it has to have at least {} characters", shortest_token));
  if (!std::ranges::all_of(token, may_be_in_token))
    return cannot("it may have letters, digits and -._~+/= (RFC 6750)");
  return BearerToken(token);
}

}  // namespace scale_fleet
