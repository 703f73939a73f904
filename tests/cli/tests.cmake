part_tests(cli
  SOURCES
    arguments_test.cpp
    completion_shell_test.cpp
    completion_test.cpp
    events_arguments_test.cpp
    declared_arguments_test.cpp
    health_arguments_test.cpp
    help_test.cpp
    nodes_arguments_test.cpp
    program_options_test.cpp
    release_arguments_test.cpp
    sandbox_arguments_test.cpp
    scale_arguments_test.cpp
    settings_test.cpp
  LINKS scale_fleet_cli
)
target_include_directories(cli_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
