#include "scale_fleet/api/api_reply.hpp"

#include <nlohmann/json.hpp>

namespace scale_fleet {

HttpReply api_reply(int status, std::string_view message) {
  constexpr int first_refusal = 400;
  const nlohmann::ordered_json document{{"status", status < first_refusal ? "OK" : "NOK"},
                                        {"message", message}};
  using Handling = nlohmann::ordered_json::error_handler_t;
  return {.response = {.status = status,
                       .headers = {{"Content-Type", "application/json"}},
                       .body = document.dump(-1, ' ', false, Handling::replace) + "\n"}};
}

}  // namespace scale_fleet
