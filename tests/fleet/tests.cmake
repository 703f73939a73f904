part_tests(fleet
  SOURCES
    unit_text_test.cpp
  LINKS scale_fleet_fleet
)
