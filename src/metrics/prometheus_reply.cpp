#include "metrics/prometheus_reply.hpp"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "metrics/metric_value.hpp"
#include "scale_fleet/core/text.hpp"
#include "scale_fleet/http/percent_encoding.hpp"

namespace scale_fleet {
namespace {

using nlohmann::json;

constexpr std::size_t longest_target = 2000;
constexpr std::size_t longest_message = 1024;
/// Seconds since 1970 whose milliseconds a double has exactly.
constexpr double latest_second = 1e11;

const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_member(const json& object, const char* name) {
  const auto* text = member(object, name);
  return text != nullptr && text->is_string() ? text->get<std::string>() : std::string();
}

/// `[1435781451.781, "12.5"]`
std::optional<Sample> read_sample(const json* pair) {
  if (pair == nullptr || !pair->is_array() || pair->size() != 2) return std::nullopt;
  const auto& time = (*pair)[0];
  const auto& value = (*pair)[1];
  if (!time.is_number() || !value.is_string()) return std::nullopt;
  const auto seconds = time.get<double>();
  if (!(seconds >= 0 && seconds <= latest_second)) return std::nullopt;
  const auto number = parse_metric_number(value.get_ref<const std::string&>());
  if (!number) return std::nullopt;
  return Sample{.time = WallTime(Millis(std::llround(seconds * 1000))), .value = *number};
}

/// Why Prometheus, or what stands in front of several, doubts its own answer: a store that couldn't
/// be asked, say. What it remarks on the query itself is no such doubt.
std::optional<std::string> warning_in(const json& body) {
  const auto* warnings = member(body, "warnings");
  if (warnings == nullptr || !warnings->is_array()) return std::nullopt;
  for (const auto& warning : *warnings) {
    if (!warning.is_string()) return "a warning that isn't a text";
    if (!warning.get_ref<const std::string&>().starts_with("PromQL ")) return warning;
  }
  return std::nullopt;
}

Reading failed(const Metric& metric, std::string why, std::size_t bad_values = 0) {
  return {.points = {},
          .failures = {{.metric = metric_key(metric), .why = std::move(why)}},
          .bad_values = bad_values};
}

/// One element of all.
Reading read_whole(const json* pair, const Metric& metric) {
  const auto sample = read_sample(pair);
  if (!sample) {
    const auto what =
        pair == nullptr ? "nothing" : pair->dump(-1, ' ', false, json::error_handler_t::replace);
    return failed(metric, "the result isn't a finite number: " + printable_start(what, 80), 1);
  }
  return {.points = {{.metric = metric_key(metric), .instance = {}, .sample = *sample}},
          .failures = {},
          .bad_values = 0};
}

Reading read_by_instance(const json& elements, const Metric& metric, const std::string& label) {
  std::map<std::string, std::vector<std::optional<Sample>>> by_instance;
  Reading reading;
  for (const auto& element : elements) {
    const auto* labels = member(element, "metric");
    auto instance = labels == nullptr ? "" : text_member(*labels, label.c_str());
    if (instance.empty()) {
      ++reading.bad_values;
    } else {
      by_instance[std::move(instance)].push_back(read_sample(member(element, "value")));
    }
  }
  for (const auto& [instance, samples] : by_instance) {
    if (samples.size() == 1 && samples[0]) {
      reading.points.push_back(
          {.metric = metric_key(metric), .instance = instance, .sample = *samples[0]});
    } else {
      reading.bad_values += samples.size();
    }
  }
  if (!reading.points.empty()) return reading;
  return failed(metric,
                fmt::format("none of {} names one instance by its label {} and is a finite number",
                            counted(elements.size(), "element"),
                            printable(label)),
                reading.bad_values);
}

Reading read_vector(const json& elements, const Metric& metric) {
  if (elements.empty()) return failed(metric, "the query has no result");
  if (metric.per_instance) {
    return read_by_instance(
        elements, metric, std::get<PrometheusMetric>(metric.source).instance_label);
  }
  if (elements.size() == 1) return read_whole(member(elements[0], "value"), metric);
  return failed(metric,
                fmt::format("the query has {} results where one is expected; sum() or avg() makes "
                            "one of them, or say that it is per instance",
                            elements.size()));
}

}  // namespace

HttpRequest prometheus_request(const PrometheusMetric& metric) {
  const auto form = "query=" + percent_encoded(metric.query);
  if (form.size() <= longest_target) return {.target = "/api/v1/query?" + form};
  return {.method = "POST",
          .target = "/api/v1/query",
          .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
          .body = form};
}

Reading read_prometheus_reply(const HttpResult& result, const Metric& metric) {
  if (!result) return failed(metric, "cannot ask Prometheus: " + result.error().message);
  const auto body = json::parse(result->body, nullptr, false);
  const auto status = text_member(body, "status");
  if (status == "error") {
    return failed(metric,
                  fmt::format("Prometheus says {}: {}",
                              printable_start(text_member(body, "errorType"), longest_message),
                              printable_start(text_member(body, "error"), longest_message)));
  }
  const auto* data = member(body, "data");
  const auto type = data == nullptr ? "" : text_member(*data, "resultType");
  if (result->status != 200 || status != "success" || type.empty()) {
    return failed(metric,
                  fmt::format("HTTP {} with a body that isn't Prometheus's", result->status));
  }
  if (const auto warning = warning_in(body)) {
    return failed(metric,
                  "the answer may not be whole: " + printable_start(*warning, longest_message));
  }
  const auto* elements = member(*data, "result");
  if (type == "vector" && elements != nullptr && elements->is_array())
    return read_vector(*elements, metric);
  if (type == "scalar" && !metric.per_instance) return read_whole(elements, metric);
  return failed(metric,
                type == "scalar"
                    ? "the result is a scalar, which is of no instance"
                    : fmt::format("the result is a {}, not a vector", printable_start(type, 80)));
}

}  // namespace scale_fleet
