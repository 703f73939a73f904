# HTTP, both sides of it, knowing nothing of Fleet.
part(http
  SOURCES
    curl_http_client.cpp
    curl_transfer.cpp
    endpoint.cpp
    http_message.cpp
  USES scale_fleet_platform scale_fleet_core
  PRIVATELY CURL::libcurl
)
