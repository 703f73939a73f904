#include <random>

#include "config/complaints.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

TEST_CASE("Keys that a declared file doesn't know are told with the nearest one") {
  check_told({
      {"servces: {}",
       "1:1: servces: there is no such key here; did you mean 'services'?\n"
       "1:1: 'services' is missing"},
      {"services: {web: {cuont: 3, min: 1}}",
       "1:18: services.web.cuont: there is no such key here; did you mean 'count'?"},
      {"services: {}\nfleet: {x: 1}",
       "2:9: fleet.x: there is no such key here; those are endpoint"},
      {"services: {web: {count: 1, instances: {frst: 1}}}",
       "1:40: services.web.instances.frst: there is no such key here; did you mean 'first'?"},
      {"services: {[a]: {count: 1}}", "1:12: services: a key is a word"},
  });
  check_service({{with_rule("above: 1, cooldwn: 3s"),
                  ".scale_up[0].cooldwn: there is no such key here; did you mean 'cooldown'?"}});
}

TEST_CASE("Another shape than a declared file's is told") {
  check_told({
      {"", " this has to be a mapping: {services: …}"},
      {"services", "1:1: this has to be a mapping: {services: …}"},
      {"[services]", "1:1: this has to be a mapping: {services: …}"},
      {"{}", "1:1: 'services' is missing"},
      {"services: [web]", "1:11: services: this has to be a mapping: {name: …}"},
      {"services:", "1:1: services: this has to be a mapping: {name: …}"},
      {"services: {web: 3}", "1:17: services.web: this has to be a mapping: {count: …}"},
      {"services: {web: }", "1:17: services.web: this has to be a mapping: {count: …}"},
      {"services: {}\netcd: []", "2:7: etcd: this has to be a mapping: {endpoints: …}"},
      {"services: {}\netcd: {endpoints: 'http://e'}",
       "2:19: etcd.endpoints: this has to be a list: [one, another]"},
  });
  check_service({
      {"{max: 1, scale_up: {above: 1}}", ".scale_up: this has to be a list: [one, another]"},
      {"{count: 1, after: db}", ".after: this has to be a list: [one, another]"},
      {"{count: 1, limits: 3}", ".limits: this has to be a mapping: {up: …}"},
  });
}

