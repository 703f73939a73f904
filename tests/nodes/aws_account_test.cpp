#include "nodes/aws_account.hpp"

#include <fmt/format.h>

#include "nodes/aws_test_world.hpp"
#include "support/holds.hpp"

using namespace scale_fleet;

namespace {

std::string role_reply(const std::string& id, const std::string& expires) {
  return fmt::format(R"({{"Code": "Success", "AccessKeyId": "{}", "SecretAccessKey": "s",
                         "Token": "t", "Expiration": "{}"}})",
                     id,
                     expires);
}

/// A machine whose role is `scaler`, and a container's server beside it.
HttpResult cloud_reply(const HttpRequest& request, const std::string& expires) {
  const auto path = request.target;
  const auto ok = [](std::string body) { return HttpResponse{.body = std::move(body)}; };
  if (path == "/latest/api/token") return ok("token");
  if (path == "/latest/meta-data/iam/security-credentials/") return ok("scaler");
  if (path == "/latest/meta-data/placement/region") return ok("ap-south-1\n");
  if (path == "/v2/credentials") return ok(role_reply("FROM-CONTAINER", expires));
  return ok(role_reply("FROM-ROLE", expires));
}

struct AccountWorld {
  AccountWorld()
      : aws([this](const HttpRequest& request) -> std::optional<HttpResult> {
          if (is_silent) return std::nullopt;
          return cloud_reply(request, expires);
        }) {}

  AwsAccount account(std::optional<std::string> region = {}) {
    return AwsAccount(world, line, std::move(region));
  }

  std::string expires = "2026-11-22T08:00:00Z";
  bool is_silent = false;
  ScriptedAws aws;
  AwsWorld world = aws.world();
  RequestLine line{aws.client, aws.clock, aws.stop};
};

const std::string in_profile =
    "[default]\naws_access_key_id = FROM-FILE\naws_secret_access_key = s\n"
    "[work]\naws_access_key_id = FROM-WORK\naws_secret_access_key = s\n";

}  // namespace

