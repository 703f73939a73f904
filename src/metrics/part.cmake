# Where samples come from: etcd, Prometheus, a file.
part(metrics
  SOURCES
    etcd_layout.cpp
    etcd_metric_source.cpp
    file_source.cpp
    mailbox.cpp
    metric_lines.cpp
    metric_source.cpp
    metric_sources.cpp
    metric_value.cpp
    prometheus_reply.cpp
    prometheus_source.cpp
    unit_registry.cpp
  USES scale_fleet_etcd scale_fleet_http scale_fleet_platform scale_fleet_policy scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json Threads::Threads
)
