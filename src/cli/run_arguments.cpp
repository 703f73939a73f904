#include "cli/run_arguments.hpp"

#include <sstream>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"
#include "scale_fleet/etcd/etcd_servers.hpp"

namespace scale_fleet {

Result<std::vector<std::string>> read_etcd_members(const Arguments& arguments) {
  const auto found = arguments.options.find("--etcd");
  if (found == arguments.options.end()) return std::vector<std::string>{};
  const auto& text = found->second.front();
  if (auto members = parse_etcd_endpoints(text); !members) return tl::unexpected(members.error());
  std::vector<std::string> urls;
  std::istringstream stream(text);
  for (std::string url; std::getline(stream, url, ',');)
    urls.push_back(url);
  return urls;
}

Result<RunArguments> read_run_arguments(const Arguments& arguments) {
  if (arguments.words.size() != 1) {
    return failure(ErrorKind::usage,
                   arguments.words.empty()
                       ? std::string("no file is named: write scale-fleet run FILE")
                       : fmt::format("'{}' is one word too many: write scale-fleet run FILE",
                                     printable(arguments.words[1])));
  }
  RunArguments run{.file = arguments.words.front(),
                   .once = arguments.has("--once"),
                   .dry_run = arguments.has("--dry-run"),
                   .pause = arguments.has("--pause")};
  if (run.pause && run.dry_run) {
    return failure(ErrorKind::usage,
                   "--pause is written down, and --dry-run writes nothing: give one of them");
  }
  if (const auto found = arguments.options.find("--listen"); found != arguments.options.end())
    run.listen = found->second.front();
  if (const auto found = arguments.options.find("--events"); found != arguments.options.end())
    run.events = found->second.front();
  auto etcd = read_etcd_members(arguments);
  if (!etcd) return tl::unexpected(etcd.error());
  run.etcd = std::move(*etcd);
  return run;
}

}  // namespace scale_fleet
