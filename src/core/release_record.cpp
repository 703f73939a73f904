#include "scale_fleet/core/release_record.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::string_view former_section = "X-ScaleFleet-Former";
constexpr std::string_view mark_section = "X-ScaleFleet-Release";
constexpr std::string_view former_word = ".former";
constexpr std::string_view mark_word = ".release";

std::string beside(const Service& service, std::string_view word) {
  return fmt::format("{}{}@.{}", service.prefix(), word, service.suffix());
}

/// Our section stands first: what stood behind a line that ends in `\` would be swallowed by it.
class Section {
 public:
  explicit Section(std::string_view name) : name_(name) {}

  Section& line(std::string_view name, std::string value) {
    options_.push_back(
        {.section = std::string(name_), .name = std::string(name), .value = std::move(value)});
    return *this;
  }

  UnitOptions before(const UnitOptions& text) {
    options_.insert(options_.end(), text.begin(), text.end());
    return std::move(options_);
  }

 private:
  std::string_view name_;
  UnitOptions options_;
};

/// Reads the lines of our section out of a unit, each required.
class SectionReader {
 public:
  SectionReader(const Unit& unit, std::string_view section) : unit_(unit), section_(section) {}

  Result<std::string> text(std::string_view name) const {
    const auto values = option_values(unit_.options, section_, name);
    if (values.size() == 1) return std::string(values.front());
    return failure(
        ErrorKind::refused,
        fmt::format("the unit {} is not one that scale-fleet wrote (it has no line {} in "
                    "[{}]); its name is needed for releases, rename or destroy it",
                    unit_.name,
                    name,
                    section_));
  }

  Result<InstanceCount> count(std::string_view name) const {
    const auto value = text(name);
    if (!value) return tl::unexpected(value.error());
    return count_in(name, *value);
  }

  /// Any number of lines of that name.
  Result<std::vector<InstanceCount>> counts(std::string_view name) const {
    std::vector<InstanceCount> counts;
    for (const auto value : option_values(unit_.options, section_, name)) {
      const auto count = count_in(name, value);
      if (!count) return tl::unexpected(count.error());
      counts.push_back(*count);
    }
    return counts;
  }

  Result<Service> service(std::string_view name) const {
    const auto value = text(name);
    if (!value) return tl::unexpected(value.error());
    auto parsed = Service::parse(*value);
    if (parsed) return parsed;
    return failure(ErrorKind::refused,
                   fmt::format("the unit {} says {}={}: {}",
                               unit_.name,
                               name,
                               printable(*value),
                               parsed.error().message));
  }

  /// Any number of lines of that name, each a sidekick and the service that it goes with.
  Result<std::vector<ReleaseSidekick>> sidekicks(std::string_view name) const {
    std::vector<ReleaseSidekick> all;
    for (const auto value : option_values(unit_.options, section_, name)) {
      const auto blank = std::min(value.find(' '), value.size());
      const auto sidekick = Service::parse(value.substr(0, blank));
      const auto main = Service::parse(value.substr(std::min(blank + 1, value.size())));
      if (!sidekick || !main) {
        return failure(ErrorKind::refused,
                       fmt::format("the unit {} says {}={} where two services were expected",
                                   unit_.name,
                                   name,
                                   printable(value)));
      }
      all.push_back({.sidekick = *sidekick, .main = *main});
    }
    return all;
  }

  bool has(std::string_view name) const {
    return !option_values(unit_.options, section_, name).empty();
  }

  Result<InstanceCount> count_in(std::string_view name, std::string_view value) const {
    const auto parsed = Count::parse(value);
    if (parsed && parsed->kind == Count::Kind::absolute) return parsed->number;
    return failure(ErrorKind::refused,
                   fmt::format("the unit {} says {}={} where a count was expected",
                               unit_.name,
                               name,
                               printable(value)));
  }

