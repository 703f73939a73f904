#include "nodes/aws_credentials.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/core/wall_time_text.hpp"

namespace scale_fleet {
namespace {

/// Whether it can stand in a header: it goes there in clear (the token, the key's id).
bool is_one_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
}

Outcome check_words(std::string_view place, const AwsCredentials& credentials, ErrorKind kind) {
  for (const auto& [text, called] : {std::pair(&credentials.access_key_id, "access key id"),
                                     {&credentials.secret_access_key, "secret access key"},
                                     {&credentials.session_token, "session token"}}) {
    const bool may_be_empty = text == &credentials.session_token;
    if (is_one_word(*text) || (may_be_empty && text->empty())) continue;
    return failure(kind,
                   fmt::format("cannot use AWS's credentials in {}: the {} is empty, or holds a "
                               "blank or a control character",
                               place,
                               called));
  }
  return {};
}

}  // namespace

Result<std::optional<AwsCredentials>> credentials_in(std::string_view place,
                                                     const CredentialNames& names,
                                                     const NamedValue& value) {
  const auto id = value(names.access_key_id);
  const auto secret = value(names.secret_access_key);
  if (!id && !secret) return std::nullopt;
  if (!id || !secret) {
    return failure(ErrorKind::usage,
                   fmt::format("cannot use AWS's credentials in {}: {} is there without {}",
                               place,
                               id ? names.access_key_id : names.secret_access_key,
                               id ? names.secret_access_key : names.access_key_id));
  }
  AwsCredentials credentials{.access_key_id = *id,
                             .secret_access_key = *secret,
                             .session_token = value(names.session_token).value_or(""),
                             .expires = {}};
  if (auto fine = check_words(place, credentials, ErrorKind::usage); !fine)
    return tl::unexpected(fine.error());
  return credentials;
}

Result<AwsCredentials> read_credentials_reply(std::string_view place, std::string_view body) {
  const auto reply = nlohmann::json::parse(body, nullptr, false);
  const auto text = [&](const char* name) -> std::string {
    if (!reply.is_object()) return {};
    const auto found = reply.find(name);
    return found != reply.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto expires = parse_wall_time(text("Expiration"));
  AwsCredentials credentials{.access_key_id = text("AccessKeyId"),
                             .secret_access_key = text("SecretAccessKey"),
                             .session_token = text("Token"),
                             .expires = expires};
  const auto is_whole = !credentials.access_key_id.empty() &&
                        !credentials.secret_access_key.empty() &&
                        !credentials.session_token.empty() && expires;
  if (!is_whole) {
    const auto code = text("Code");
    return failure(
        ErrorKind::unavailable,
        fmt::format("cannot use AWS's credentials of {}: {}",
                    place,
                    code.empty() || code == "Success" ? "the answer has not all of them"
                                                      : "it says " + printable_start(code, 200)));
  }
  if (auto fine = check_words(place, credentials, ErrorKind::unavailable); !fine)
    return tl::unexpected(fine.error());
  return credentials;
}

}  // namespace scale_fleet
