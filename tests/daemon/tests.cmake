part_tests(daemon
  SOURCES
    dynamite_keys_test.cpp
    etcd_state_store_test.cpp
    ../etcd/fake_etcd.cpp
    action_threads_test.cpp
    daemon_test.cpp
    endpoints_test.cpp
    event_file_test.cpp
    event_test.cpp
    folder_state_store_test.cpp
    leadership_test.cpp
    pause_command_test.cpp
    pauses_test.cpp
    service_memory_test.cpp
    show_events_test.cpp
  LINKS scale_fleet_daemon test_support nlohmann_json::nlohmann_json
)
