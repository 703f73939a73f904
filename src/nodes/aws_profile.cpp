#include "nodes/aws_profile.hpp"

#include <utility>

namespace scale_fleet {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

/// `name = value`, both without blanks around them.
std::optional<std::pair<std::string_view, std::string_view>> name_and_value(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return std::pair(without_blanks(line.substr(0, equals)), without_blanks(line.substr(equals + 1)));
}

std::string_view unquoted(std::string_view value) {
  if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
    const auto end = value.find(value.front(), 1);
    if (end != std::string_view::npos) return value.substr(1, end - 1);
  }
  return without_blanks(value.substr(0, value.find(" #")));
}

}  // namespace

Variables read_variables(std::string_view text) {
  constexpr std::string_view exported = "export ";
  Variables variables;
  while (!text.empty()) {
    auto line = without_blanks(next_line(text));
    if (line.starts_with('#')) continue;
    if (line.starts_with(exported)) line = without_blanks(line.substr(exported.size()));
    if (const auto found = name_and_value(line); found && !found->first.empty())
      variables.insert_or_assign(std::string(found->first), std::string(unquoted(found->second)));
  }
  return variables;
}

std::optional<Variables> read_profile(std::string_view text, std::string_view section) {
  std::optional<Variables> variables;
  bool is_inside = false;
  while (!text.empty()) {
    const auto whole = next_line(text);
    const auto line = without_blanks(whole);
    if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
    if (line.starts_with('[')) {
      const auto end = line.find(']');
      is_inside =
          end != std::string_view::npos && without_blanks(line.substr(1, end - 1)) == section;
      if (is_inside && !variables) variables.emplace();
      continue;
    }
    const bool is_nested = whole.front() == ' ' || whole.front() == '\t';
    if (!is_inside || is_nested) continue;
    if (const auto found = name_and_value(line))
      variables->insert_or_assign(std::string(found->first), std::string(found->second));
  }
  return variables;
}

}  // namespace scale_fleet