TEST_CASE("A value of another type than its key takes is told") {
  check_told({
      {"services: {}\ninterval: 10", "2:11: interval: 10 needs a unit: 10s, for example"},
      {"services: {}\ninterval: 0", "2:11: interval: this has to be longer than 0"},
      {"metrics_file: m\ninterval: 2m\n"
       "services: {a: {count: 1, scale_down: [{metric: {file: x}, below: 1}]}}",
       "3:38: services.a.scale_down: scale_down[0]: its staleness, 1m, has to be longer than the "
       "interval, 2m: else every value is stale before the next one comes"},
      {"services: {}\ninterval: 999ms", "2:11: interval: this has to be at least 1s"},
      {"services: {}\nmetrics_file: 10",
       "2:15: metrics_file: this has to be a text, not '10'; put it between quotes if it is one"},
      {"services: {}\nmetrics_file: [a]", "2:15: metrics_file: this has to be a text, not a list"},
      {"services: {}\nmetrics_file: ''", "2:15: metrics_file: this is empty"},
      {"services: {}\netcd: {consume: yes}",
       "2:17: etcd.consume: this has to be true or false, not 'yes'"},
      {"services: {}\netcd: {metrics: metrics}",
       "2:17: etcd.metrics: this has to be a folder of etcd, /metrics, not 'metrics'"},
      {"services: {}\nlisten: 49160",
       "2:9: listen: this has to be ADDRESS:PORT, unix:///PATH or none, not '49160'"},
      {"services: {}\nlisten: 127.0.0.1:65536",
       "2:9: listen: this has to be ADDRESS:PORT, unix:///PATH or none, not '127.0.0.1:65536'"},
      {"services: {}\nevents: {max_size: 10000000}",
       "2:20: events.max_size: this has to be a size (500kB, 10MB, 1GB), not '10000000'"},
      {"services: {}\nevents: {keep: -1}",
       "2:16: events.keep: this has to be a whole number from 0 to 1000, not '-1'"},
      {"services: {}\nprometheus: {}", "2:13: prometheus: 'url' is missing"},
  });
  check_service({
      {"{count: three}", ".count: this has to be a whole number from 0 to 65535, not 'three'"},
      {"{count: '3'}", ".count: this has to be a whole number from 0 to 65535, not '3'"},
      {"{count: 010}", ".count: this has to be a whole number from 0 to 65535, not '010'"},
      {"{count: 0x10}", ".count: this has to be a whole number from 0 to 65535, not '0x10'"},
      {"{count: 3.0}", ".count: this has to be a whole number from 0 to 65535, not '3.0'"},
      {"{count: 65536}", ".count: this has to be a whole number from 0 to 65535, not '65536'"},
      {"{count: [3]}", ".count: this has to be a whole number from 0 to 65535, not a list"},
      {"{count: }", ".count: this has to be a whole number from 0 to 65535, not nothing"},
      {"{count: 1, timeout: soon}",
       ".timeout: this has to be a duration (30s, 1h30m, 250ms, at most 10000d), not 'soon'"},
      {"{count: 1, timeout: 1m1h}",
       ".timeout: this has to be a duration (30s, 1h30m, 250ms, at most 10000d), not '1m1h'"},
      {"{count: 1, victims: newst}",
       ".victims: this has to be one of idle_first, lowest_metric, newest, oldest, highest, not "
       "'newst'; did you mean 'newest'?"},
      {"{count: 1, on_template_change: restart}",
       ".on_template_change: this has to be one of keep, replace, not 'restart'"},
      {"{count: 1, instances: {step: 0}}",
       ".instances.step: this has to be a whole number from 1 to 999999999, not '0'"},
      {"{count: 1, after: [yes]}",
       ".after[0]: this has to be a text, not 'yes'; put it between quotes if it is one"},
      {"{count: 1, attached: [{template_file: x}]}", ".attached[0]: 'service' is missing"},
      {"{count: 1, attached: [a/b]}",
       ".attached[0]: 'a/b' is not a service name: '/' is not allowed; letters, digits and : - _ . "
       "\\ are"},
  });
}

TEST_CASE("What YAML allows and a declared file doesn't is told") {
  check_told({
      {"services: {}\nservices: {}", "2:1: services: this key stands here again; first at line 1"},
      {"services: {a: {count: 1, count: 2}}",
       "1:26: services.a.count: this key stands here again; first at line 1"},
      {"services:\n  a: {<<: {min: 1}, max: 2}",
       "2:7: services.a.<<: merge keys aren't understood; write the keys out"},
      {"services: &x {a: *x}", "1:18: an alias inside of what it stands for"},
      {"services: {}\n---\nservices: {}", "2:1: a second document begins; a file has one"},
      {"services: {}\nmetrics_file: \"a\x9f\"", "2:15: this isn't UTF-8"},
      {", services: {}", "1:1: this isn't YAML: a comma without a list"},
  });
  CHECK(complaints("services: " + std::string(100, '[') + std::string(100, ']')) ==
        "1:110: too deeply nested");
  CHECK(complaints("services: {a: [}").starts_with("1:16: this isn't YAML: "));
  std::string laughs = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k)
      laughs += (k > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    laughs += "]\n";
  }
  CHECK(complaints(laughs).ends_with("too much: a file has at most 300,000 values"));
}

