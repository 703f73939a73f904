# The built program, run as its users run it.
add_test(NAME "program: the README shows what happens"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/program/readme_test.bash
    $<TARGET_FILE:scale-fleet> ${PROJECT_SOURCE_DIR}/README.md)

part_tests(program
  SOURCES
    ../http/raw_connection.cpp
    answer_test.cpp
    bad_input_test.cpp
    config_test.cpp
    credentials_test.cpp
    daemon_accepts_test.cpp
    daemon_alert_test.cpp
    daemon_api_test.cpp
    daemon_dry_run_test.cpp
    daemon_fault_test.cpp
    daemon_leader_test.cpp
    daemon_metrics_test.cpp
    daemon_lock_test.cpp
    daemon_nodes_test.cpp
    daemon_reschedule_test.cpp
    daemon_run_test.cpp
    daemon_siege_test.cpp
    daemon_systemd_test.cpp
    daemon_wishes_test.cpp
    declared_run_test.cpp
    dry_run_test.cpp
    dynamite_session_test.cpp
    endpoint_test.cpp
    etcd_front.cpp
    etcd_lease_test.cpp
    interruption_test.cpp
    kill_sweep_test.cpp
    lock_folder_test.cpp
    program_world.cpp
    nodes_test.cpp
    pause_test.cpp
    progress_test.cpp
    release_failure_test.cpp
    release_run_test.cpp
    release_signal_test.cpp
    scale_run_test.cpp
    sidekicks_test.cpp
    tls_front.cpp
    tls_server.cpp
    tls_test.cpp
    two_at_once_test.cpp
  LINKS test_support scale_fleet_daemon nlohmann_json::nlohmann_json fmt::fmt
)
add_dependencies(program_tests scale-fleet)
target_compile_definitions(program_tests PRIVATE SCALE_FLEET_EXAMPLES="${PROJECT_SOURCE_DIR}/examples")
target_compile_definitions(program_tests PRIVATE
  SYSTEMD_UNIT="${PROJECT_BINARY_DIR}/systemd/scale-fleet.service")
