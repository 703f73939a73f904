#include "cli/nodes_arguments.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/settings.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

Result<NodesArguments> read_nodes_arguments(const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.size() != 1) {
    const auto what = words.empty() ? std::string("no count is given")
                                    : fmt::format("'{}' is one word too many", printable(words[1]));
    return failure(
        ErrorKind::usage,
        fmt::format("{}: write scale-fleet nodes 5, nodes +2 or nodes -1, with --group NAME",
                    what));
  }
  const auto count = Count::parse(words.front());
  if (!count) return tl::unexpected(count.error());
  NodesArguments nodes{.count = *count,
                       .group = {},
                       .dry_run = arguments.has("--dry-run"),
                       .no_block = arguments.has("--no-block"),
                       .timeout = {}};
  if (const auto setting = flag_value(arguments, "--group")) nodes.group = setting->text;
  if (const auto setting = flag_value(arguments, "--timeout")) {
    const auto timeout = to_seconds(*setting, Duration{}, std::chrono::hours(24 * 7));
    if (!timeout) return tl::unexpected(timeout.error());
    nodes.timeout = *timeout;
  }
  return nodes;
}

Result<DeclaredNodes> choose_nodes(const DeclaredFile& file,
                                   const std::optional<std::string>& group) {
  const auto path = printable(file.path.string());
  if (file.nodes.empty()) {
    return failure(ErrorKind::usage, fmt::format("{} declares no group of machines (nodes)", path));
  }
  std::vector<std::string_view> names;
  for (const auto& nodes : file.nodes)
    names.push_back(nodes.name);
  if (!group) {
    if (file.nodes.size() == 1) return file.nodes.front();
    return failure(ErrorKind::usage,
                   fmt::format("{} declares several groups of machines: name one with --group ({})",
                               path,
                               printable(fmt::format("{}", fmt::join(names, ", ")))));
  }
  const auto found = std::ranges::find(file.nodes, *group, &DeclaredNodes::name);
  if (found != file.nodes.end()) return *found;
  const auto near = nearest_word(*group, names);
  return failure(ErrorKind::usage,
                 fmt::format("{} declares no group '{}'{}",
                             path,
                             printable(*group),
                             near.empty() ? std::string()
                                          : fmt::format("; did you mean '{}'?", printable(near))));
}

}  // namespace scale_fleet
