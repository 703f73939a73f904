part_tests(config
  SOURCES
    declared_file_test.cpp
    declared_mistakes_test.cpp
    dynamite_form_test.cpp
    settings_file_test.cpp
  LINKS scale_fleet_config
)
