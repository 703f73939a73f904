#include "nodes/aws_account.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "nodes/aws_profile.hpp"
#include "nodes/container_credentials.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr Duration container_patience = std::chrono::seconds(2);  // AWS's programs' own.

bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

NamedValue values_of(const Variables& variables) {
  return [&variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    if (found == variables.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
}

/// A file of profiles, and what the profile's section is called in it.
struct ProfileFile {
  std::filesystem::path path;
  std::string section;
};

/// ~/.aws/credentials, then ~/.aws/config.
std::vector<ProfileFile> profile_files(const NamedValue& variable, const std::string& profile) {
  const std::filesystem::path folder =
      std::filesystem::path(variable("HOME").value_or("/root")) / ".aws";
  const auto file = [&](std::string_view name, const char* usual) {
    return std::filesystem::path(variable(name).value_or((folder / usual).string()));
  };
  return {
      {file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), profile},
      {file("AWS_CONFIG_FILE", "config"), profile == "default" ? profile : "profile " + profile}};
}

std::optional<std::string> named_profile(const NamedValue& variable) {
  const auto name = variable("AWS_PROFILE");
  return name ? name : variable("AWS_DEFAULT_PROFILE");
}

}  // namespace

AwsAccount::AwsAccount(const AwsWorld& world, RequestLine& line, std::optional<std::string> region)
    : world_(world),
      line_(line),
      metadata_(line, [this](std::string_view name) { return variable(name); }),
      region_(std::move(region)) {}

/// Of the environment, else of the file that AWS_ENV_FILE names; an empty one counts as unset.
std::optional<std::string> AwsAccount::variable(std::string_view name) const {
  auto own = world_.environment(name);
  if (own && !own->empty()) return own;
  const auto file = world_.environment("AWS_ENV_FILE");
  if (!file || file->empty()) return std::nullopt;
  const auto variables = read_variables(world_.read_file(*file).value_or(""));
  return values_of(variables)(name);
}

Result<std::optional<AwsCredentials>> AwsAccount::of_files() const {
  const NamedValue ours = [this](std::string_view name) { return variable(name); };
  const auto named = named_profile(ours);
  bool is_known = false;
  for (const auto& [path, section] : profile_files(ours, named.value_or("default"))) {
    const auto values = read_profile(world_.read_file(path).value_or(""), section);
    if (!values) continue;
    is_known = true;
    auto found = credentials_in(printable(path.string()), names_in_profile, values_of(*values));
    if (!found || *found) return found;
  }
  if (named && !is_known) {
    return failure(ErrorKind::usage,
                   fmt::format("cannot use AWS's profile {}: neither the credentials file nor the "
                               "config file has it",
                               printable(*named)));
  }
  return std::nullopt;
}

Result<AwsCredentials> AwsAccount::find_credentials() {
  const auto environment = [this](std::string_view name) -> std::optional<std::string> {
    auto value = world_.environment(name);
    return value && !value->empty() ? value : std::nullopt;
  };
  auto found = credentials_in("the environment", names_in_environment, environment);
  if (found && !*found) {
    const auto file = environment("AWS_ENV_FILE").value_or("");
    const auto variables =
        file.empty() ? Variables{} : read_variables(world_.read_file(file).value_or(""));
    found = credentials_in(printable(file), names_in_environment, values_of(variables));
  }
  if (found && !*found) found = of_files();
  if (!found) return tl::unexpected(found.error());
  if (*found) return **found;

  const auto container =
      container_request([this](std::string_view name) { return variable(name); }, world_.read_file);
  if (!container) return tl::unexpected(container.error());
  if (*container) {
    const auto reply = line_.ask(**container, container_patience);
    if (reply && reply->status == 200) return read_credentials_reply("the container", reply->body);
    return failure(
        ErrorKind::unavailable,
        fmt::format("cannot ask for the container's AWS credentials: {}",
                    reply ? fmt::format("HTTP {}", reply->status) : reply.error().message));
  }
  if (metadata_.is_disabled()) {
    return failure(ErrorKind::usage,
                   "there are no credentials for AWS: set AWS_ACCESS_KEY_ID and "
                   "AWS_SECRET_ACCESS_KEY, or a profile");
  }
  return metadata_.credentials();
}

Result<AwsCredentials> AwsAccount::credentials() {
  const auto now = world_.wall_time();
  const auto lasts = [now](const AwsCredentials& kept, Millis margin) {
    return !kept.expires || *kept.expires > now + margin;
  };
  if (credentials_ && lasts(*credentials_, renewed_before)) return *credentials_;
  auto found = find_credentials();
  if (found) credentials_ = *found;
  // Where new ones can't be had, the old ones are good until their end.
  if (!found && credentials_ && lasts(*credentials_, Millis(0))) return *credentials_;
  return found;
}

Result<std::string> AwsAccount::find_region() {
  for (const auto* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (auto value = variable(name)) return std::move(*value);
  }
  const NamedValue ours = [this](std::string_view name) { return variable(name); };
  for (const auto& [path, section] : profile_files(ours, named_profile(ours).value_or("default"))) {
    const auto values = read_profile(world_.read_file(path).value_or(""), section);
    if (!values) continue;
    if (auto value = values_of(*values)("region")) return std::move(*value);
  }
  if (!metadata_.is_disabled()) {
    if (auto told = metadata_.region()) return told;
  }
  return failure(ErrorKind::usage,
                 "the AWS region is not known: give it with the group, or set AWS_REGION");
}

Result<std::string> AwsAccount::region() {
  if (!region_) {
    auto found = find_region();
    if (!found) return found;
    region_ = std::move(*found);
  }
  if (is_region(*region_)) return *region_;
  const auto text = std::exchange(region_, std::nullopt);
  return failure(ErrorKind::usage,
                 fmt::format("'{}' is no AWS region", printable_start(*text, 80)));
}

Result<Endpoint> AwsAccount::endpoint(std::string_view service, const std::string& region) const {
  const std::string own_name =
      service == "autoscaling" ? "AWS_ENDPOINT_URL_AUTO_SCALING" : "AWS_ENDPOINT_URL_EC2";
  if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("") != "true") {
    for (const auto& name : {own_name, std::string("AWS_ENDPOINT_URL")}) {
      const auto url = variable(name);
      if (!url) continue;
      auto endpoint = Endpoint::parse(*url);
      if (!endpoint)
        return failure(ErrorKind::usage, fmt::format("{}: {}", name, endpoint.error().message));
      if (endpoint->base_path.empty()) return endpoint;
      return failure(ErrorKind::usage, fmt::format("{}: it may not have a path", name));
    }
  }
  const auto* domain = region.starts_with("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return Endpoint::parse(fmt::format("https://{}.{}.{}", service, region, domain));
}

}  // namespace scale_fleet
