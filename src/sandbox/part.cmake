# A Fleet cluster in memory behind the Fleet API.
part(sandbox
  SOURCES
    agents.cpp
    cluster_view.cpp
    engine.cpp
    fault_plan.cpp
    fault_spec.cpp
    go_json.cpp
    machine_board.cpp
    machine_patch.cpp
    option_rules.cpp
    page_number.cpp
    put_body.cpp
    replies.cpp
    sandbox_api.cpp
    sandbox_cloud.cpp
    sandbox_cluster.cpp
    sandbox_settings.cpp
    stored_options.cpp
    unit_life.cpp
    unit_resource.cpp
  USES scale_fleet_fleet scale_fleet_http scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json
)
