#include "scale_fleet/fleet/unit_text.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

TEST_CASE("A unit is written section by section, in the order of first appearance") {
  const UnitOptions options = {
      {"Unit", "Description", "a"},
      {"Service", "ExecStart", "/bin/a"},
      {"Unit", "After", ""},
      {"X-Fleet", "Conflicts", "a@*"},
      {"Service", "ExecStart", "/bin/b"},
  };
  CHECK(write_unit_text(options) ==
        "[Unit]\nDescription=a\nAfter=\n\n"
        "[Service]\nExecStart=/bin/a\nExecStart=/bin/b\n\n"
        "[X-Fleet]\nConflicts=a@*\n");
  CHECK(write_unit_text({}).empty());
}

TEST_CASE("A unit's hash is the one that a real Fleet reported") {
  CHECK(unit_hash({{"Service", "ExecStart", "/usr/bin/sleep 3000"}}) ==
        "248b997d6becee1b835b7ec7d9c8e68d7dd24623");
  CHECK(unit_hash({{"Unit", "Description", "my app %i"},
                   {"Service", "ExecStart", "/bin/sleep 100000"}}) ==
        "11d062a91d82a2f94b189af7e667083b59fae31e");
}

TEST_CASE("The hash tells apart what Fleet tells apart, and nothing else") {
  const UnitOptions one = {{"A", "x", "1"}, {"B", "y", "2"}, {"A", "z", "3"}};
  const UnitOptions regrouped = {{"A", "x", "1"}, {"A", "z", "3"}, {"B", "y", "2"}};
  const UnitOptions reordered = {{"A", "z", "3"}, {"A", "x", "1"}, {"B", "y", "2"}};
  CHECK(unit_hash(one) == unit_hash(regrouped));
  CHECK(unit_hash(one) != unit_hash(reordered));
}
