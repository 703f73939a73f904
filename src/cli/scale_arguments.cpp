#include "cli/scale_arguments.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/settings.hpp"
#include "scale_fleet/core/sidekicks.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view how_to = "write scale-fleet SERVICE COUNT, or SERVICE=COUNT for each";

/// ` (did you mean 'scale-fleet status'?)` where the word resembles a command.
std::string perhaps_a_command(std::string_view word, const CommandTable& table) {
  std::vector<std::string_view> names;
  for (const auto& command : table.commands)
    names.push_back(command.name);
  const auto near = nearest_word(word, names);
  return near.empty() ? std::string() : fmt::format(" (did you mean 'scale-fleet {}'?)", near);
}

struct Wish {
  std::string service;
  std::string count;
};

Result<std::vector<Wish>> pair_words(const std::vector<std::string>& words,
                                     const CommandTable& table) {
  const auto has_equals = [](const std::string& word) {
    return word.find('=') != std::string::npos;
  };
  if (words.empty())
    return failure(ErrorKind::usage, fmt::format("no service is named: {}", how_to));
  if (std::ranges::none_of(words, has_equals)) {
    if (words.size() == 2) return std::vector{Wish{.service = words[0], .count = words[1]}};
    const auto hint = perhaps_a_command(words[0], table);
    if (words.size() == 1) {
      return failure(
          ErrorKind::usage,
          fmt::format("no count is given for '{}': {}{}", printable(words[0]), how_to, hint));
    }
    return failure(
        ErrorKind::usage,
        fmt::format("'{}' is one word too many: {}{}", printable(words[2]), how_to, hint));
  }
  std::vector<Wish> wishes;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
      return failure(ErrorKind::usage,
                     fmt::format("'{}' has no count: {}", printable(word), how_to));
    }
    wishes.push_back({.service = word.substr(0, equals), .count = word.substr(equals + 1)});
  }
  return wishes;
}

Result<std::vector<ScaleRequest>> read_requests(const std::vector<Wish>& wishes,
                                                const CommandTable& table) {
  std::vector<ScaleRequest> requests;
  for (const auto& wish : wishes) {
    const auto service = Service::parse(wish.service);
    if (!service) return tl::unexpected(service.error());
    const auto count = Count::parse(wish.count);
    if (!count) {
      return failure(ErrorKind::usage,
                     count.error().message + perhaps_a_command(wish.service, table));
    }
    const bool is_double = std::ranges::any_of(
        requests, [&](const ScaleRequest& request) { return request.service == *service; });
    if (is_double) {
      return failure(ErrorKind::usage,
                     fmt::format("{} is asked for twice", service->display_name()));
    }
    requests.push_back({.service = *service, .count = *count});
  }
  return requests;
}

}  // namespace

Outcome read_stop_first(const Arguments& arguments, StopFirst& stop_first) {
  const auto setting = flag_value(arguments, "--stop-first");
  if (!setting) return {};
  const auto choice = to_choice(*setting, {"auto", "always", "never"});
  if (!choice) return tl::unexpected(choice.error());
  stop_first = static_cast<StopFirst>(*choice);
  return {};
}

Outcome read_options(const Arguments& arguments, ScaleOptions& options) {
  options.dry_run = arguments.has("--dry-run");
  options.detailed_exit_code = arguments.has("--detailed-exitcode");
  options.no_block = arguments.has("--no-block");
  unsigned parallel = static_cast<unsigned>(options.parallel);
  if (auto read = read_number(arguments, "--parallel", 1, 256, parallel); !read) return read;
  if (auto read = read_number(arguments, "--batch", 1, max_count, options.batch); !read)
    return read;
  options.parallel = static_cast<int>(parallel);
  if (const auto setting = flag_value(arguments, "--timeout")) {
    const auto timeout = to_seconds(*setting, Duration{}, std::chrono::hours(24 * 7));
    if (!timeout) return tl::unexpected(timeout.error());
    options.timeout = *timeout;
  }
  if (options.detailed_exit_code && !options.dry_run) {
    return failure(ErrorKind::usage, "--detailed-exitcode is for --dry-run: give both or neither");
  }
  if (options.no_block && options.batch) {
    return failure(ErrorKind::usage,
                   "--batch waits for each batch, so it can't go with --no-block");
  }
  return {};
}

namespace {

/// What holds for every service of the command.
Outcome read_rules(const Arguments& arguments, ScaleRequest& rules) {
  if (auto read = read_number(arguments, "--current", 0, max_count, rules.current); !read)
    return read;
  if (auto read = read_number(arguments, "--min", 0, max_count, rules.bounds.min); !read)
    return read;
  if (auto read = read_number(arguments, "--max", 0, max_count, rules.bounds.max); !read)
    return read;
  if (auto read =
          read_number(arguments, "--first-number", 0, max_instance_number, rules.numbering.first);
      !read) {
    return read;
  }
  if (auto read =
          read_number(arguments, "--number-step", 1, max_instance_number, rules.numbering.step);
      !read) {
    return read;
  }
  if (rules.bounds.min && rules.bounds.max && *rules.bounds.min > *rules.bounds.max) {
    return failure(ErrorKind::usage,
                   fmt::format("--min {} is above --max {}", *rules.bounds.min, *rules.bounds.max));
  }
  if (auto read = read_stop_first(arguments, rules.stop_first); !read) return read;
  if (const auto setting = flag_value(arguments, "--scale-down-order")) {
    const auto choice = to_choice(*setting, {"idle-first", "highest-first"});
    if (!choice) return tl::unexpected(choice.error());
    rules.scale_down_order = static_cast<ScaleDownOrder>(*choice);
  }
  return {};
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

}  // namespace

Outcome read_sidekicks(const Arguments& arguments, std::vector<ScaleRequest>& requests) {
  const auto setting = flag_value(arguments, "--with");
  if (!setting) return {};
  if (setting->text == "auto") {
    for (auto& request : requests)
      request.find_sidekicks = true;
    return {};
  }
  if (requests.size() > 1) {
    return failure(ErrorKind::usage,
                   "--with names the sidekicks of one service; for several there is --with auto");
  }
  for (const auto& name : split_at_commas(setting->text)) {
    if (name == "auto") {
      return failure(ErrorKind::usage,
                     "--with auto stands alone; a service of that name is written auto@");
    }
    const auto sidekick = Service::parse(name);
    if (!sidekick) {
      return failure(ErrorKind::usage, fmt::format("--with: {}", sidekick.error().message));
    }
    requests.front().sidekicks.push_back(*sidekick);
  }
  return check_sidekicks(requests);
}

Result<ScaleArguments> read_scale_arguments(const Arguments& arguments, const CommandTable& table) {
  const auto wishes = pair_words(arguments.words, table);
  if (!wishes) return tl::unexpected(wishes.error());
  auto requests = read_requests(*wishes, table);
  if (!requests) return tl::unexpected(requests.error());
  ScaleArguments scale{.requests = std::move(*requests)};
  if (auto read = read_options(arguments, scale.options); !read)
    return tl::unexpected(read.error());
  for (auto& request : scale.requests) {
    if (auto read = read_rules(arguments, request); !read) return tl::unexpected(read.error());
  }
  if (auto read = read_sidekicks(arguments, scale.requests); !read)
    return tl::unexpected(read.error());
  if (const auto setting = flag_value(arguments, "--template-file"))
    scale.template_file = setting->text;
  if (scale.template_file && scale.requests.size() > 1) {
    return failure(ErrorKind::usage, "--template-file is for one service; submit the others first");
  }
  return scale;
}

}  // namespace scale_fleet
