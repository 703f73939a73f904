# Where samples come from: etcd, Prometheus, a file.
part(metrics
  SOURCES
    metric_source.cpp
  USES scale_fleet_etcd scale_fleet_http scale_fleet_platform scale_fleet_policy scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json
)
