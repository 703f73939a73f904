part_tests(daemon
  SOURCES
    event_test.cpp
    folder_state_store_test.cpp
    pauses_test.cpp
    service_memory_test.cpp
  LINKS scale_fleet_daemon test_support
)
