#include "scale_fleet/core/unit_name.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A service is named in four ways that mean the same") {
  for (const auto* argument : {"my_app", "my_app@", "my_app@.service", "my_app.service"}) {
    INFO(argument);
    const auto service = Service::parse(argument);
    REQUIRE(service);
    CHECK(service->display_name() == "my_app");
    CHECK(service->template_name() == "my_app@.service");
    CHECK(service->instance_name(3) == "my_app@3.service");
    CHECK(service->name_prefix() == "my_app@");
  }
}

TEST_CASE("Another type of template is named by its suffix and keeps it") {
  const auto service = Service::parse("backup@.timer");
  REQUIRE(service);
  CHECK(service->display_name() == "backup@.timer");
  CHECK(service->instance_name(1) == "backup@1.timer");
  CHECK(Service::parse("backup.timer") == service);
}

TEST_CASE("A service whose name ends like a unit's type is shown so that it stays itself") {
  for (const auto* argument : {"a.service.service", "a.timer.service", "a.mount@.service"}) {
    INFO(argument);
    const auto service = Service::parse(argument);
    REQUIRE(service);
    CHECK(service->display_name() == service->template_name());
    CHECK(Service::parse(service->display_name()) == service);
  }
}

TEST_CASE("A version in the name is part of the name") {
  const auto service = Service::parse("example:1.0.0");
  REQUIRE(service);
  CHECK(service->template_name() == "example:1.0.0@.service");
}

TEST_CASE("A name that Fleet can't list, count or store is a usage error") {
  for (const auto& argument : {std::string(""),
                               std::string("@"),
                               std::string("@.service"),
                               std::string("@x"),
                               std::string("my_app@1"),
                               std::string("a@b"),
                               std::string("a/b"),
                               std::string("a b"),
                               std::string("a\nb"),
                               std::string("h\xc3\xa9"),
                               std::string("_hidden"),
                               std::string("disk@.mount"),
                               std::string(300, 'x')}) {
    INFO(argument);
    const auto service = Service::parse(argument);
    REQUIRE_FALSE(service);
    CHECK(service.error().kind == ErrorKind::usage);
    CHECK_FALSE(service.error().message.empty());
  }
}

TEST_CASE("Only prefix, at, digits and suffix make an instance") {
  const auto service = *Service::parse("my_app");

  struct Row {
    const char* unit;
    std::optional<InstanceNumber> number;
  };

  for (const auto& row : {Row{"my_app@1.service", 1},
                          Row{"my_app@10.service", 10},
                          Row{"my_app@0.service", 0},
                          Row{"my_app@999999999.service", 999'999'999},
                          Row{"my_app@1000000000.service", {}},
                          Row{"my_app@.service", {}},
                          Row{"my_app@01.service", {}},
                          Row{"my_app@blue.service", {}},
                          Row{"my_app@-1.service", {}},
                          Row{"my_app@+1.service", {}},
                          Row{"my_app@1x.service", {}},
                          Row{"my_app@b@1.service", {}},
                          Row{"my_app@1.timer", {}},
                          Row{"my_app@1service", {}},
                          Row{"my_app_v2@1.service", {}},
                          Row{"other_my_app@1.service", {}},
                          Row{"myXapp@1.service", {}}}) {
    INFO(row.unit);
    CHECK(instance_number(service, row.unit) == row.number);
  }
}

TEST_CASE("A dot in a service's name is only a dot") {
  CHECK_FALSE(instance_number(*Service::parse("a.b"), "axb@1.service"));
}

TEST_CASE("A template has nothing between its at and its last dot") {
  CHECK(is_template_name("my_app@.service"));
  CHECK_FALSE(is_template_name("my_app@1.service"));
  CHECK_FALSE(is_template_name("my_app.service"));
  CHECK_FALSE(is_template_name("a@@.service"));
}

TEST_CASE("A unit's name is checked as Fleet checks it, in Fleet's words") {
  CHECK(check_unit_name("a@b@1.service"));
  CHECK(check_unit_name("a\\x2db@1.service"));

  struct Row {
    const char* name;
    const char* message;
  };

  for (const auto& row : {Row{"", "unit name cannot be empty"},
                          Row{"noext", "unit name must contain \".\""},
                          Row{"end.", "unit name cannot end in \".\""},
                          Row{"a.foo", "invalid unit type: \"foo\""},
                          Row{"a.\x1b[2J", "invalid unit type: \"\\x1b[2J\""},
                          Row{"x@1.device", "invalid unit type for template: \"device\""},
                          Row{"a b.service", "invalid character ' ' in unit name"},
                          Row{"\xc3\xa9@1.service", "invalid character '\xc3\xa9' in unit name"},
                          Row{"@1.service", "unit name cannot start in \"@\""}}) {
    INFO(row.name);
    const auto checked = check_unit_name(row.name);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().message == row.message);
  }
}

TEST_CASE("An instance knows its service") {
  CHECK(service_of("example:1.0.0@2.service") == *Service::parse("example:1.0.0"));
  CHECK_FALSE(service_of("my_app@.service"));
  CHECK_FALSE(service_of("plain.service"));
  CHECK_FALSE(service_of("my_app@blue.service"));
}

TEST_CASE("A plain unit is the only instance of itself") {
  for (const auto* name :
       {"loadbalancer.service", "backup.timer", "disk.mount", "a.b:c-1.socket"}) {
    INFO(name);
    const auto service = Service::parse_single(name);
    REQUIRE(service);
    CHECK(service->is_single());
    CHECK(service->display_name() == name);
    CHECK(service->name_prefix() == name);
    CHECK(service->instance_name(0) == name);
    CHECK(service->instance_name(7) == name);
    CHECK(service->template_name().empty());
    CHECK(instance_number(*service, name) == InstanceNumber{0});
    CHECK(Service::parse_single(service->display_name()) == service);
  }
}

TEST_CASE("A plain unit and the service that is called so are two") {
  const auto single = Service::parse_single("web.service");
  const auto service = Service::parse("web.service");
  REQUIRE(single);
  REQUIRE(service);
  CHECK_FALSE(service->is_single());
  CHECK(*single != *service);
  for (const auto* other :
       {"web@1.service", "web@.service", "web.service.service", "web", "eb.service"})
    CHECK_FALSE(instance_number(*single, other));
  CHECK_FALSE(instance_number(*service, "web.service"));
}

TEST_CASE("What is no plain unit's name is a usage error") {
  for (const auto& name : {std::string(""),
                           std::string("web"),
                           std::string("web."),
                           std::string("web.unknown"),
                           std::string("web@.service"),
                           std::string("web@1.service"),
                           std::string("web@blue.service"),
                           std::string("_web.service"),
                           std::string("w eb.service"),
                           std::string("w/eb.service"),
                           std::string(300, 'x') + ".service"}) {
    INFO(name);
    const auto service = Service::parse_single(name);
    REQUIRE_FALSE(service);
    CHECK(service.error().kind == ErrorKind::usage);
  }
}
