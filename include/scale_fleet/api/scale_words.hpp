#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scale_fleet/api/api_reply.hpp"
#include "scale_fleet/http/http_message.hpp"
#include "scale_fleet/policy/demand.hpp"

namespace scale_fleet {

/// What a request in Docker Scaler's manner says (server/request.go and server.go of its source),
/// or Alertmanager's webhook, version 4 (notify/webhook/webhook.go of its source).
struct ScaleWords {
  std::optional<std::string> service;
  std::optional<std::string> scale;  ///< As it stands there.
  std::optional<InstanceCount> by;   ///< At least 1; empty: as the file says.
  std::optional<std::string> type;   ///< Of machines.
  bool is_alert = false;             ///< Alertmanager sent it.
  bool is_resolved = false;          ///< Nothing fires any more.
  std::string alert_name;            ///< `HighLoad`; empty where the alerts have several.
  /// One word for each alert that fires, of its group, its labels and its beginning.
  std::vector<std::string> alerts;

  bool operator==(const ScaleWords&) const = default;
};

/// Reads query and body. Each parameter of the query beats the one of the body; in the body
/// groupLabels beat commonLabels. A step of 0 is none, as it was to Docker Scaler. Refusals (400):
/// a body that is no JSON object, a value of a wrong type, a step that isn't a whole number up to
/// 65535.
Accepted<ScaleWords> read_scale_words(const HttpRequest& request);

/// `up` or `down`; refusals (400) in Docker Scaler's words.
Accepted<Direction> direction_in(const ScaleWords& words, std::string_view where);

}  // namespace scale_fleet
