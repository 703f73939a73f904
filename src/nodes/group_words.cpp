#include "nodes/group_words.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::size_t longest_id = 255;
constexpr std::size_t longest_shown = 80;

tl::unexpected<Error> odd_line(std::size_t number, std::string_view line, std::string_view why) {
  return failure(
      ErrorKind::refused,
      fmt::format("line {} `{}`: {}", number, printable_start(line, longest_shown), why));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

bool is_member_id(std::string_view text) {
  return text.size() <= longest_id && !text.starts_with('-') &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_address(const std::string& text) {
  in6_addr address{};  // The larger of the two.
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

}  // namespace

Result<GroupLook> read_group_words(std::string_view text) {
  const auto lines = lines_of(text);
  GroupLook look;
  const auto count = lines.front();
  const auto* end = count.data() + count.size();
  const auto [rest, error] = std::from_chars(count.data(), end, look.desired);
  if (error != std::errc{} || rest != end || look.desired > max_count)
    return odd_line(1, count, "the first line is the desired count, and nothing else");
  std::set<std::string_view> ids;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto words = words_of(lines[i]);
    if (words.empty() || words.size() > 2)
      return odd_line(i + 1, lines[i], "a machine is a line `ID [ADDRESS]`");
    if (!is_member_id(words[0])) return odd_line(i + 1, lines[i], "that is no id");
    if (!ids.insert(words[0]).second) return odd_line(i + 1, lines[i], "that id was there already");
    GroupMember member{.id = std::string(words[0])};
    if (words.size() == 2) member.ip = words[1];
    if (words.size() == 2 && !is_address(member.ip))
      return odd_line(i + 1, lines[i], "the address is no IP address");
    look.members.push_back(std::move(member));
  }
  return look;
}

}  // namespace scale_fleet
