#include "scale_fleet/health/url_pattern.hpp"

#include "health/check_targets.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A URL is made for each instance") {
  struct Row {
    const char* pattern;
    CheckTarget target;
    const char* server;
    const char* path;
  };

  const auto strange = [](const char* unit, const char* prefix) {
    return CheckTarget{.unit = unit, .prefix = prefix, .number = 3, .machine_ip = "10.0.0.3"};
  };
  for (const auto& row : std::vector<Row>{
           {":%i/health", target(8080, "10.0.0.3"), "http://10.0.0.3:8080", "/health"},
           {":80%i/", target(1, "10.0.0.3"), "http://10.0.0.3:801", "/"},
           {":80", target(1, "10.0.0.3"), "http://10.0.0.3:80", "/"},
           {":80?full", target(1, "10.0.0.3"), "http://10.0.0.3:80", "/?full"},
           {":80/", target(1, "fd00::3"), "http://[fd00::3]:80", "/"},
           {":80/", target(1, "::ffff:10.0.0.3"), "http://[::ffff:10.0.0.3]:80", "/"},
           {":80/", target(1, "node-3.example"), "http://node-3.example:80", "/"},
           {"https://%h/x%%20y", target(1, "10.0.0.3"), "https://10.0.0.3", "/x%20y"},
           {"http://front/%p/%i?at=%h",
            target(3, "fd00::3"),
            "http://front",
            "/my_app/3?at=fd00%3A%3A3"},
           {"http://front/%n",
            strange("a\\x2d@3.service", "a"),
            "http://front",
            "/a%5Cx2d%403.service"},
           {"http://front/%p", strange("n", "../a?b#c"), "http://front", "/..%2Fa%3Fb%23c"},
           {"http://%p.example:9%i/", target(3), "http://my_app.example:93", "/"},
           {"http://u%%40:p@%h/", target(3, "10.0.0.3"), "http://10.0.0.3", "/"}}) {
    CAPTURE(row.pattern, row.target.machine_ip);
    const auto pattern = UrlPattern::parse(row.pattern);
    REQUIRE(pattern);
    const auto url = pattern->fill(row.target);
    REQUIRE(url);
    CHECK(url->server.display() == row.server);
    CHECK(url->target == row.path);
  }
}

TEST_CASE("Credentials and the query are for the instance and for nobody's eyes") {
  const auto url = UrlPattern::parse("http://me:s3cret@%h:80/a?token=t0p")->fill(target(1));
  REQUIRE(url);
  CHECK(url->server.user == "me");
  CHECK(url->server.password == "s3cret");
  CHECK(url->target == "/a?token=t0p");
  CHECK(url->display() == "http://127.0.0.1:80/a?…");
}

TEST_CASE("A pattern that can be no URL is a usage error before anything is asked") {
  struct Row {
    const char* pattern;
    const char* message;
  };

  for (const auto& row :
       std::vector<Row>{{"/health", "'/health' says no port: write :PORT/health, where %i is"},
                        {"", "begins with http://, https:// or"},
                        {"health", "begins with http://, https:// or"},
                        {"%h:%i/health", "begins with http://, https:// or"},
                        {"ftp://%h/", "begins with http://, https:// or"},
                        {"unix:///run/x.sock", "begins with http://, https:// or"},
                        {":x/health", "its port is not a number from 1 to 65535"},
                        {":0/", "its port is not a number from 1 to 65535"},
                        {":65536/", "its port is not a number from 1 to 65535"},
                        {"http:///health", "is not an endpoint"},
                        {"http://[%h]:80/", "is not an endpoint"},
                        {":80/a b", "holds no blank, no # and no character beyond ASCII"},
                        {":80/a\nb", "holds no blank"},
                        {":80/#x", "no #"},
                        {":80/ä", "beyond ASCII"},
                        {":80/%20", "'%2' is not known"},
                        {":%x/", "'%x' is not known"}}) {
    CAPTURE(row.pattern);
    const auto pattern = UrlPattern::parse(row.pattern);
    REQUIRE_FALSE(pattern);
    CHECK(pattern.error().kind == ErrorKind::usage);
    CAPTURE(pattern.error().message);
    CHECK(pattern.error().message.find(row.message) != std::string::npos);
  }
  const auto secret = UrlPattern::parse("http://me:s3cret@%h:0/");
  REQUIRE_FALSE(secret);
  CHECK(secret.error().message.find("s3cret") == std::string::npos);
}

TEST_CASE("What a server wrote can't lead a check to another place") {
  struct Row {
    const char* pattern;
    CheckTarget target;
    const char* message;
  };

  const CheckTarget with_port{.unit = "a:9@1.service", .prefix = "a:9", .number = 1};
  for (const auto& row : std::vector<Row>{
           {":80/", target(1, "evil.example/x?"), "'evil.example/x?' can't stand in a URL"},
           {":80/", target(1, "me@evil.example"), "'me@evil.example' can't stand in a URL"},
           {":80/", target(1, "evil.example:81"), "'evil.example:81' can't stand in a URL"},
           {":80/", target(1, "1.2.3.4; touch /x"), "can't stand in a URL"},
           {":80/", target(1, "fe80::1%eth0"), "can't stand in a URL"},
           {":80/", target(1, "a:b:c"), "is not an endpoint"},
           {":80/", target(1, "\x1b[31m"), "'\\x1b[31m' can't stand in a URL"},
           {":80/", target(1, ""), "Fleet doesn't know the address of its machine (%h)"},
           {"http://%p.example/", with_port, "'a:9' can't stand in a URL"},
           {":%i/", target(65536), "its port is not a number from 1 to 65535"}}) {
    CAPTURE(row.target.machine_ip);
    const auto url = UrlPattern::parse(row.pattern)->fill(row.target);
    REQUIRE_FALSE(url);
    CAPTURE(url.error().message);
    CHECK(url.error().message.find(row.message) != std::string::npos);
  }
}
