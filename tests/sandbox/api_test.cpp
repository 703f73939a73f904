#include <chrono>
#include <string>

#include "sandbox/api_fixture.hpp"
#include "scale_fleet/fleet/fleet_json.hpp"
#include "scale_fleet/sandbox/sandbox_api.hpp"
#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

TEST_CASE("A path that isn't clean is moved, and one that isn't known is not found") {
  struct Row {
    const char* method;
    const char* target;
    int status;
    const char* location;
  };

  for (const auto& row :
       {Row{"GET", "//fleet/v1/units?a=b", 301, "/fleet/v1/units?a=b"},
        Row{"PUT", "/fleet/v1//units", 301, "/fleet/v1/units"},
        Row{"GET", "/fleet/v1/units/..", 301, "/fleet/v1"},
        Row{"GET", "/fleet/v1/units/x%2F..%2Fy", 301, "/fleet/v1/units/y"},
        Row{"GET", "/fleet/v1//units/a%20b%3Fc", 301, "/fleet/v1/units/a%20b%3Fc"},
        Row{"GET", "/fleet/v1/units//", 301, "/fleet/v1/units/"},
        Row{"GET", "/fleet/v1/", 404, ""},
        Row{"GET", "/fleet/v1/units/", 404, ""},
        Row{"GET", "/fleet/v1/units%2F", 404, ""},
        Row{"GET", "/fleet/v1/state/a/b", 404, ""},
        Row{"GET", "/fleet/v1/machines/x", 404, ""},
        Row{"GET", "/fleet", 404, ""},
        Row{"GET", "/fleet/v1x", 404, ""},
        Row{"GET", "/v1-alpha/units", 200, ""},
        Row{"GET", "/v1-alpha", 405, ""},
        Row{"GET", "/", 405, ""},
        Row{"GET", "/fleet/v1/units/%zz", 400, ""},
        Row{"GET", "fleet", 400, ""},
        Row{"GET", "/fleet/v1/discovery", 200, ""},
        Row{"PUT", "/fleet/v1/discovery", 400, ""},
        Row{"PATCH", "/fleet/v1/machines", 400, ""},
        Row{"PUT", "/fleet/v1/machines", 405, ""},
        Row{"HEAD", "/fleet/v1/machines", 405, ""},
        Row{"HEAD", "/fleet/v1/units/%zz", 400, ""}}) {
    INFO(row.method << " " << row.target);
    Sandbox sandbox;
    const auto reply =
        sandbox.send({.method = row.method, .target = row.target, .headers = {}, .body = {}});
    CHECK(reply.response.status == row.status);
    CHECK(reply.response.header("Location") == row.location);
    if (std::string(row.method) == "HEAD") CHECK(reply.response.body.empty());
  }
}

TEST_CASE("A moved path is shown to people as a link") {
  Sandbox sandbox;
  const auto reply = sandbox.get("//fleet?<&>\"'");
  CHECK(reply.response.body ==
        "<a href=\"/fleet?&lt;&amp;&gt;&#34;&#39;\">Moved Permanently</a>.\n\n");
}

TEST_CASE("A page token that Fleet didn't write is refused as Fleet refuses it") {
  struct Row {
    const char* query;
    const char* message;
  };

  for (const auto& row : {Row{"nextPageToken=ZAACAA", "illegal base64 data at input byte 4"},
                          Row{"nextPageToken=ZA=A", "illegal base64 data at input byte 2"},
                          Row{"nextPageToken=Z", "illegal base64 data at input byte 0"},
                          Row{"nextPageToken=ZAA%2BAA==", "illegal base64 data at input byte 3"},
                          Row{"nextPageToken=ZAACAA=", "illegal base64 data at input byte 7"},
                          Row{"nextPageToken=ZAACAA===", "illegal base64 data at input byte 8"},
                          Row{"a=%zz&nextPageToken=***", "illegal base64 data at input byte 0"},
                          Row{"nextPageToken=ZAAC", "unexpected EOF"},
                          Row{"nextPageToken", "EOF"},
                          Row{"nextPageToken=ZAACAA%3D%3D", "(no error)"},
                          Row{"nextPageToken=ZAACAAA=", "(no error)"},
                          Row{"nextPageToken=ZAACAAAB", "(no error)"},
                          Row{"nextPageToken=ZAAC%0AAA==", "(no error)"},
                          Row{"nextPageToken=%ZZ", "(no error)"},
                          Row{"nextpagetoken=x", "(no error)"},
                          Row{"a=1;nextPageToken=***", "(no error)"}}) {
    for (const auto* list : {"/units?", "/state?", "/machines?"}) {
      INFO(list << row.query);
      Sandbox sandbox;
      CHECK(message_of(sandbox.get(prefix + list + row.query)) == row.message);
    }
  }
}

