# Pure: what is known of metrics and of the past to a decision on a count.
part(policy
  SOURCES
    cron.cpp
    metric.cpp
  USES scale_fleet_core
)
