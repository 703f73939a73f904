part_tests(daemon
  SOURCES
    event_test.cpp
  LINKS scale_fleet_daemon test_support
)
