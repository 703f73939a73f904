#include "scale_fleet/api/api.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/api_requests.hpp"
#include "scale_fleet/daemon/endpoints.hpp"
#include "scale_fleet/http/request_target.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view services_path = "/v1/services/";

enum class Guard { open, token };

/// What is served at a path, and how.
struct Route {
  std::string_view path;
  std::string_view methods;  ///< As Allow has them.
  Guard guard = Guard::token;
  void (ApiRequests::*answer)(const HttpRequest&, const RequestTarget&, HttpReplier) = nullptr;
};

constexpr std::array routes{
    Route{"/v1/ping", "GET, HEAD", Guard::open, &ApiRequests::ping},
    Route{"/v1/scale-service", "POST", Guard::token, &ApiRequests::scale_service},
    Route{"/v1/scale-nodes", "POST", Guard::token, &ApiRequests::scale_nodes},
    Route{"/v1/reschedule-service", "POST", Guard::token, &ApiRequests::reschedule_service},
    Route{"/v1/reschedule-services", "POST", Guard::token, &ApiRequests::reschedule_services},
    Route{services_path, "GET, HEAD, PUT", Guard::token, &ApiRequests::one_service}};

/// A route whose path ends in a slash is that of everything right below it.
bool leads_to(const Route& route, std::string_view path) {
  if (!route.path.ends_with('/')) return route.path == path;
  return path.starts_with(route.path) && path.size() > route.path.size() &&
         path.find('/', route.path.size()) == std::string_view::npos;
}

bool allows(const Route& route, const std::string& method) {
  return fmt::format(", {}, ", route.methods).find(fmt::format(", {}, ", method)) !=
         std::string::npos;
}

HttpReply not_found() {
  std::vector<std::string_view> paths{"/healthz", "/readyz", "/metrics", "/v1/status"};
  for (const auto& route : routes)
    paths.push_back(route.path);
  return api_reply(404,
                   fmt::format("there are {} and {}NAME",
                               fmt::join(paths.begin(), paths.end() - 1, ", "),
                               paths.back()));
}

/// The same request as if there were no prefix.
HttpRequest without_prefix(HttpRequest request, const std::string& prefix) {
  if (!prefix.empty() && request.target.starts_with(prefix + "/"))
    request.target.erase(0, prefix.size());
  return request;
}

class Api {
 public:
  explicit Api(ApiParts parts)
      : looking_in_(daemon_endpoints(parts.board, parts.now)), requests_(std::move(parts)) {}

  void answer(const HttpRequest& asked, HttpReplier reply) {
    const auto request = without_prefix(asked, requests_.parts().prefix);
    const auto target = parse_target(request.target);
    const auto* route =
        target ? std::ranges::find_if(
                     routes, [&](const Route& each) { return leads_to(each, target->path); })
               : routes.end();
    if (route != routes.end()) reply = counted_at(route->path, std::move(reply));
    if (route == routes.end()) {
      auto looked = looking_in_(request);
      reply(looked.response.status == 404 ? not_found() : std::move(looked));
    } else if (auto refused = check(*route, request)) {
      reply(*std::move(refused));
    } else {
      (requests_.*route->answer)(request, *target, std::move(reply));
    }
  }

 private:
  HttpReplier counted_at(std::string_view path, HttpReplier reply) const {
    auto* counts = requests_.parts().counts;
    if (counts == nullptr) return reply;
    return [counts, path, reply = std::move(reply)](HttpReply answer) {
      const auto status = answer.response.status;
      const bool goes_out = reply(std::move(answer));
      if (goes_out) counts->add(path, status);
      return goes_out;
    };
  }

  std::optional<HttpReply> check(const Route& route, const HttpRequest& request) const {
    if (!allows(route, request.method)) {
      auto refused = api_reply(405, fmt::format("only {} here", route.methods));
      refused.response.headers.emplace_back("Allow", route.methods);
      return refused;
    }
    if (route.guard == Guard::open) return std::nullopt;
    if (const auto& token = requests_.parts().token; token && !token->is_in(request)) {
      const bool has_one = !header_values(request.headers, "Authorization").empty();
      auto refused = api_reply(401,
                               has_one ? "the header Authorization holds another token"
                                       : "this needs a header 'Authorization: Bearer TOKEN'");
      refused.response.headers.emplace_back("WWW-Authenticate", "Bearer");
      return refused;
    }
    // Browsers say whose page asks; whoever looks at such a page didn't mean to scale anything.
    if (!requests_.parts().token && !header_values(request.headers, "Origin").empty())
      return api_reply(403, "no web page may ask for this");
    return std::nullopt;
  }

  HttpHandler looking_in_;
  ApiRequests requests_;
};

}  // namespace

LaterHttpHandler make_api(ApiParts parts) {
  return [api = std::make_shared<Api>(std::move(parts))](const HttpRequest& request,
                                                         HttpReplier reply) {
    api->answer(request, std::move(reply));
  };
}

}  // namespace scale_fleet
