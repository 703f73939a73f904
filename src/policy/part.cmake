# Pure: what is known of metrics and of the past to a decision on a count.
part(policy
  SOURCES
    cron.cpp
    cron_field.cpp
    cron_text.cpp
    metric.cpp
    metric_horizons.cpp
    samples.cpp
  USES scale_fleet_core
)
