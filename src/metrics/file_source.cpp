#include "metrics/file_source.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "scale_fleet/core/text.hpp"

namespace scale_fleet {
namespace {

constexpr std::uint64_t longest_file = 4UL * 1024 * 1024;

}  // namespace

FileSource::FileSource(std::filesystem::path path, const std::vector<Metric>& metrics)
    : path_(std::move(path)) {
  for (const auto& metric : metrics) {
    if (std::holds_alternative<FileMetric>(metric.source)) metrics_[metric_key(metric)] = metric;
  }
}

std::string FileSource::look(std::size_t& bad_lines) {
  const auto name = printable(path_.string());

  struct stat status {};

  if (::stat(path_.c_str(), &status) != 0) {
    read_ = std::nullopt;
    return fmt::format("cannot read {}: {}", name, std::strerror(errno));
  }
  const Version version{.seconds = status.st_mtim.tv_sec,
                        .nanoseconds = status.st_mtim.tv_nsec,
                        .inode = status.st_ino,
                        .size = static_cast<std::uint64_t>(status.st_size)};
  if (read_ == version) return {};
  read_ = std::nullopt;
  if (!S_ISREG(status.st_mode)) return fmt::format("{} is no plain file", name);
  if (version.size > longest_file) {
    return fmt::format("{} is longer than {} bytes", name, longest_file);
  }
  std::ifstream stream(path_, std::ios::binary);
  if (!stream) return fmt::format("cannot read {}", name);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  // A last line without its end is being written: its value may not be whole.
  lines_ = parse_metric_lines(std::string_view(text).substr(0, text.rfind('\n') + 1));
  bad_lines = lines_.bad_lines;
  read_ = version;
  return {};
}

Reading FileSource::take(WallTime now) {
  Reading reading;
  const auto why = look(reading.bad_values);
  for (const auto& [key, metric] : metrics_) {
    if (!why.empty()) {
      reading.failures.push_back({.metric = key, .why = why});
      continue;
    }
    const auto& name = std::get<FileMetric>(metric.source).name;
    const auto points_before = reading.points.size();
    const auto found = lines_.by_name.find(name);
    if (found != lines_.by_name.end()) {
      for (const auto& value : found->second) {
        if (value.instance.empty() == metric.per_instance) continue;
        reading.points.push_back({.metric = key,
                                  .instance = value.instance,
                                  .sample = {value.time.value_or(now), value.value}});
      }
    }
    if (reading.points.size() > points_before) continue;
    const bool is_bad = lines_.bad_names.contains(name);
    reading.failures.push_back({.metric = key,
                                .why = fmt::format("{} has {} line `{}{} VALUE`",
                                                   printable(path_.string()),
                                                   is_bad ? "a broken" : "no",
                                                   printable(name),
                                                   metric.per_instance ? " INSTANCE" : "")});
  }
  return reading;
}

}  // namespace scale_fleet
