#include <algorithm>

#include <fmt/format.h>

#include "cli/events_arguments.hpp"
#include "program/console.hpp"
#include "program/declared_world.hpp"
#include "program/invocation.hpp"
#include "scale_fleet/daemon/daemon_status.hpp"
#include "scale_fleet/daemon/pause_command.hpp"
#include "scale_fleet/http/curl_http_client.hpp"
#include "scale_fleet/platform/system_clock.hpp"

namespace scale_fleet {
namespace {

struct ExplainArguments {
  std::string service;
  std::string address;  ///< Or a URL.
  TlsFiles tls;
};

/// What the daemon's own certificate is verified with, unless an option says otherwise: itself.
TlsFiles tls_for(const Invocation& invocation, const ApiAccess& api) {
  auto tls = invocation.options.tls;
  if (!tls.ca && api.certificate) tls.ca = api.certificate->string();
  return tls;
}

Result<ExplainArguments> read_arguments(const Invocation& invocation) {
  const auto& arguments = invocation.arguments;
  if (arguments.words.size() != 1) {
    return failure(ErrorKind::usage,
                   "explain takes one service: write scale-fleet explain SERVICE");
  }
  const auto& word = arguments.words.front();
  if (const auto found = arguments.options.find("--daemon"); found != arguments.options.end())
    return ExplainArguments{
        .service = word, .address = found->second.front(), .tls = invocation.options.tls};
  const auto places = read_places_of_daemon(invocation);
  if (!places) return tl::unexpected(places.error());
  const auto& file = places->file;
  const auto is_named_so = [&](const DeclaredNodes& nodes) { return nodes.name == word; };
  const bool is_of_machines = std::ranges::any_of(file.nodes, is_named_so);
  const auto service = declared_service(*places, word);
  if (!service && !is_of_machines) return tl::unexpected(service.error());
  if (!file.listen) {
    return failure(ErrorKind::usage,
                   fmt::format("{} says that the daemon listens nowhere (listen: none), so it "
                               "can't be asked; give --daemon ADDRESS",
                               file.path.string()));
  }
  const auto scheme = file.api.certificate ? "https://" : "";
  return ExplainArguments{.service = service ? service->display_name() : word,
                          .address = scheme + *file.listen,
                          .tls = tls_for(invocation, file.api)};
}

Result<std::string> ask_daemon(const std::string& address, const TlsFiles& tls) {
  const bool is_url = address.find("://") != std::string::npos;
  const auto endpoint = Endpoint::parse(is_url ? address : "http://" + address);
  if (!endpoint) return tl::unexpected(endpoint.error());
  const SignalStopRequest signals;
  const SystemClock clock(signals);
  const auto client =
      make_curl_http_client({.endpoint = *endpoint, .tls = tls, .wake = &signals}, clock);
  if (!client) return tl::unexpected(client.error());
  (*client)->start(1, {.target = "/v1/status"});
  std::vector<EndedRequest> ended;
  const auto until = clock.now() + HttpClientSettings{}.request_timeout;
  while (ended.empty() && clock.now() < until && !signals.requested())
    ended = (*client)->wait(until);
  const auto failed = [&](std::string_view what) {
    return failure(ErrorKind::unavailable,
                   fmt::format("cannot ask the daemon at {}: {}; is scale-fleet run there?",
                               endpoint->display(),
                               what));
  };
  if (ended.empty()) return failed("it did not answer");
  const auto& result = ended.front().result;
  if (!result) return failed(result.error().message);
  if (result->status != 200) return failed(fmt::format("HTTP {}", result->status));
  return result->body;
}

}  // namespace

Result<int> run_explain(const Invocation& invocation) {
  const auto arguments = read_arguments(invocation);
  if (!arguments) return tl::unexpected(arguments.error());
  const auto document = ask_daemon(arguments->address, arguments->tls);
  if (!document) return tl::unexpected(document.error());
  const auto explained = invocation.options.json ? service_document(*document, arguments->service)
                                                 : explain_service(*document, arguments->service);
  if (!explained) return tl::unexpected(explained.error());
  if (auto printed = print_answer(*explained); !printed) return tl::unexpected(printed.error());
  return 0;
}

}  // namespace scale_fleet
