part_tests(platform
  SOURCES
    command_line_test.cpp
    lock_holder_test.cpp
    progress_printers_test.cpp
    reload_request_test.cpp
    running_command_test.cpp
    service_lock_test.cpp
    service_manager_test.cpp
    signal_stop_request_test.cpp
  LINKS scale_fleet_platform
)
