# The loop that keeps a declared file true, and what it remembers.
part(daemon
  SOURCES
    dynamite_keys.cpp
    dynamite_names.cpp
    error_class.cpp
    dynamite_record.cpp
    etcd_state_store.cpp
    action.cpp
    action_events.cpp
    action_threads.cpp
    awaited_nodes.cpp
    daemon.cpp
    daemon_act.cpp
    daemon_decide.cpp
    daemon_demands.cpp
    daemon_look.cpp
    daemon_save.cpp
    daemon_status.cpp
    demand_desk.cpp
    endpoints.cpp
    event.cpp
    event_file.cpp
    event_notices.cpp
    event_tail.cpp
    explain_service.cpp
    folder_state_store.cpp
    kept_demand.cpp
    kept_demands.cpp
    kept_nodes.cpp
    kept_service.cpp
    leadership.cpp
    metrics_document.cpp
    node_keeper.cpp
    node_keeper_decide.cpp
    node_keeper_memory.cpp
    owned_files.cpp
    pause_command.cpp
    pauses.cpp
    read_dynamite_keys.cpp
    service_memory.cpp
    show_events.cpp
    stored_json.cpp
  USES scale_fleet_commands scale_fleet_metrics scale_fleet_nodes scale_fleet_notify scale_fleet_config scale_fleet_policy
       scale_fleet_fleet scale_fleet_etcd scale_fleet_http scale_fleet_platform scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json
)
