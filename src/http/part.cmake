# HTTP, both sides of it, knowing nothing of Fleet.
part(http
  SOURCES
    curl_http_client.cpp
    curl_http_stream.cpp
    curl_transfer.cpp
    endpoint.cpp
    http_connection.cpp
    http_message.cpp
    http_server.cpp
    listen_address.cpp
    listening_socket.cpp
    logging_http_client.cpp
    percent_encoding.cpp
    refusals.cpp
    reply_bytes.cpp
    request_target.cpp
    server_tls.cpp
  USES scale_fleet_platform scale_fleet_core
  PRIVATELY Boost::headers CURL::libcurl OpenSSL::SSL Threads::Threads
)
# One thread runs the server's loop, so handlers need no fence between them; the thread sanitizer
# knows none.
target_compile_definitions(scale_fleet_http PRIVATE BOOST_ASIO_DISABLE_FENCED_BLOCK)
