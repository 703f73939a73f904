#include <fmt/format.h>

#include "policy/rule_answer.hpp"
#include "scale_fleet/core/duration_text.hpp"
#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

std::optional<WallTime> newest_of(const MetricSeries& known) {
  std::optional<WallTime> newest;
  for (const auto& [instance, series] : known.by_instance) {
    if (!series.empty() && (!newest || series.back().time > *newest)) newest = series.back().time;
  }
  return newest;
}

/// Why there is none: `(the newest is 5m old; 3 looks found none: connection refused)`.
std::string why_missing(const MetricView& view, WallTime now) {
  if (view.known == nullptr) return " (nothing was read yet)";
  std::string why;
  if (view.is_warming && view.silent.empty()) {
    why = "no instance is well for long enough";
  } else if (const auto newest = newest_of(*view.known)) {
    const auto age = std::chrono::floor<std::chrono::seconds>(now - *newest);
    why = age >= Millis(0) ? fmt::format("the newest is {} old", format_duration(age))
                           : fmt::format("the newest is {} ahead", format_duration(-age));
  }
  if (view.known->looks_without > 0) {
    const auto& failure = view.known->last_failure;
    why += fmt::format("{}{} found none{}{}",
                       why.empty() ? "" : "; ",
                       counted(static_cast<std::size_t>(view.known->looks_without), "look"),
                       failure.empty() ? "" : ": ",
                       printable_start(failure, 200));
  }
  return why.empty() ? "" : fmt::format(" ({})", why);
}

std::string apply_gap(RuleAnswer& answer, const DataGap& gap, InstanceCount current) {
  const auto failed = gap.view.known == nullptr ? 0 : gap.view.known->looks_without;
  const bool is_warming_alone = gap.view.is_warming && gap.view.silent.empty();
  answer.agrees_to = current;
  switch (gap.without_data.kind) {
    case WithoutData::Kind::hold:
      break;
    case WithoutData::Kind::ignore:
      answer.has_say = false;
      answer.agrees_to.reset();
      return "it has no say";
    case WithoutData::Kind::up:
      if (is_warming_alone || gap.more <= current) break;
      answer.asks_up = gap.more;
      return "it asks for more";
    case WithoutData::Kind::fall_back:
      if (failed < gap.without_data.after) break;
      answer.agrees_to = gap.without_data.count;
      if (gap.without_data.count > current) answer.asks_up = gap.without_data.count;
      return fmt::format("it falls back to {}", gap.without_data.count);
  }
  return "it keeps the count from falling";
}

}  // namespace

void answer_without_data(RuleAnswer& answer, const DataGap& gap, const Question& question) {
  answer.kind = ReasonKind::no_data;
  const auto does = apply_gap(answer, gap, question.current());
  answer.reason = fmt::format("{}: no fresh value of {}{}: {}",
                              gap.path,
                              metric_key(gap.metric),
                              why_missing(gap.view, question.now),
                              does);
}

}  // namespace scale_fleet
