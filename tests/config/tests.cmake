part_tests(config
  SOURCES
    declared_file_test.cpp
    settings_file_test.cpp
  LINKS scale_fleet_config
)
