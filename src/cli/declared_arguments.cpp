#include "cli/declared_arguments.hpp"

#include <fmt/format.h>

#include "cli/run_arguments.hpp"
#include "cli/scale_arguments.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {

bool takes_declared_file(const std::string& command) {
  return command == "plan" || command == "apply" || command == "run";
}

Result<DeclaredArguments> read_declared_arguments(const Arguments& arguments) {
  const auto& words = arguments.words;
  if (words.size() != 1) {
    const auto what = words.empty() ? std::string("no file is named")
                                    : fmt::format("'{}' is one word too many", printable(words[1]));
    return failure(ErrorKind::usage,
                   fmt::format("{}: write scale-fleet {} services.yaml", what, arguments.command));
  }
  DeclaredArguments declared{.file = words.front()};
  if (auto read = read_options(arguments, declared.options); !read)
    return tl::unexpected(read.error());
  if (arguments.has("--timeout")) declared.timeout = declared.options.timeout;
  if (const auto found = arguments.options.find("--events"); found != arguments.options.end())
    declared.events = found->second.front();
  auto etcd = read_etcd_members(arguments);
  if (!etcd) return tl::unexpected(etcd.error());
  declared.etcd = std::move(*etcd);
  return declared;
}

}  // namespace scale_fleet
