part_tests(cli
  SOURCES
    completion_shell_test.cpp
    completion_test.cpp
  LINKS scale_fleet_cli
)
target_include_directories(cli_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
