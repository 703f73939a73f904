#include "support/aws_signature_check.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace scale_fleet {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {digest.begin(), digest.end()};
}

std::string hmac(const std::string& key, std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  unsigned int size = 0;
  const std::vector<unsigned char> bytes(text.begin(), text.end());
  HMAC(EVP_sha256(),
       key.data(),
       static_cast<int>(key.size()),
       bytes.data(),
       bytes.size(),
       digest.data(),
       &size);
  return {digest.begin(), digest.end()};
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string header_of(const HttpRequest& request, std::string_view name) {
  for (const auto& [own, value] : request.headers) {
    if (lower_case(own) == name) return value;
  }
  return {};
}

/// `Name=value` in the Authorization header.
std::string part_of_authorization(const HttpRequest& request, const std::string& name) {
  const auto text = header_of(request, "authorization");
  const auto found = text.find(name + "=");
  if (found == std::string::npos) return {};
  const auto start = found + name.size() + 1;
  return text.substr(start, text.find_first_of(", ", start) - start);
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

}  // namespace

SignedBy signer_of(const HttpRequest& request) {
  const auto scope = split(part_of_authorization(request, "Credential"), '/');
  if (scope.size() != 5 || scope[4] != "aws4_request") return {};
  return {.access_key_id = scope[0], .date = scope[1], .region = scope[2], .service = scope[3]};
}

std::string signature_mistake(const HttpRequest& request,
                              std::string_view secret,
                              std::string_view session_token) {
  const auto signer = signer_of(request);
  const auto names = split(part_of_authorization(request, "SignedHeaders"), ';');
  const auto moment = header_of(request, "x-amz-date");
  if (signer.access_key_id.empty() || !moment.starts_with(signer.date)) return "no signer";
  if (header_of(request, "x-amz-security-token") != session_token) return "another session token";
  std::string canonical_headers;
  for (const auto& name : names) {
    const auto value = header_of(request, name);
    if (value.empty()) return "'" + name + "' is named as a SignedHeader, but it does not exist";
    canonical_headers += name + ":" + value + "\n";
  }
  for (const std::string must : {"host", "x-amz-date", "content-type"}) {
    if (std::ranges::find(names, must) == names.end()) return must + " isn't signed";
  }
  const auto canonical = request.method + "\n" + request.target + "\n\n" + canonical_headers +
                         "\n" + part_of_authorization(request, "SignedHeaders") + "\n" +
                         hex(sha256(request.body));
  const auto scope = signer.date + "/" + signer.region + "/" + signer.service + "/aws4_request";
  const auto to_sign = "AWS4-HMAC-SHA256\n" + moment + "\n" + scope + "\n" + hex(sha256(canonical));
  auto key = hmac("AWS4" + std::string(secret), signer.date);
  for (const auto& part : {signer.region, signer.service, std::string("aws4_request")})
    key = hmac(key, part);
  return hex(hmac(key, to_sign)) == part_of_authorization(request, "Signature")
             ? ""
             : "the signature does not match";
}

}  // namespace scale_fleet
