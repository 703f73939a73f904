# One file for each subcommand: observe, plan, show, apply, wait.
part(commands
  SOURCES
    applier.cpp
    apply_command.cpp
    carry_out_declared.cpp
    blockers.cpp
    change_run.cpp
    change_writes.cpp
    declared_order.cpp
    declared_plan.cpp
    declared_release.cpp
    declared_scale.cpp
    declared_texts.cpp
    drain.cpp
    explain.cpp
    find_sidekicks.cpp
    json_text.cpp
    move_run.cpp
    node_launches.cpp
    node_plan.cpp
    node_steps.cpp
    node_victims.cpp
    nodes_command.cpp
    nodes_growth.cpp
    nodes_removal.cpp
    observe.cpp
    release_command.cpp
    release_goals.cpp
    release_log.cpp
    release_look.cpp
    release_run.cpp
    release_sidekicks.cpp
    recreation.cpp
    reschedule_command.cpp
    replacement.cpp
    scale_command.cpp
    show_config.cpp
    show_nodes.cpp
    show_release.cpp
    scale_group.cpp
    scale_work_item.cpp
    show_scale.cpp
    show_scale_json.cpp
    show_submit.cpp
    status_command.cpp
    stopping.cpp
    submit_command.cpp
    unit_watch.cpp
    waiter.cpp
    wave_run.cpp
  USES scale_fleet_config scale_fleet_policy scale_fleet_fleet scale_fleet_health scale_fleet_http
  USES scale_fleet_config scale_fleet_fleet scale_fleet_health scale_fleet_http
       scale_fleet_platform scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json
)
