#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "policy/cron_field.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/policy/cron.hpp"

namespace scale_fleet {
namespace {

constexpr std::array cron_fields{
    CronField{"minute", 0, 59},
    CronField{"hour", 0, 23},
    CronField{"day of the month", 1, 31},
    CronField{"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    CronField{"day of the week", 0, 7, "sunmontuewedthufrisat"},
};

/// Longer than any that a person writes; it bounds what is looked at.
constexpr std::size_t longest_cron = 512;

tl::unexpected<Error> no_cron(std::string_view text, const std::string& why) {
  return failure(ErrorKind::usage,
                 fmt::format("'{}' is no schedule: {}", printable_start(text, 80), why));
}

/// Whether some month has one of the days; February may have 29.
bool has_a_day(std::uint64_t day_bits, std::uint64_t month_bits) {
  constexpr std::array lengths{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (std::size_t month = 1; month <= lengths.size(); ++month) {
    const auto of_month = (std::uint64_t{1} << (lengths.at(month - 1) + 1)) - 1;
    if ((month_bits >> month & 1U) != 0 && (day_bits & of_month) != 0) return true;
  }
  return false;
}

std::vector<std::string_view> fields_of(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  std::vector<std::string_view> fields;
  for (auto start = text.find_first_not_of(blanks); start != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, start), text.size());
    fields.push_back(text.substr(start, end - start));
    start = text.find_first_not_of(blanks, end);
  }
  return fields;
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  if (text.size() > longest_cron) return no_cron(text, "it is too long");
  const auto fields = fields_of(text);
  if (fields.size() != cron_fields.size()) {
    return no_cron(text,
                   fmt::format("it has {}, not five: minute hour day-of-month month day-of-week",
                               counted(fields.size(), "field")));
  }
  std::array<std::uint64_t, cron_fields.size()> bits{};
  for (std::size_t i = 0; i < bits.size(); ++i) {
    const auto read = cron_bits(cron_fields.at(i), fields[i]);
    if (!read) return no_cron(text, read.error());
    bits.at(i) = *read;
  }
  const std::uint64_t sunday_as_seven = std::uint64_t{1} << 7U;
  if ((bits[4] & sunday_as_seven) != 0) bits[4] = (bits[4] & ~sunday_as_seven) | 1U;

  Cron cron;
  cron.text_ = fmt::format("{}", fmt::join(fields, " "));
  cron.minutes_ = bits[0];
  cron.hours_ = static_cast<std::uint32_t>(bits[1]);
  cron.days_ = static_cast<std::uint32_t>(bits[2]);
  cron.months_ = static_cast<std::uint32_t>(bits[3]);
  cron.weekdays_ = static_cast<std::uint32_t>(bits[4]);
  // As crontab(5) has it: `*/2` isn't restricted, for it has the star.
  cron.any_day_ = fields[2].front() == '*';
  cron.any_weekday_ = fields[4].front() == '*';
  if ((cron.any_day_ || cron.any_weekday_) && !has_a_day(bits[2], bits[3]))
    return no_cron(text, "none of its months has such a day");
  return cron;
}

}  // namespace scale_fleet
