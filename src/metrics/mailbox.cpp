#include "metrics/mailbox.hpp"

#include <algorithm>
#include <utility>

namespace scale_fleet {

void Mailbox::put(const Reading& reading) {
  const std::scoped_lock guard(mutex_);
  bad_values_ += reading.bad_values;
  for (const auto& failed : reading.failures) {
    failures_[failed.metric] = failed.why;
    mark_read(failed.metric);
  }
  for (const auto& point : reading.points)
    add(point);
}

void Mailbox::add(const Reading::Point& point) {
  failures_.erase(point.metric);
  mark_read(point.metric);
  if (count_ >= points_) drop_older_halves();
  if (count_ >= points_) {
    ++bad_values_;
    return;
  }
  series_[point.metric][point.instance].push_back(point.sample);
  ++count_;
}

void Mailbox::drop_older_halves() {
  for (auto& [metric, by_instance] : series_) {
    for (auto& [instance, series] : by_instance) {
      const auto half = static_cast<std::ptrdiff_t>(series.size() / 2);
      std::stable_sort(series.begin(), series.end(), [](const Sample& left, const Sample& right) {
        return left.time < right.time;
      });
      series.erase(series.begin(), series.begin() + half);
      count_ -= static_cast<std::size_t>(half);
      bad_values_ += static_cast<std::size_t>(half);
    }
  }
}

void Mailbox::mark_read(const std::string& metric) {
  if (unread_.erase(metric) != 0 && unread_.empty()) changed_.notify_all();
}

void Mailbox::recover(const std::string& metric) {
  const std::scoped_lock guard(mutex_);
  failures_.erase(metric);
  mark_read(metric);
}

void Mailbox::fail(const std::vector<std::string>& metrics, const std::string& why) {
  Reading reading;
  for (const auto& metric : metrics)
    reading.failures.push_back({.metric = metric, .why = why});
  put(reading);
}

Reading Mailbox::take() {
  std::map<std::string, std::map<std::string, Series>> series;
  Reading reading;
  {
    const std::scoped_lock guard(mutex_);
    std::swap(series, series_);
    count_ = 0;
    reading.bad_values = std::exchange(bad_values_, 0);
    const bool are_told_once = failures_last_ == FailuresLast::once;
    for (const auto& [metric, why] : failures_) {
      if (!are_told_once && series.contains(metric)) continue;
      reading.failures.push_back({.metric = metric, .why = why});
    }
    if (are_told_once) failures_.clear();
  }
  for (const auto& [metric, by_instance] : series) {
    for (const auto& [instance, samples] : by_instance) {
      for (const auto& sample : samples)
        reading.points.push_back({.metric = metric, .instance = instance, .sample = sample});
    }
  }
  return reading;
}

void Mailbox::await_first(Duration at_most) {
  std::unique_lock guard(mutex_);
  changed_.wait_for(guard, at_most, [this] { return unread_.empty(); });
}

}  // namespace scale_fleet