TEST_CASE("Every list is cut into pages, with an empty one after exactly full ones") {
  SandboxSettings settings;
  settings.page_size = 2;
  settings.machines = sandbox_machines(5);
  Sandbox sandbox(settings);
  for (int i = 1; i <= 4; ++i) {
    sandbox.cluster.put_unit("a@" + std::to_string(i) + ".service", first_text, JobState::launched);
  }
  sandbox.now += 10s;
  const auto sizes = [&](const std::string& list, const auto& read) {
    std::string seen;
    std::string query;
    while (true) {
      const auto page = read(sandbox.get(prefix + list + query).response.body);
      REQUIRE(page);
      seen += std::to_string(page->items.size()) + " ";
      if (!page->next_token) return seen;
      query = "?nextPageToken=" + *page->next_token;
    }
  };
  CHECK(sizes("/units", read_unit_page) == "2 2 0 ");
  CHECK(sizes("/state", read_state_page) == "2 2 0 ");
  CHECK(sizes("/machines", read_machine_page) == "2 2 1 ");
}

TEST_CASE("States are picked by unit and by machine") {
  SandboxSettings settings;
  settings.machines = sandbox_machines(2);
  Sandbox sandbox(settings);
  for (const auto* name : {"a@1.service", "a@2.service", "a@3.service"})
    sandbox.cluster.put_unit(name, first_text, JobState::launched);
  sandbox.now += 10s;

  struct Row {
    std::string query;
    std::size_t rows;
  };

  const auto first = sandbox_machines(1).at(0).id;
  for (const auto& row : {Row{"", 3},
                          Row{"?unitName=a@2.service", 1},
                          Row{"?unitName=a%402.service", 1},
                          Row{"?unitName=a@2", 0},
                          Row{"?machineID=" + first, 2},
                          Row{"?machineID=zz", 0},
                          Row{"?unitName=a@2.service&machineID=" + first, 0},
                          Row{"?unitName=&machineID=", 3}}) {
    INFO(row.query);
    const auto page = read_state_page(sandbox.get(prefix + "/state" + row.query).response.body);
    REQUIRE(page);
    CHECK(page->items.size() == row.rows);
  }
}

TEST_CASE("A global unit has a state in the list, and none when asked for alone") {
  Sandbox sandbox;
  sandbox.put("g.service", body_of({{"X-Fleet", "Global", "true"}}, "launched"));
  const auto alone = read_unit(sandbox.get(prefix + "/units/g.service").response.body);
  CHECK_FALSE(alone->current_state);
  const auto list = read_unit_page(sandbox.get(prefix + "/units").response.body);
  CHECK(list->items.at(0).current_state == JobState::inactive);
}

TEST_CASE("Without etcd every request is refused and nothing is done") {
  Sandbox sandbox;
  sandbox.api.set_etcd_available(false);
  const auto reply = sandbox.put("a@1.service", body_of(first_text));
  CHECK(reply.response.status == 503);
  CHECK(message_of(reply) == "fleet server unable to communicate with etcd");
  CHECK(reply.response.header("Server").empty());
  CHECK(sandbox.cluster.condition("a@1.service") == RecordCondition::missing);
  sandbox.api.set_etcd_available(true);
  CHECK(sandbox.get("/nope").response.header("Server") == "fleetd/v1.0.0");
}
