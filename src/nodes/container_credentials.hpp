#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "nodes/aws_credentials.hpp"
#include "nodes/request_line.hpp"

namespace scale_fleet {

/// Where a container asks for its role's credentials, from the variables that it is started with:
/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (of 169.254.170.2) or _FULL_URI, with
/// AWS_CONTAINER_AUTHORIZATION_TOKEN or _TOKEN_FILE. Empty where there are none of these. A full
/// URI is https, or names this machine or a link-local address, as AWS's programs have it: else
/// anybody between could read what comes. Errors are ErrorKind::usage.
Result<std::optional<HttpRequest>> container_request(
    const NamedValue& variable,
    const std::function<std::optional<std::string>(const std::filesystem::path&)>& read_file);

}  // namespace scale_fleet
