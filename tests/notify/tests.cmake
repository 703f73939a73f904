part_tests(notify
  SOURCES
    alertmanager_alerts_test.cpp
    notice_post_test.cpp
    notice_test.cpp
    notifier_test.cpp
    notifier_trouble_test.cpp
    occasions_test.cpp
    outbox_test.cpp
    real_alertmanager_test.cpp
    slack_message_test.cpp
  LINKS scale_fleet_notify test_support nlohmann_json::nlohmann_json
)
target_include_directories(notify_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