TEST_CASE("All mistakes of a declared file are told at once, by line") {
  CHECK(complaints("interval: 10\n"
                   "state: etcd\n"
                   "services:\n"
                   "  web: {count: 3, instances: {first: 80}}\n"
                   "  db: {min: 3, max: 2, after: [web, wbe]}\n"
                   "  worker:\n"
                   "    max: 9\n"
                   "    instances: {first: 82}\n"
                   "    after: [worker]\n"
                   "    scale_up:\n"
                   "      - {metric: {etcd: cpu, type: t}, above: high, for: 30}\n"
                   "    schedule: [{cron: daily, for: 1h, min: 1}]\n"
                   "    cuont: 3\n"
                   "listn: none\n") ==
        "1:11: interval: 10 needs a unit: 10s, for example\n"
        "2:8: state: the file doesn't say where etcd is: etcd: {endpoints: […]}\n"
        "5:7: services.db: min 3 is above max 2\n"
        "5:37: services.db.after[1]: no service 'wbe' is declared here; did you mean 'web'?\n"
        "8:16: services.worker.instances: its numbers, 82 to 90, overlap those of services.web, 80 "
        "to 82\n"
        "9:13: services.worker.after[0]: services come up after each other in a circle: worker -> "
        "worker\n"
        "11:25: services.worker.scale_up[0].metric.etcd: the file doesn't say where that is: etcd: "
        "{endpoints: […]}\n"
        "11:47: services.worker.scale_up[0].above: this has to be a number, not 'high'\n"
        "11:58: services.worker.scale_up[0].for: 30 needs a unit: 30s, for example\n"
        "12:23: services.worker.schedule[0].cron: 'daily' is no schedule: it has 1 field, not "
        "five: minute hour day-of-month month day-of-week\n"
        "13:5: services.worker.cuont: there is no such key here; did you mean 'count'?\n"
        "14:1: listn: there is no such key here; did you mean 'listen'?");
}

TEST_CASE("A password in a URL is in no complaint") {
  for (const std::string text : {
           "services: {}\nfleet: {endpoint: 'bob:s3cret@host'}",
           "services: {}\nfleet: {endpoint: [http://bob:s3cret@host]}",
           "services: {}\netcd: {endpoints: ['ftp://bob:s3cret@host']}",
           "services: {}\nprometheus: {url: 'http://bob:s3cret@ho st'}",
           "services: {}\ninterval: http://bob:s3cret@host",
           "services: {}\nhttp://bob:s3cret@host: 1",
           "services: {}\nprometheus: {url: 'http://bob:s3cret@host', url: x}",
       }) {
    INFO(text);
    const auto said = complaints(text);
    CHECK_FALSE(said.empty());
    CHECK(said.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("What moves a cursor is made visible in complaints") {
  for (const std::string text : {
           "services: {\"a\\x1b\": {count: 1}}",
           "services: {a: {count: 1, after: [\"\\x9b\"]}}",
           "services: {a: {max: 1, after: [b, a]}, \"a@.service\": {count: 1, \"\\u202e\": 1}}",
           "Dynamite: {Service: {\"a\\x1b\": {name_of_unit_file: a@.service}}}",
           "Dynamite: {Service: {\"a\\x1b\": {name_of_unit_file: a.service}}}",
           "Dynamite: {Service: {\"a\\x1b\": {name_of_unit_file: \"\\x1b@.service\"}}}",
       }) {
    INFO(text);
    const auto said = complaints(text);
    CHECK_FALSE(said.empty());
    CHECK(said.find_first_of("\x1b\xc2\xe2") == std::string::npos);
  }
}

TEST_CASE("Any bytes give a declared file or complaints, and never an exception") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  RandomSource random(seed);
  const std::vector<std::string> parts{
      "services: ", "web: ",     "{",  "}",     "[",         "]",          "\n",       "  ",
      "- ",         "count: 3",  ", ", "&a ",   "*a",        "scale_up: ", "metric: ", "above: 1",
      "Dynamite: ", "Service: ", "'",  "\"",    "|",         "\xff",       "etcd: ",   "x",
      ": ",         "? ",        "#",  "---\n", "schedule: "};
  for (int turn = 0; turn < 3000; ++turn) {
    std::string text;
    for (auto length = random.below(30); length > 0; --length)
      text += random.pick(parts);
    CAPTURE(text);
    const auto file = parse_declared_file(text, "f.yaml");
    if (!file) CHECK(file.error().message.starts_with("f.yaml"));
  }
}
