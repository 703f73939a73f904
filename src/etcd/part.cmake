# The v2 keys of etcd: read, written and watched; a lease in them.
part(etcd
  SOURCES
    etcd_servers.cpp
    key_event.cpp
    key_remover.cpp
    key_request.cpp
    key_tree.cpp
    key_watch.cpp
    keys.cpp
    lease.cpp
    lease_attempt.cpp
    lease_keeper.cpp
  USES scale_fleet_http scale_fleet_platform scale_fleet_core Threads::Threads
  PRIVATELY nlohmann_json::nlohmann_json
)
