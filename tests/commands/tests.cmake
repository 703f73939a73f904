part_tests(commands
  SOURCES
    applier_test.cpp
    replacement_faults_test.cpp
    release_command_test.cpp
    release_sidekicks_test.cpp
    release_faults_test.cpp
    release_kills_test.cpp
    scale_command_test.cpp
    scale_faults_test.cpp
    show_scale_test.cpp
    sidekicks_test.cpp
    status_command_test.cpp
    submit_command_test.cpp
    two_scalers_test.cpp
    waiter_test.cpp
  LINKS scale_fleet_commands test_support nlohmann_json::nlohmann_json
)
