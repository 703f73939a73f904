part_tests(nodes
  SOURCES
    auto_scaling_reply_test.cpp
    aws_account_test.cpp
    aws_caller_test.cpp
    aws_node_group_test.cpp
    aws_profile_test.cpp
    command_node_group_test.cpp
    group_words_test.cpp
  LINKS scale_fleet_nodes test_support
)
target_include_directories(nodes_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
