#include "scale_fleet/http/logging_http_client.hpp"

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::string excerpt(std::string_view body) {
  constexpr std::size_t longest = 400;
  if (body.size() <= longest) return printable(body);
  return fmt::format("{}… ({} bytes)", printable(shortened(body, longest)), body.size());
}

}  // namespace

void LoggingHttpClient::start(RequestId id, const HttpRequest& request) {
  const auto server = request.server ? request.server->display() : std::string();
  under_way_[id] = request.method + " " + server + request.target;
  show_(fmt::format("> {} {}", under_way_[id], excerpt(request.body)));
  inner_.start(id, request);
}

std::vector<EndedRequest> LoggingHttpClient::wait(TimePoint until) {
  auto all = inner_.wait(until);
  for (const auto& ended : all) {
    const auto what = std::move(under_way_[ended.id]);
    under_way_.erase(ended.id);
    if (ended.result) {
      show_(fmt::format("< {}: {} {}", what, ended.result->status, excerpt(ended.result->body)));
    } else {
      show_(fmt::format("< {}: {}", what, printable(ended.result.error().message)));
    }
  }
  return all;
}

}  // namespace scale_fleet
