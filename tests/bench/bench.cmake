# What scripts/bench measures with. Not a test: it fails for no figure.
add_executable(bench
  bench/bare_requests.cpp
  bench/benchmark.cpp
  bench/main.cpp
  bench/timed_process.cpp
  bench/webhook_posts.cpp
)
add_executable(peak_memory bench/peak_memory.cpp bench/timed_process.cpp)
target_include_directories(peak_memory PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(peak_memory PRIVATE build_flags)
add_dependencies(bench peak_memory)
target_include_directories(bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(bench PRIVATE build_flags scale_fleet_fleet nlohmann_json::nlohmann_json
  CLI11::CLI11)
add_executable(decide_bench bench/decide_bench.cpp bench/decisions.cpp)
target_include_directories(decide_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(decide_bench PRIVATE build_flags scale_fleet_policy)
