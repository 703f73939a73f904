#include "scale_fleet/core/unit_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view unit_types[] = {"automount",
                                           "busname",
                                           "device",
                                           "mount",
                                           "path",
                                           "scope",
                                           "service",
                                           "slice",
                                           "snapshot",
                                           "socket",
                                           "swap",
                                           "target",
                                           "timer"};
constexpr std::string_view template_types[] = {"path", "service", "socket", "target", "timer"};

constexpr std::string_view never_listed =
    "Fleet never lists units that begin with '_', so they can't be counted";

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

/// What stands behind the last dot, where systemd has units of that type.
std::optional<std::string_view> unit_type_of(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto type = name.substr(dot + 1);
  return is_one_of(type, unit_types) ? std::optional(type) : std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view(":_.\\@-").find(c) != std::string_view::npos;
}

/// The first character of `text` as people see it: a whole UTF-8 sequence, or a byte made visible.
std::string first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return printable(text.substr(0, length));
}

/// Digits without leading zeros, within range.
std::optional<InstanceNumber> parse_number(std::string_view digits) {
  InstanceNumber number = 0;
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || number > max_instance_number) return std::nullopt;
  return number;
}

Outcome check_prefix(std::string_view prefix, std::string_view argument) {
  const auto refuse = [&](std::string_view why) {
    return failure(ErrorKind::usage,
                   fmt::format("'{}' is not a service name: {}", printable(argument), why));
  };
  if (prefix.empty()) return refuse("it is empty; give a template's name, for example my_app");
  const auto bad = std::ranges::find_if_not(prefix, is_name_character);
  if (bad != prefix.end()) {
    const auto rest = prefix.substr(static_cast<std::size_t>(bad - prefix.begin()));
    return refuse(fmt::format("'{}' is not allowed; letters, digits and : - _ . \\ are",
                              first_character(rest)));
  }
  if (prefix.find('@') != std::string_view::npos) {
    return refuse("it names one instance; give the template's name, what stands before the @");
  }
  if (prefix.front() == '_') {
    return refuse(never_listed);
  }
  return {};
}

}  // namespace

Result<Service> Service::parse(std::string_view argument) {
  std::string_view prefix = argument;
  std::string_view suffix = "service";
  if (const auto type = unit_type_of(argument)) {
    prefix = argument.substr(0, argument.size() - type->size() - 1);
    suffix = *type;
  }
  if (prefix.ends_with('@')) prefix.remove_suffix(1);
  if (auto fine = check_prefix(prefix, argument); !fine) return tl::unexpected(fine.error());
  if (!is_one_of(suffix, template_types)) {
    return failure(ErrorKind::usage,
                   fmt::format("'{}' can't have instances: Fleet takes templates of type {}",
                               printable(argument),
                               fmt::join(template_types, ", ")));
  }
  Service service{std::string(prefix), std::string(suffix), false};
  if (service.instance_name(max_instance_number).size() > max_unit_name_bytes) {
    return failure(
        ErrorKind::usage,
        fmt::format("the service name '{}…' is too long: with an instance number it would "
                    "pass the {} bytes that Fleet allows",
                    prefix.substr(0, 32),
                    max_unit_name_bytes));
  }
  return service;
}

Result<Service> Service::parse_single(std::string_view unit_name) {
  const auto refuse = [&](std::string_view why) {
    return failure(ErrorKind::usage,
                   fmt::format("'{}' is not a plain unit: {}", printable(unit_name), why));
  };
  if (auto fine = check_unit_name(unit_name); !fine) return refuse(fine.error().message);
  if (unit_name.find('@') != std::string_view::npos) {
    return refuse("an '@' is in the names of templates and instances only");
  }
  if (unit_name.front() == '_') return refuse(never_listed);
  const auto dot = unit_name.rfind('.');
  return Service{
      std::string(unit_name.substr(0, dot)), std::string(unit_name.substr(dot + 1)), true};
}

std::string Service::display_name() const {
  if (is_single_) return name_prefix();
  // `a.service` alone would be the service `a`.
  return suffix_ == "service" && !unit_type_of(prefix_) ? prefix_ : template_name();
}

std::string Service::template_name() const {
  return is_single_ ? std::string() : prefix_ + "@." + suffix_;
}

std::string Service::instance_name(InstanceNumber number) const {
  return is_single_ ? name_prefix() : fmt::format("{}@{}.{}", prefix_, number, suffix_);
}

std::string Service::name_prefix() const {
  return is_single_ ? prefix_ + "." + suffix_ : prefix_ + "@";
}

std::optional<InstanceNumber> instance_number(const Service& service, std::string_view unit_name) {
  if (service.is_single()) {
    return unit_name == service.name_prefix() ? std::optional(InstanceNumber{0}) : std::nullopt;
  }
  const auto start = service.prefix().size() + 1;
  const auto tail = service.suffix().size() + 1;
  if (unit_name.size() <= start + tail) return std::nullopt;
  if (!unit_name.starts_with(service.prefix()) || unit_name[start - 1] != '@') return std::nullopt;
  if (!unit_name.ends_with(service.suffix()) || unit_name[unit_name.size() - tail] != '.') {
    return std::nullopt;
  }
  return parse_number(unit_name.substr(start, unit_name.size() - start - tail));
}

bool is_template_name(std::string_view unit_name) {
  const auto at = unit_name.find('@');
  return at != std::string_view::npos && at + 1 == unit_name.rfind('.');
}

Outcome check_unit_name(std::string_view unit_name) {
  const auto refuse = [](std::string message) {
    return failure(ErrorKind::refused, std::move(message));
  };
  if (unit_name.empty()) return refuse("unit name cannot be empty");
  if (unit_name.size() > max_unit_name_bytes) {
    return refuse(fmt::format("unit name exceeds maximum length ({})", max_unit_name_bytes));
  }
  const auto dot = unit_name.rfind('.');
  if (dot == std::string_view::npos) return refuse("unit name must contain \".\"");
  const auto type = unit_name.substr(dot + 1);
  if (type.empty()) return refuse("unit name cannot end in \".\"");
  if (!is_one_of(type, unit_types))
    return refuse(fmt::format("invalid unit type: \"{}\"", printable(type)));
  const auto body = unit_name.substr(0, dot);
  if (body.find('@') != std::string_view::npos && !is_one_of(type, template_types)) {
    return refuse(fmt::format("invalid unit type for template: \"{}\"", type));
  }
  const auto bad = std::ranges::find_if_not(body, is_name_character);
  if (bad != body.end()) {
    return refuse(
        fmt::format("invalid character '{}' in unit name",
                    first_character(body.substr(static_cast<std::size_t>(bad - body.begin())))));
  }
  if (unit_name.front() == '@') return refuse("unit name cannot start in \"@\"");
  return {};
}

std::optional<Service> service_of(std::string_view unit_name) {
  const auto at = unit_name.find('@');
  const auto dot = unit_name.rfind('.');
  if (at == std::string_view::npos || dot == std::string_view::npos || dot < at)
    return std::nullopt;
  auto service = Service::parse(std::string(unit_name.substr(0, at)) + "@" +
                                std::string(unit_name.substr(dot)));
  if (!service || !instance_number(*service, unit_name)) return std::nullopt;
  return *service;
}

}  // namespace scale_fleet
