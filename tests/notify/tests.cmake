add_test(NAME "notify: Prometheus and Alertmanager take the examples of alerting"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/notify/alerting_examples_test.bash
    ${PROJECT_SOURCE_DIR}/examples/alerting)

part_tests(notify
  SOURCES
    alerting_examples_test.cpp
    alertmanager_alerts_test.cpp
    notice_post_test.cpp
    notice_test.cpp
    notifier_test.cpp
    notifier_trouble_test.cpp
    occasions_test.cpp
    outbox_test.cpp
    rare_notices_test.cpp
    real_alertmanager_test.cpp
    slack_message_test.cpp
  LINKS scale_fleet_notify test_support nlohmann_json::nlohmann_json
)
target_include_directories(notify_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(notify_tests PRIVATE
  SCALE_FLEET_ALERTING_EXAMPLES="${PROJECT_SOURCE_DIR}/examples/alerting")
