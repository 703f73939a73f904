# HTTP, both sides of it, knowing nothing of Fleet.
part(http
  SOURCES
    curl_http_client.cpp
    curl_http_stream.cpp
    curl_transfer.cpp
    endpoint.cpp
    http_message.cpp
    http_server.cpp
    listen_address.cpp
    listening_socket.cpp
    logging_http_client.cpp
    percent_encoding.cpp
    reply_bytes.cpp
  USES scale_fleet_platform scale_fleet_core
  PRIVATELY Boost::headers CURL::libcurl Threads::Threads
)
