part_tests(api
  SOURCES
    api_test.cpp
    bearer_token_test.cpp
    foresee_test.cpp
    scale_words_test.cpp
  LINKS scale_fleet_api test_support nlohmann_json::nlohmann_json
)
