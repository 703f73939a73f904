part_tests(config
  SOURCES
    declared_contradictions_test.cpp
    declared_doors_maker.cpp
    declared_doors_test.cpp
    declared_file_maker.cpp
    declared_file_test.cpp
    declared_mistakes_test.cpp
    declared_rule_mistakes_test.cpp
    dynamite_form_test.cpp
    schema_keys_test.cpp
    settings_file_test.cpp
    show_declared_file_test.cpp
  LINKS scale_fleet_config nlohmann_json::nlohmann_json
)
target_compile_definitions(config_tests PRIVATE
  SCALE_FLEET_EXAMPLES="${PROJECT_SOURCE_DIR}/examples"
  SCALE_FLEET_SCHEMA="${PROJECT_SOURCE_DIR}/schema/services.schema.json")
target_include_directories(config_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)  # The parser's keys.

add_test(NAME "config: schema and program agree on what is a good file"
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/config/schema_test.py $<TARGET_FILE:scale-fleet>
    ${PROJECT_SOURCE_DIR}/schema/services.schema.json ${PROJECT_SOURCE_DIR}/examples)
