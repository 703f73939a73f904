#include "cli/program_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view default_socket_endpoint = "unix:///var/run/fleet.sock";
constexpr std::string_view default_tcp_endpoint = "http://127.0.0.1:49153";

/// Reads settings one after the other and keeps the first mistake.
class Reader {
 public:
  explicit Reader(const SettingSources& sources) : sources_(sources) {}

  template <typename Value, typename Convert>
  void read(const std::string& name, Value& value, Convert convert) {
    const auto setting = find_setting(sources_, name);
    if (!setting || error_) return;
    if (auto converted = convert(*setting)) {
      value = *converted;
    } else {
      error_ = converted.error();
    }
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const SettingSources& sources_;
  std::optional<Error> error_;
};

Result<Endpoint> parse_endpoint(const Setting& setting, std::vector<std::string>& warnings) {
  auto text = setting.text;
  if (const auto comma = text.find(','); comma != std::string::npos) {
    text.resize(comma);
    warnings.push_back(
        fmt::format("{} lists several endpoints; the first is used", setting.source));
  }
  // The variables of the blog's script went to curl, which needs no scheme.
  const bool is_for_curl = setting.source == "FLEET_ENDPOINT" || setting.source == "FLEET_HOST";
  if (is_for_curl && text.find("://") == std::string::npos) text = "http://" + text;
  auto endpoint = Endpoint::parse(text);
  if (!endpoint) {
    return failure(ErrorKind::usage,
                   fmt::format("{}: {}", setting.source, endpoint.error().message));
  }
  return endpoint;
}

Outcome check_tls(const ProgramOptions& options, const Arguments& arguments) {
  if (options.tls.certificate.has_value() != options.tls.key.has_value()) {
    return failure(ErrorKind::usage,
                   "--cert-file and --key-file go together: give both or neither");
  }
  // Typed, they are meant for this endpoint; a variable may stand there for others.
  const bool has_tls_files = arguments.has("--ca-file") || arguments.has("--cert-file");
  const auto is_tls = [](const Endpoint& endpoint) {
    return endpoint.transport == Endpoint::Transport::tls;
  };
  const bool has_use = is_tls(options.endpoint) || std::ranges::any_of(options.lock_etcd, is_tls);
  if (has_tls_files && !has_use) {
    return failure(ErrorKind::usage,
                   fmt::format("certificates are for an https endpoint, and {} is none",
                               options.endpoint.display()));
  }
  return {};
}

}  // namespace

Result<ProgramOptions> read_program_options(const SettingSources& sources,
                                            const MachineFacts& machine) {
  ProgramOptions options;
  options.endpoint =
      *Endpoint::parse(machine.has_fleet_socket ? default_socket_endpoint : default_tcp_endpoint);
  const auto readable_file = [&](const Setting& setting) -> Result<std::string> {
    if (machine.can_read_file(setting.text)) return setting.text;
    return failure(
        ErrorKind::usage,
        fmt::format("{}: the file {} can't be read", setting.source, printable(setting.text)));
  };
  const auto seconds = [](Duration least, Duration most) {
    return [least, most](const Setting& setting) { return to_seconds(setting, least, most); };
  };
  Duration request_timeout = options.request_timeout;
  unsigned retries = static_cast<unsigned>(options.retries);
  std::size_t output = 0;

  Reader reader(sources);
  reader.read("endpoint", options.endpoint, [&](const Setting& setting) {
    return parse_endpoint(setting, options.warnings);
  });
  reader.read("ca-file", options.tls.ca, readable_file);
  reader.read("cert-file", options.tls.certificate, readable_file);
  reader.read("key-file", options.tls.key, readable_file);
  reader.read("request-timeout",
              request_timeout,
              seconds(std::chrono::milliseconds(1), std::chrono::hours(1)));
  reader.read(
      "retries", retries, [](const Setting& setting) { return to_whole_number(setting, 0, 100); });
  reader.read("output", output, [](const Setting& setting) {
    return to_choice(setting, {"text", "json"});
  });
  reader.read("quiet", options.quiet, to_switch);
  reader.read("verbose", options.verbose, to_switch);
  reader.read("debug", options.debug, to_switch);
  reader.read("no-color", options.no_color, to_switch);
  reader.read("lock-etcd", options.lock_etcd, [](const Setting& setting) {
    return parse_etcd_endpoints(setting.text).map_error([&](Error error) {
      error.message = fmt::format("{}: {}", setting.source, error.message);
      return error;
    });
  });
  reader.read("lock-timeout", options.lock_timeout, seconds(Duration{}, std::chrono::hours(24)));
  if (reader.error()) return tl::unexpected(*reader.error());

  options.request_timeout = std::chrono::ceil<std::chrono::milliseconds>(request_timeout);
  options.retries = static_cast<int>(retries);
  options.json = output == 1;
  const bool quiet_flag = sources.arguments.has("--quiet");
  const bool verbose_flag = sources.arguments.has("--verbose");
  if (quiet_flag && !verbose_flag) options.verbose = false;
  if (verbose_flag && !quiet_flag) options.quiet = false;
  if (options.quiet && options.verbose) {
    return failure(ErrorKind::usage,
                   "--quiet and --verbose contradict each other: give one of them");
  }
  if (auto fine = check_tls(options, sources.arguments); !fine) return tl::unexpected(fine.error());
  return options;
}

}  // namespace scale_fleet
