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
  const auto what = request.method + " " + server + request.target;
  under_way_[id] = {.what = what, .reply_is_secret = request.reply_is_secret};
  show_(fmt::format("> {} {}", what, excerpt(request.body)));
  inner_.start(id, request);
}

std::vector<EndedRequest> LoggingHttpClient::wait(TimePoint until) {
  auto all = inner_.wait(until);
  for (const auto& ended : all) {
    const auto [what, is_secret] = std::move(under_way_[ended.id]);
    under_way_.erase(ended.id);
    if (ended.result) {
      show_(fmt::format("< {}: {} {}",
                        what,
                        ended.result->status,
                        is_secret ? "(not shown)" : excerpt(ended.result->body)));
    } else {
      show_(fmt::format("< {}: {}", what, printable(ended.result.error().message)));
    }
  }
  return all;
}

}  // namespace scale_fleet
