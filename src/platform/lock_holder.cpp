#include "scale_fleet/platform/lock_holder.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_command = 200;
constexpr std::size_t longest_field = 256;

struct Field {
  std::string_view key;
  std::string LockHolder::*value;
};

/// The words of the text, in this order. The command follows them and takes the rest of the line.
constexpr std::array<Field, 5> words{{{"pid", &LockHolder::pid},
                                      {"user", &LockHolder::user},
                                      {"host", &LockHolder::host},
                                      {"since", &LockHolder::since},
                                      {"token", &LockHolder::token}}};
constexpr std::string_view command_key = "command=";

std::string one_word(std::string_view text) {
  std::string word = printable(text);
  std::ranges::replace(word, ' ', '_');
  return word;
}

std::string user_name() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? fmt::format("uid-{}", geteuid()) : std::string(found->pw_name);
}

std::string host_name() {
  std::array<char, 256> buffer{};
  if (gethostname(buffer.data(), buffer.size() - 1) != 0) return "unknown-host";
  return buffer.data();
}

std::string utc_text(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace

LockHolder this_process_as_holder(std::string command, std::chrono::sys_seconds since) {
  return {.pid = fmt::format("{}", getpid()),
          .user = user_name(),
          .host = host_name(),
          .since = utc_text(since),
          .token = {},
          .command = std::move(command)};
}

std::string command_line_without_secrets(std::span<const char* const> arguments) {
  std::string line;
  for (const std::string_view argument : arguments) {
    if (!line.empty()) line += ' ';
    line += printable(without_credentials(argument));
  }
  if (line.size() <= longest_command) return line;
  return std::string(shortened(line, longest_command - 3)) + "...";
}

std::string write_lock_holder(const LockHolder& holder) {
  std::string text;
  for (const auto& [key, value] : words) {
    if ((holder.*value).empty()) continue;
    text += fmt::format("{}={} ", key, one_word(holder.*value));
  }
  return text + fmt::format("{}{}\n", command_key, printable(holder.command));
}

LockHolder read_lock_holder(std::string_view text) {
  LockHolder holder;
  const auto kept = [](std::string_view value) {
    return printable(shortened(value, longest_field));
  };
  const bool whole = text.find('\n') != std::string_view::npos;
  text = text.substr(0, text.find('\n'));
  while (!text.empty()) {
    if (text.starts_with(command_key)) {
      holder.command = kept(text.substr(command_key.size())) + (whole ? "" : "...");
      break;
    }
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos && !whole) break;
    const auto word = text.substr(0, blank);
    for (const auto& [key, value] : words) {
      if (word.size() > key.size() && word.starts_with(key) && word[key.size()] == '=') {
        holder.*value = kept(word.substr(key.size() + 1));
      }
    }
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
  return holder;
}

std::string describe(const LockHolder& holder) {
  if (holder.pid.empty() && holder.user.empty() && holder.command.empty()) {
    return "a process that left no name";
  }
  std::string text = holder.pid.empty() ? "a process" : "pid " + holder.pid;
  if (!holder.user.empty()) text += " of " + holder.user;
  if (!holder.host.empty()) text += " on " + holder.host;
  if (!holder.since.empty()) text += " since " + holder.since;
  if (!holder.command.empty()) text += fmt::format(" ({})", holder.command);
  return text;
}

}  // namespace scale_fleet
