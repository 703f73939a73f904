part_tests(policy
  SOURCES
    metric_test.cpp
  LINKS scale_fleet_policy
)
