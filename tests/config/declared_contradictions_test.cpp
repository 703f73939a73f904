#include "config/complaints.hpp"

using namespace scale_fleet;

TEST_CASE("Bounds that contradict each other are told") {
  const std::string day = "cron: '0 8 * * *', for: 1h";
  check_service({
      {"{}", ": it isn't said how many there shall be: write count, or min and max"},
      {"{count: 3, max: 4}", ".count: this and min or max exclude each other"},
      {"{min: 4, max: 3}", ": min 4 is above max 3"},
      {"{max: 3, schedule: [{" + day + ", min: 4}]}",
       ".schedule: in '0 8 * * *' min 4 is above max 3"},
      {"{min: 2, schedule: [{" + day + ", max: 1}]}",
       ".schedule: in '0 8 * * *' min 2 is above max 1"},
      {"{max: 3, schedule: [{" + day + "}]}", ".schedule[0]: one of min, max, count is missing"},
      {"{max: 3, schedule: [{" + day + ", min: 1, count: 2}]}",
       ".schedule[0].count: this and min or max exclude each other"},
      {"{max: 3, schedule: [{for: 1h, min: 1}]}", ".schedule[0]: 'cron' is missing"},
      {"{max: 3, schedule: [{cron: '0 8 * * *', min: 1}]}", ".schedule[0]: 'for' is missing"},
      {"{unit: db.service, count: 2}",
       ": db.service is a single unit: there is one of it, or none"},
      {"{unit: db.service, count: 1, attached: [a]}",
       ".attached: a single unit has no instances, and nothing comes, goes or moves with them"},
      {"{unit: db@.service, count: 1}",
       ".unit: 'db@.service' is not a plain unit: an '@' is in the names of templates and "
       "instances "
       "only"},
  });
  CHECK(service_complaint("{max: 3, schedule: [{cron: daily, for: 1h, min: 1}]}")
            .starts_with("services.web.schedule[0].cron: "));
}

TEST_CASE("Services that are in each other's way are told") {
  check_told({
      {"services: {web: {count: 1}, web@.service: {count: 1}}",
       "1:43: services.web@.service: web is declared twice; first as services.web"},
      {"services: {web: {count: 1, attached: [log]}, log: {count: 1}}",
       "1:39: services.web.attached[0]: log is declared twice; first as services.log"},
      {"services: {a b: {count: 1}}",
       "1:17: services.a b: 'a b' is not a service name: ' ' is not allowed; letters, digits and : "
       "- _ . \\ are"},
      {"services: {a: {count: 1, after: [b]}, c: {count: 1}}",
       "1:34: services.a.after[0]: no service 'b' is declared here; did you mean 'a'?"},
      {"services: {a: {count: 1, after: [a]}}",
       "1:34: services.a.after[0]: services come up after each other in a circle: a -> a"},
      {"services:\n  a: {count: 1, after: [b]}\n  b: {count: 1, after: [c, d]}\n"
       "  c: {count: 1, after: [a]}\n  d: {count: 1}\n",
       "4:25: services.c.after[0]: services come up after each other in a circle: a -> b -> c -> "
       "a"},
  });
}

TEST_CASE("Ranges of numbers are compared with their steps") {
  const auto two = [](std::string_view first, std::string_view second) {
    return complaints("services:\n  a: {" + std::string(first) + "}\n  b: {" + std::string(second) +
                      "}\n");
  };
  CHECK(two("max: 3, instances: {first: 8080, step: 2}", "max: 2, instances: {first: 8086}") == "");
  CHECK(two("max: 3, instances: {first: 8080, step: 2}", "max: 2, instances: {first: 8085}") ==
        "3:26: services.b.instances: its numbers, 8085 to 8086, overlap those of services.a, 8080 "
        "to 8085");
  CHECK(two("max: 9, instances: {first: 20}", "max: 99, instances: {first: 10}") ==
        "3:27: services.b.instances: its numbers, 10 to 108, overlap those of services.a, 20 to "
        "28");
  CHECK(two("min: 3, instances: {first: 8080}", "max: 2, instances: {first: 9000}") ==
        "3:26: services.b.instances: its numbers, 9000 to 9001, overlap those of services.a, 8080 "
        "and up, for it has no max");
  const std::string window = "schedule: [{cron: '0 8 * * *', for: 1h, max: 9}]";
  CHECK(two("max: 3, instances: {first: 10}, " + window, "max: 2, instances: {first: 18}") ==
        "3:26: services.b.instances: its numbers, 18 to 19, overlap those of services.a, 10 to 18");
  CHECK(two("max: 3", "max: 3, instances: {step: 2}") == "");
  CHECK(two("count: 2, instances: {first: 999999999}", "count: 1") ==
        "2:28: services.a.instances: its instances' numbers would reach 1000000000; 999999999 is "
        "the greatest that is counted");
}
