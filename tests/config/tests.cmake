part_tests(config
  SOURCES
    settings_file_test.cpp
  LINKS scale_fleet_config
)
