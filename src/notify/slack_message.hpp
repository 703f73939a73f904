#pragma once

#include <string>

#include "scale_fleet/notify/notice.hpp"

namespace scale_fleet {

/// What an incoming webhook of Slack's takes (api.slack.com, "Sending messages using incoming
/// webhooks" and "Reference: secondary message attachments"); Mattermost and Rocket.Chat read the
/// same. `&`, `<` and `>` are escaped as Slack demands, so that nobody's words become a link or
/// call a whole channel; long texts are cut between two characters.
std::string slack_message(const Notice& notice);

}  // namespace scale_fleet
