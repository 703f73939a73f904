# What was done, told to Slack and Alertmanager.
part(notify
  SOURCES
    alertmanager_alerts.cpp
    notice.cpp
    notice_place.cpp
    notice_post.cpp
    notifier.cpp
    occasions.cpp
    outbox.cpp
    slack_message.cpp
  USES scale_fleet_http scale_fleet_platform scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json Threads::Threads
)