  UnitOptions rest() const {
    auto options = unit_.options;
    std::erase_if(options, [&](const UnitOption& option) { return option.section == section_; });
    return options;
  }

 private:
  const Unit& unit_;
  std::string_view section_;
};

}  // namespace

std::string former_unit_name(const Service& service) {
  return beside(service, former_word);
}

std::string mark_unit_name(const Service& service) {
  return beside(service, mark_word);
}

UnitOptions write_former(const FormerVersion& former) {
  return Section(former_section).line("Service", former.service.display_name()).before(former.text);
}

UnitOptions write_mark(const ReleaseMark& mark) {
  Section section(mark_section);
  section.line("Command", mark.command)
      .line("Count", std::to_string(mark.count))
      .line("FormerCount", std::to_string(mark.former_count))
      .line("MaxSurge", std::to_string(mark.surge))
      .line("MaxUnavailable", std::to_string(mark.unavailable));
  if (mark.replaces) section.line("Replaces", mark.replaces->display_name());
  for (const auto number : mark.numbers)
    section.line("Number", std::to_string(number));
  for (const auto& [sidekick, main] : mark.sidekicks) {
    section.line("Sidekick", sidekick.display_name() + " " + main.display_name());
  }
  return section.before(mark.text);
}

Result<FormerVersion> read_former(const Unit& unit) {
  const SectionReader reader(unit, former_section);
  auto service = reader.service("Service");
  if (!service) return tl::unexpected(service.error());
  return FormerVersion{.service = std::move(*service), .text = reader.rest()};
}

Result<ReleaseMark> read_mark(const Unit& unit) {
  const SectionReader reader(unit, mark_section);
  const auto command = reader.text("Command");
  if (!command) return tl::unexpected(command.error());
  ReleaseMark mark{.command = *command, .replaces = {}, .text = reader.rest()};
  for (const auto& [name, field] : {std::pair{"Count", &ReleaseMark::count},
                                    std::pair{"FormerCount", &ReleaseMark::former_count},
                                    std::pair{"MaxSurge", &ReleaseMark::surge},
                                    std::pair{"MaxUnavailable", &ReleaseMark::unavailable}}) {
    const auto count = reader.count(name);
    if (!count) return tl::unexpected(count.error());
    mark.*field = *count;
  }
  auto numbers = reader.counts("Number");
  if (!numbers) return tl::unexpected(numbers.error());
  const std::set<InstanceNumber> each_once(numbers->begin(), numbers->end());
  mark.numbers.assign(each_once.begin(), each_once.end());
  auto sidekicks = reader.sidekicks("Sidekick");
  if (!sidekicks) return tl::unexpected(sidekicks.error());
  mark.sidekicks = std::move(*sidekicks);
  if (reader.has("Replaces")) {
    auto replaces = reader.service("Replaces");
    if (!replaces) return tl::unexpected(replaces.error());
    mark.replaces = std::move(*replaces);
  }
  return mark;
}

bool has_our_section(const UnitOptions& text) {
  return std::ranges::any_of(text, [](const UnitOption& option) {
    return option.section == former_section || option.section == mark_section;
  });
}

std::optional<Service> kept_for(std::string_view unit_name) {
  if (!is_template_name(unit_name)) return std::nullopt;
  const auto service = Service::parse(unit_name);
  if (!service) return std::nullopt;
  for (const auto word : {former_word, mark_word}) {
    if (!service->prefix().ends_with(word)) continue;
    const auto prefix = service->prefix().substr(0, service->prefix().size() - word.size());
    const auto owner = Service::parse(fmt::format("{}@.{}", prefix, service->suffix()));
    if (owner) return *owner;
  }
  return std::nullopt;
}

std::optional<Service> kept_for(const Unit& unit) {
  auto owner = kept_for(unit.name);
  if (owner && !read_former(unit) && !read_mark(unit)) owner.reset();
  return owner;
}

}  // namespace scale_fleet
