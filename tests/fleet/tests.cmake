part_tests(fleet
  SOURCES
    fleet_json_test.cpp
    http_fleet_api_test.cpp
    http_fleet_api_write_test.cpp
    machine_metadata_write_test.cpp
    page_search_test.cpp
    reply_test.cpp
    template_file_test.cpp
    unit_hash_test.cpp
    unit_json_test.cpp
    write_attempt_test.cpp
  LINKS scale_fleet_fleet test_support
)
target_include_directories(fleet_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
