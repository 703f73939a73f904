#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scale_fleet/api/api.hpp"
#include "scale_fleet/api/scale_words.hpp"
#include "scale_fleet/http/request_target.hpp"

namespace scale_fleet {

/// A service that the file declares and lets be scaled from outside, by its name, however it is
/// written. Refusals: 404, 403.
Accepted<const KeptServiceStatus*> find_allowed(const std::vector<KeptServiceStatus>& all,
                                                const std::string& name);

/// What each path of the API does; who asks has been let in.
class ApiRequests {
 public:
  explicit ApiRequests(ApiParts parts) : parts_(std::move(parts)) {}

  const ApiParts& parts() const { return parts_; }

  void ping(const HttpRequest& request, const RequestTarget& target, HttpReplier reply);
  void scale_service(const HttpRequest& request, const RequestTarget& target, HttpReplier reply);
  void scale_nodes(const HttpRequest& request, const RequestTarget& target, HttpReplier reply);
  void reschedule_service(const HttpRequest& request,
                          const RequestTarget& target,
                          HttpReplier reply);
  void reschedule_services(const HttpRequest& request,
                           const RequestTarget& target,
                           HttpReplier reply);
  /// GET and PUT of /v1/services/NAME.
  void one_service(const HttpRequest& request, const RequestTarget& target, HttpReplier reply);

 private:
  using Status = std::shared_ptr<const DaemonStatus>;

  Accepted<KeptDemand> demand_of(const HttpRequest& request,
                                 const ScaleWords& words,
                                 std::string_view where) const;
  /// The last word of the loop. Refusal: 503, before its first.
  Accepted<Status> last_word() const;
  /// Whether a change can be accepted now. Refusals: 503, 409 of a dry run.
  Accepted<void> ready(const DaemonStatus& status) const;
  void hand_in(DemandDesk& desk,
               const KeptServiceStatus& kept,
               KeptDemand demand,
               const HttpReplier& reply);
  void refuse(const Refusal& refused, const HttpReplier& reply) const;
  void refuse_nodes(const Refusal& refused, const HttpReplier& reply) const;

  ApiParts parts_;
};

}  // namespace scale_fleet
