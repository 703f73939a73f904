#include "scale_fleet/api/scale_words.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scale_fleet/http/request_target.hpp"

namespace scale_fleet {
namespace {

using Json = nlohmann::json;

/// Bytes of a name in a message.
constexpr std::size_t longest_name = 256;
/// Of one group; Alertmanager has a limit of its own (max_alerts) for larger ones.
constexpr std::size_t most_alerts = 10'000;

struct WrongBody {
  std::string what;
};

/// The value of a label: a text, or nothing where it isn't there.
std::optional<std::string> text_in(const Json& labels, const char* name) {
  const auto found = labels.find(name);
  if (found == labels.end() || found->is_null()) return std::nullopt;
  if (!found->is_string()) throw WrongBody{fmt::format("'{}' has to be a text", name)};
  return found->get<std::string>();
}

const Json& object_in(const Json& body, const char* name) {
  static const Json none = Json::object();
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return none;
  if (!found->is_object()) throw WrongBody{fmt::format("'{}' has to be an object", name)};
  return *found;
}

std::optional<InstanceCount> whole_step(std::string_view text) {
  InstanceCount by = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), by);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && by <= max_count ? std::optional(by) : std::nullopt;
}

/// A number, or a text as labels are. Zero is none.
std::optional<InstanceCount> step_of(std::optional<InstanceCount> read) {
  if (!read) throw WrongBody{fmt::format("'by' has to be a whole number from 1 to {}", max_count)};
  return *read == 0 ? std::nullopt : read;
}

std::optional<InstanceCount> step_in(const Json& labels) {
  const auto found = labels.find("by");
  if (found == labels.end() || found->is_null()) return std::nullopt;
  if (found->is_string()) return step_of(whole_step(found->get<std::string>()));
  const bool fits = found->is_number_unsigned() && found->get<std::uint64_t>() <= max_count;
  return step_of(fits ? std::optional(found->get<InstanceCount>()) : std::nullopt);
}

std::string digest_of(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  constexpr unsigned enough = 16;
  std::string hex;
  for (unsigned i = 0; i < std::min(length, enough); ++i)
    hex += fmt::format("{:02x}", digest.at(i));
  return hex;
}

/// Its labels in the order of their names, one to one. Each is a text: anything else may be nested
/// deeper than a recursion gets.
std::string labels_text(const Json& labels) {
  std::string text;
  for (const auto& [name, value] : labels.items()) {
    if (!value.is_string()) throw WrongBody{"a label has to be a text"};
    const auto& held = value.get_ref<const std::string&>();
    text += fmt::format("{}:{}={}:{}\n", name.size(), name, held.size(), held);
  }
  return text;
}

/// What tells this alert of this group from every other, and from itself when it fires anew.
std::string alert_key(const std::string& group, const Json& alert) {
  const auto fingerprint = text_in(alert, "fingerprint");
  const auto start = text_in(alert, "startsAt").value_or("");
  const auto who = fingerprint ? *fingerprint : labels_text(object_in(alert, "labels"));
  return digest_of(fmt::format("{}\n{}\n{}", group, who, start));
}

bool fires(const Json& alert) {
  return text_in(alert, "status").value_or("firing") != "resolved";
}

void read_alerts(const Json& body, ScaleWords& words) {
  const auto found = body.find("alerts");
  const bool has_alerts = found != body.end() && !found->is_null();
  words.is_alert = has_alerts || body.contains("groupKey");
  if (!words.is_alert) return;
  if (!has_alerts) throw WrongBody{"'alerts' is missing"};
  if (!found->is_array()) throw WrongBody{"'alerts' has to be a list"};
  if (found->size() > most_alerts)
    throw WrongBody{fmt::format("'alerts' has more than {} of them", most_alerts)};
  const auto group = text_in(body, "groupKey").value_or("");
  for (const auto& alert : *found) {
    if (!alert.is_object()) throw WrongBody{"an alert has to be an object"};
    if (fires(alert)) words.alerts.push_back(alert_key(group, alert));
  }
  words.is_resolved =
      text_in(body, "status").value_or("firing") == "resolved" || words.alerts.empty();
  words.alert_name =
      text_in(object_in(body, "groupLabels"), "alertname")
          .value_or(text_in(object_in(body, "commonLabels"), "alertname").value_or(""));
  if (words.alert_name.size() > longest_name) words.alert_name.resize(longest_name);
}

void read_body(const std::string& text, ScaleWords& words) {
  constexpr std::string_view blanks = " \t\r\n";
  if (text.find_first_not_of(blanks) == std::string::npos) return;
  const auto body = Json::parse(text, nullptr, false);
  if (!body.is_object()) throw WrongBody{"Unable to recognize POST body: it is no JSON object"};
  for (const auto* name : {"commonLabels", "groupLabels"}) {
    const auto& labels = object_in(body, name);
    if (auto service = text_in(labels, "service")) words.service = std::move(service);
    if (auto scale = text_in(labels, "scale")) words.scale = std::move(scale);
    if (auto type = text_in(labels, "type")) words.type = std::move(type);
    if (const auto by = step_in(labels)) words.by = by;
  }
  read_alerts(body, words);
}

void read_query(const RequestTarget& target, ScaleWords& words) {
  if (target.has("service")) words.service = target.first("service");
  if (target.has("scale")) words.scale = target.first("scale");
  if (target.has("type")) words.type = target.first("type");
  if (target.has("by")) words.by = step_of(whole_step(target.first("by")));
}

}  // namespace

Accepted<ScaleWords> read_scale_words(const HttpRequest& request) {
  ScaleWords words;
  try {
    const auto target = parse_target(request.target);
    if (!target || target->lacks_parameters) return refusal(400, "the query can't be read");
    read_body(request.body, words);
    read_query(*target, words);
  } catch (const WrongBody& wrong) {
    return refusal(400, wrong.what);
  }
  return words;
}

Accepted<Direction> direction_in(const ScaleWords& words, std::string_view where) {
  if (!words.scale || words.scale->empty())
    return refusal(400, fmt::format("No scale direction{}", where));
  if (*words.scale == "up") return Direction::up;
  if (*words.scale == "down") return Direction::down;
  return refusal(400, fmt::format("Incorrect scale direction{}", where));
}

}  // namespace scale_fleet
