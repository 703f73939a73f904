# The core's tests link the core alone, whole: a call to the outside fails to link.
part_tests(core
  SOURCES
    cluster_test.cpp
    convergence_test.cpp
    count_test.cpp
    move_plan_test.cpp
    retry_delay_test.cpp
    release_plan_test.cpp
    release_record_test.cpp
    duration_text_test.cpp
    rollout_random_test.cpp
    rollout_test.cpp
    scale_plan_down_test.cpp
    scale_plan_template_test.cpp
    scale_plan_test.cpp
    scale_report_test.cpp
    service_status_test.cpp
    share_test.cpp
    single_unit_test.cpp
    sidekicks_test.cpp
    step_waves_test.cpp
    stopped_unit_test.cpp
    text_test.cpp
    unit_file_test.cpp
    unit_move_test.cpp
    unit_name_test.cpp
    unit_rules_test.cpp
    wall_time_text_test.cpp
  LINKS "$<LINK_LIBRARY:WHOLE_ARCHIVE,scale_fleet_core>"
)
target_include_directories(core_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
