part_tests(policy
  SOURCES
    cron_test.cpp
    metric_test.cpp
    samples_test.cpp
    threshold_test.cpp
  LINKS scale_fleet_policy
)
