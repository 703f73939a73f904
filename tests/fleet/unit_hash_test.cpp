#include "scale_fleet/fleet/unit_hash.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

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
