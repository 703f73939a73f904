# The concrete world of a run, and one function for each subcommand: names every edge, decides
# nothing that another part could.
part(program
  SOURCES
    action_world.cpp
    console.cpp
    daemon_doors.cpp
    daemon_lead.cpp
    daemon_notices.cpp
    daemon_opening.cpp
    daemon_process.cpp
    daemon_run.cpp
    declared_state.cpp
    declared_world.cpp
    make_node_group.cpp
    passing_locks.cpp
    run_completion.cpp
    run_daemon.cpp
    run_explain.cpp
    run_config.cpp
    run_events.cpp
    node_threads.cpp
    run_nodes.cpp
    run_pause.cpp
    run_apply.cpp
    run_plan.cpp
    run_program.cpp
    run_release.cpp
    run_sandbox.cpp
    run_scale.cpp
    run_status.cpp
    run_submit.cpp
    service_locks.cpp
    session.cpp
  USES scale_fleet_cli scale_fleet_api scale_fleet_daemon scale_fleet_notify scale_fleet_nodes scale_fleet_commands scale_fleet_metrics scale_fleet_sandbox
       scale_fleet_config scale_fleet_policy scale_fleet_etcd
       scale_fleet_fleet scale_fleet_http scale_fleet_platform scale_fleet_core
)
target_compile_definitions(scale_fleet_program PRIVATE SCALE_FLEET_VERSION="${PROJECT_VERSION}")
