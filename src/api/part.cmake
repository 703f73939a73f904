# What others ask of the daemon over HTTP.
part(api
  SOURCES
    api.cpp
    api_reply.cpp
    api_requests.cpp
    bearer_token.cpp
    foresee.cpp
    one_service.cpp
    scale_words.cpp
  USES scale_fleet_daemon scale_fleet_policy scale_fleet_http scale_fleet_core
  PRIVATELY nlohmann_json::nlohmann_json OpenSSL::Crypto
)
