part_tests(fleet
  SOURCES
    unit_hash_test.cpp
    template_file_test.cpp
    unit_json_test.cpp
  LINKS scale_fleet_fleet
)
