part_tests(health
  SOURCES
    check_pattern_test.cpp
    command_check_test.cpp
    http_check_test.cpp
    make_health_check_test.cpp
    url_pattern_test.cpp
  LINKS scale_fleet_health
)
target_include_directories(health_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
