#include "sandbox/unit_life.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace scale_fleet {
namespace {

struct Command {
  std::optional<Duration> lasts;  // Empty: for good, where that makes sense.
  bool at_once = false;           // It ends in no time that matters.
  bool fails = false;
};

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view between = " \t\n\"';";
  for (auto start = text.find_first_not_of(between); start != std::string_view::npos;
       start = text.find_first_not_of(between)) {
    text.remove_prefix(start);
    const auto length = std::min(text.find_first_of(between), text.size());
    words.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

std::optional<Duration> parse_sleep(std::string_view word) {
  constexpr std::int64_t longest = 1'000'000'000;
  std::int64_t count = 0;
  std::size_t digits = 0;
  while (digits < word.size() && word[digits] >= '0' && word[digits] <= '9') {
    count = std::min(longest, count * 10 + (word[digits++] - '0'));
  }
  if (digits == 0) return std::nullopt;
  const auto unit = word.substr(digits);
  if (unit == "m") return std::chrono::minutes{std::min(count, longest / 60)};
  if (unit == "h") return std::chrono::hours{std::min(count, longest / 3600)};
  return std::chrono::seconds{count};
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

Command judge(std::string_view line) {
  // systemd's marks before the program; with `-` among them a failure doesn't count.
  const auto start = std::min(line.find_first_not_of("-@+!: "), line.size());
  const bool forgiven = line.substr(0, start).find('-') != std::string_view::npos;
  const auto words = split_words(line.substr(start));
  if (words.empty()) return {};
  if (words[0].starts_with("/no/") || words[0].starts_with("/nonexistent") ||
      base_name(words[0]) == "false") {
    return {.lasts = {}, .at_once = true, .fails = !forgiven};
  }
  if (base_name(words[0]) == "true") return {.lasts = {}, .at_once = true, .fails = false};
  // A loop is taken to be endless.
  if (std::find(words.begin(), words.end(), "while") != words.end()) return {};
  Command command;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (base_name(words[i]) == "sleep") command.lasts = parse_sleep(words[i + 1]);
    if (words[i] != "exit") continue;
    command.at_once = !command.lasts;
    command.fails = !forgiven && words[i + 1] != "0";
  }
  return command;
}

/// A list setting's values that count: an empty one forgets those before it.
std::vector<Command> commands(const UnitOptions& options, std::string_view name) {
  std::vector<Command> list;
  for (const auto value : option_values(options, "Service", name)) {
    if (value.empty()) {
      list.clear();
    } else {
      list.push_back(judge(value));
    }
  }
  return list;
}

bool is_truth(const UnitOptions& options, std::string_view name) {
  const auto values = option_values(options, "Service", name);
  return !values.empty() &&
         (values.back() == "yes" || values.back() == "true" || values.back() == "1");
}

std::string_view active_word(std::string_view unit_type) {
  struct Row {
    std::string_view type;
    std::string_view sub;
  };

  constexpr std::array rows = {Row{"timer", "waiting"},
                               Row{"path", "waiting"},
                               Row{"socket", "listening"},
                               Row{"mount", "mounted"},
                               Row{"automount", "waiting"},
                               Row{"device", "plugged"},
                               Row{"target", "active"},
                               Row{"slice", "active"},
                               Row{"swap", "active"}};
  for (const auto& row : rows) {
    if (row.type == unit_type) return row.sub;
  }
  return "running";
}

void add_oneshot(std::vector<LifePhase>& life, const UnitOptions& options, Duration start_delay) {
  Duration works = start_delay;
  bool fails = false;
  for (const auto& command : commands(options, "ExecStart")) {
    works += command.lasts.value_or(Duration::zero());
    fails = command.fails;
    if (fails) break;
  }
  life.push_back({.active = "activating", .sub = "start", .lasts = works});
  if (fails) {
    life.push_back({.active = "failed", .sub = "failed", .lasts = {}});
  } else if (is_truth(options, "RemainAfterExit")) {
    life.push_back({.active = "active", .sub = "exited", .lasts = {}});
  } else {
    life.push_back({.active = "inactive", .sub = "dead", .lasts = {}});
  }
}

void add_running(std::vector<LifePhase>& life, const UnitOptions& options, Duration start_delay) {
  const auto all = commands(options, "ExecStart");
  const Command command = all.empty() ? Command{} : all.back();
  life.push_back({.active = "activating", .sub = "start", .lasts = start_delay});
  if (!command.fails || command.lasts) {
    const auto lasts = command.at_once ? std::optional(Duration::zero()) : command.lasts;
    life.push_back({.active = "active", .sub = "running", .lasts = lasts});
    if (!lasts) return;
  }
  if (command.fails) {
    life.push_back({.active = "failed", .sub = "failed", .lasts = {}});
  } else {
    life.push_back({.active = "inactive", .sub = "dead", .lasts = {}});
  }
}

}  // namespace

std::vector<LifePhase> life_of(const UnitOptions& options,
                               const std::string& unit_type,
                               Duration start_delay) {
  if (unit_type != "service") {
    return {{.active = "active", .sub = std::string(active_word(unit_type)), .lasts = {}}};
  }
  std::vector<LifePhase> life;
  for (const auto& before : commands(options, "ExecStartPre")) {
    life.push_back({.active = "activating",
                    .sub = "start-pre",
                    .lasts = before.lasts.value_or(Duration::zero())});
    if (!before.fails) continue;
    life.push_back({.active = "failed", .sub = "failed", .lasts = {}});
    return life;
  }
  if (is_oneshot(options)) {
    add_oneshot(life, options, start_delay);
  } else {
    add_running(life, options, start_delay);
  }
  return life;
}

}  // namespace scale_fleet
