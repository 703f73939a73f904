# The machines under Fleet: AWS Auto Scaling, or a program of the user's.
part(nodes
  SOURCES
    auto_scaling_reply.cpp
    aws_account.cpp
    aws_caller.cpp
    aws_credentials.cpp
    aws_node_group.cpp
    aws_profile.cpp
    aws_reply.cpp
    command_node_group.cpp
    container_credentials.cpp
    group_words.cpp
    instance_metadata.cpp
    request_line.cpp
  USES scale_fleet_http scale_fleet_platform scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json pugixml::pugixml
)
