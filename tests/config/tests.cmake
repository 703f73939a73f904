part_tests(config
  SOURCES
    declared_file_maker.cpp
    declared_file_test.cpp
    declared_mistakes_test.cpp
    dynamite_form_test.cpp
    settings_file_test.cpp
    show_declared_file_test.cpp
  LINKS scale_fleet_config
)
target_compile_definitions(config_tests PRIVATE
  SCALE_FLEET_EXAMPLES="${PROJECT_SOURCE_DIR}/examples")
