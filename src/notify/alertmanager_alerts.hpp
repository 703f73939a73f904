#pragma once

#include <string>
#include <vector>

#include "scale_fleet/core/wall_time.hpp"
#include "scale_fleet/notify/notice.hpp"

namespace scale_fleet {

/// What POST /api/v2/alerts takes (Alertmanager's api/v2/openapi.yaml): an alert for each notice,
/// which ends `lasts` after it is sent. It must not have ended when it comes: Alertmanager tells
/// nobody of an alert that it never knew otherwise. generatorURL is left out: it may be empty or a
/// URI, and any other text is answered 422 (measured, 0.25.0).
std::string alertmanager_alerts(const std::vector<Notice>& notices, WallTime sent, Millis lasts);

}  // namespace scale_fleet
