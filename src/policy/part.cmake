# Pure: what is known of metrics and of the past to a decision on a count.
part(policy
  SOURCES
    aggregate.cpp
    bounds.cpp
    brakes.cpp
    breach.cpp
    cron.cpp
    cron_field.cpp
    cron_text.cpp
    decimal.cpp
    decision.cpp
    demands.cpp
    history.cpp
    metric.cpp
    metric_horizons.cpp
    metric_view.cpp
    rate.cpp
    samples.cpp
    settling.cpp
    target_answer.cpp
    threshold_answer.cpp
    verdict.cpp
    victims.cpp
    without_data.cpp
  USES scale_fleet_core
)
