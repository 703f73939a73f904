part_tests(http
  SOURCES
    aws_signature_test.cpp
    curl_http_client_test.cpp
    endpoint_test.cpp
    flooding_server.cpp
    http_message_test.cpp
    http_server_fault_test.cpp
    http_server_later_test.cpp
    http_server_limit_test.cpp
    http_server_siege_test.cpp
    http_server_test.cpp
    http_server_tls_test.cpp
    http_stream_test.cpp
    listen_address_test.cpp
    listening_socket_test.cpp
    percent_encoding_test.cpp
    raw_connection.cpp
    reply_bytes_test.cpp
    reply_limit_test.cpp
    tls_connection.cpp
  LINKS scale_fleet_http test_support OpenSSL::SSL
)
target_include_directories(http_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