TEST_CASE("Credentials are found in the order that AWS's programs have") {
  struct Row {
    std::string what;
    std::map<std::string, std::string, std::less<>> variables;
    std::map<std::string, std::string> files;
    std::string found;  ///< The key's id, or what the error holds.
  };

  const std::pair<const std::string, std::string> home{"HOME", "/home/me"};
  const std::string file = "/home/me/.aws/credentials";
  const std::string config = "/home/me/.aws/config";
  const std::map<std::string, std::string, std::less<>> keys{
      home, {"AWS_ACCESS_KEY_ID", "FROM-ENV"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
  const auto with = [](auto variables, std::string name, std::string value) {
    variables[std::move(name)] = std::move(value);
    return variables;
  };
  const std::map<std::string, std::string, std::less<>> none{home};
  const auto container =
      with(none, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/v2/credentials");
  for (const auto& row : {
           Row{"environment", keys, {{file, in_profile}}, "FROM-ENV"},
           Row{"a key alone",
               with(none, "AWS_ACCESS_KEY_ID", "FROM-ENV"),
               {{file, in_profile}},
               "AWS_ACCESS_KEY_ID is there without AWS_SECRET_ACCESS_KEY"},
           Row{"an empty one counts as unset",
               with(none, "AWS_ACCESS_KEY_ID", ""),
               {{file, in_profile}},
               "FROM-FILE"},
           Row{"a line feed",
               with(keys, "AWS_SESSION_TOKEN", "a\r\nX-Evil: 1"),
               {},
               "the session token is empty, or holds a blank or a control character"},
           Row{"a file of variables",
               with(none, "AWS_ENV_FILE", "/run/secrets/aws"),
               {{"/run/secrets/aws",
                 "export AWS_ACCESS_KEY_ID=FROM-ENV-FILE\nexport AWS_SECRET_ACCESS_KEY='s'\n"},
                {file, in_profile}},
               "FROM-ENV-FILE"},
           Row{"shared file", none, {{file, in_profile}}, "FROM-FILE"},
           Row{"a profile", with(none, "AWS_PROFILE", "work"), {{file, in_profile}}, "FROM-WORK"},
           Row{"a profile of the config file",
               with(none, "AWS_PROFILE", "work"),
               {{config,
                 "[profile work]\naws_access_key_id=FROM-CONFIG\naws_secret_access_key=s\n"}},
               "FROM-CONFIG"},
           Row{"a profile that isn't there",
               with(none, "AWS_PROFILE", "wrok"),
               {{file, in_profile}},
               "cannot use AWS's profile wrok"},
           Row{"another file",
               with(none, "AWS_SHARED_CREDENTIALS_FILE", "/etc/aws"),
               {{"/etc/aws", in_profile}},
               "FROM-FILE"},
           Row{"container", container, {}, "FROM-CONTAINER"},
           Row{"container, relative",
               with(none, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials"),
               {},
               "FROM-CONTAINER"},
           Row{"container that anybody could read on the way",
               with(none,
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    "http://198.51.100.7/v2/credentials"),
               {},
               "it is neither https nor of this machine"},
           Row{"the machine's role", none, {}, "FROM-ROLE"},
           Row{"nowhere",
               with(none, "AWS_EC2_METADATA_DISABLED", "true"),
               {},
               "there are no credentials for AWS"},
       }) {
    CAPTURE(row.what);
    AccountWorld world;
    world.aws.surroundings.variables = row.variables;
    world.aws.surroundings.files = row.files;
    auto account = world.account();
    const auto found = account.credentials();
    CHECK(holds(found ? found->access_key_id : found.error().message, row.found));
    if (!found) CHECK_FALSE(holds(found.error().message, "X-Evil"));
  }
}

TEST_CASE("The machine's metadata is asked with a token, and nobody is shown the answer") {
  AccountWorld world;
  auto account = world.account();
  REQUIRE(account.credentials());
  const auto& requests = world.aws.client.requests;
  REQUIRE(requests.size() == 4);
  CHECK(requests[0].method == "PUT");
  for (const auto& request : requests) {
    CHECK(request.server->display() == "http://169.254.169.254");
    CHECK(request.reply_is_secret);
    CHECK_FALSE(request.signature);
  }
  CHECK(requests[1].headers == std::vector<Header>{{"x-aws-ec2-metadata-token", "token"}});
}

TEST_CASE(
    "Credentials that end are renewed ten minutes before, and kept while nobody has new ones") {
  AccountWorld world;
  world.expires = "2026-11-22T03:00:00Z";
  auto account = world.account();
  REQUIRE(account.credentials());
  const auto asked = [&] { return world.aws.client.requests.size(); };
  world.aws.surroundings.now = *parse_wall_time("2026-11-22T02:49:59Z");
  REQUIRE(account.credentials());
  CHECK(asked() == 4);
  world.aws.surroundings.now = *parse_wall_time("2026-11-22T02:50:00Z");
  REQUIRE(account.credentials());
  CHECK(asked() == 8);
  world.is_silent = true;
  CHECK(account.credentials());
  world.aws.surroundings.now = *parse_wall_time("2026-11-22T03:00:00Z");
  const auto ended = account.credentials();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == ErrorKind::unavailable);
}

TEST_CASE("Where nobody answers as the machine's metadata, that is known after a second") {
  AccountWorld world;
  world.is_silent = true;
  const auto before = world.aws.clock.now();
  auto account = world.account();
  const auto found = account.credentials();
  REQUIRE_FALSE(found);
  CHECK(world.aws.clock.now() - before == std::chrono::seconds(1));
  CHECK(holds(found.error().message, "this machine's metadata"));
}

TEST_CASE("The region is the group's own, the environment's, the profile's or the machine's") {
  struct Row {
    std::optional<std::string> own;
    std::map<std::string, std::string, std::less<>> variables;
    std::string region;  ///< Or what the error holds.
  };

  const std::pair<const std::string, std::string> home{"HOME", "/h"};
  for (const auto& row :
       {Row{"us-east-2", {{"AWS_REGION", "x"}}, "us-east-2"},
        Row{{}, {{"AWS_REGION", "eu-north-1"}, {"AWS_DEFAULT_REGION", "x"}}, "eu-north-1"},
        Row{{}, {{"AWS_DEFAULT_REGION", "eu-south-1"}, home}, "eu-south-1"},
        Row{{}, {{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "eu-south-1"}}, "eu-south-1"},
        Row{{}, {home}, "sa-east-1"},
        Row{{}, {home, {"AWS_PROFILE", "work"}}, "ca-west-1"},
        Row{{}, {}, "ap-south-1"},
        Row{{}, {{"AWS_EC2_METADATA_DISABLED", "true"}}, "the AWS region is not known"},
        Row{"evil.example/", {}, "'evil.example/' is no AWS region"},
        Row{{}, {{"AWS_REGION", "eu\r\nHost: x"}}, "is no AWS region"}}) {
    CAPTURE(row.region);
    AccountWorld world;
    world.aws.surroundings.variables = row.variables;
    world.aws.surroundings.files = {
        {"/h/.aws/config", "[default]\nregion = sa-east-1\n[profile work]\nregion=ca-west-1\n"}};
    auto account = world.account(row.own);
    const auto found = account.region();
    CHECK(holds(found ? *found : found.error().message, row.region));
  }
}

TEST_CASE("A service is asked at AWS's own address, or where the environment says") {
  struct Row {
    std::map<std::string, std::string, std::less<>> variables;
    std::string region;
    std::string autoscaling;
    std::string ec2;
  };

  const std::string general = "http://127.0.0.1:1";
  const std::string special = "http://127.0.0.1:2";
  for (const auto& row : {
           Row{{},
               "eu-west-1",
               "https://autoscaling.eu-west-1.amazonaws.com",
               "https://ec2.eu-west-1.amazonaws.com"},
           Row{{},
               "cn-north-1",
               "https://autoscaling.cn-north-1.amazonaws.com.cn",
               "https://ec2.cn-north-1.amazonaws.com.cn"},
           Row{{{"AWS_ENDPOINT_URL", general}}, "eu-west-1", general, general},
           Row{{{"AWS_ENDPOINT_URL", general}, {"AWS_ENDPOINT_URL_AUTO_SCALING", special}},
               "eu-west-1",
               special,
               general},
           Row{{{"AWS_ENDPOINT_URL_EC2", special}},
               "eu-west-1",
               "https://autoscaling.eu-west-1.amazonaws.com",
               special},
           Row{{{"AWS_ENDPOINT_URL", general}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
               "eu-west-1",
               "https://autoscaling.eu-west-1.amazonaws.com",
               "https://ec2.eu-west-1.amazonaws.com"},
           Row{{{"AWS_ENDPOINT_URL", "http://127.0.0.1:1/path"}},
               "eu-west-1",
               "AWS_ENDPOINT_URL: it may not have a path",
               "AWS_ENDPOINT_URL: it may not have a path"},
           Row{{{"AWS_ENDPOINT_URL", "nonsense"}},
               "eu-west-1",
               "AWS_ENDPOINT_URL: ",
               "AWS_ENDPOINT_URL: "},
       }) {
    AccountWorld world;
    world.aws.surroundings.variables = row.variables;
    const auto account = world.account();
    for (const auto& [service, wanted] :
         {std::pair("autoscaling", row.autoscaling), {"ec2", row.ec2}}) {
      const auto found = account.endpoint(service, row.region);
      CHECK(holds(found ? found->display() : found.error().message, wanted));
    }
  }
}
