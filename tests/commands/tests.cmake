part_tests(commands
  SOURCES
    scale_command_test.cpp
    scale_faults_test.cpp
  LINKS scale_fleet_commands test_support
)
