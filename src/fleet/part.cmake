# The Fleet API: what we ask of it, and how that looks on the wire.
part(fleet
  SOURCES
    fleet_json.cpp
    fleet_json_write.cpp
    fleet_reader.cpp
    http_fleet_api.cpp
    page_halving.cpp
    page_search.cpp
    page_token.cpp
    reply.cpp
    template_file.cpp
    unit_json.cpp
    unit_hash.cpp
    write_attempt.cpp
    write_run.cpp
  USES scale_fleet_http scale_fleet_platform scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json OpenSSL::Crypto
)
