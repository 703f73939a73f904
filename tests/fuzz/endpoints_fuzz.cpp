#include <array>

#include "fuzz/fuzz_target.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"
#include "scale_fleet/http/endpoint.hpp"
#include "scale_fleet/platform/lock_holder.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view secret = "Xk7sEcReT";

void try_shown(const Endpoint& endpoint) {
  const auto shown = endpoint.display();
  must_hold(is_for_people(shown), "an endpoint can be shown");
  auto bare = endpoint;
  bare.user = bare.password = "";
  must_hold(bare.display() == shown, "an endpoint is shown without credentials");
  must_hold(bare.identity() == endpoint.identity(), "credentials make no other endpoint");
  const auto raw = endpoint.transport == Endpoint::Transport::unix_socket
                       ? endpoint.socket_path
                       : endpoint.authority + endpoint.base_path;
  if (printable(raw) != raw) return;  // Shown so that a terminal is safe, not so that it is a URL.
  const auto again = Endpoint::parse(shown);
  must_hold(again.has_value(), "an endpoint that is shown is one");
  must_hold(again->identity() == endpoint.identity(), "an endpoint that is shown is the same");
  must_hold(again->display() == shown, "an endpoint is always shown the same");
}

/// However the rest of a URL looks: its password is seen by nobody.
void try_secret(std::string_view rest) {
  const auto url = "http://jo:" + std::string(secret) + "@" + std::string(rest);
  const auto endpoint = Endpoint::parse(url);
  const auto said =
      endpoint ? endpoint->display() + endpoint->identity() : endpoint.error().message;
  must_hold(said.find(secret) == std::string::npos, "a password is never shown");
  const std::array words = {"scale-fleet", "--endpoint", url.c_str()};
  must_hold(command_line_without_secrets(words).find(secret) == std::string::npos,
            "a password is in no lock file");
}

}  // namespace

void try_input(std::string_view input) {
  if (const auto endpoint = Endpoint::parse(input)) {
    try_shown(*endpoint);
  } else {
    must_hold(endpoint.error().kind == ErrorKind::usage, "an endpoint is a matter of usage");
    must_hold(is_for_people(endpoint.error().message), "why an endpoint is refused can be shown");
  }
  const auto members = parse_etcd_endpoints(input);
  must_hold(!members || !members->empty(), "an etcd has members");
  if (input.find(secret) == std::string_view::npos) try_secret(input);
}

}  // namespace scale_fleet
