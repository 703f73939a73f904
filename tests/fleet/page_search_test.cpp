#include "fleet/page_search.hpp"

#include <fmt/format.h>

#include "fleet/paged_list.hpp"
#include "support/catch.hpp"
#include "support/random_source.hpp"

using namespace scale_fleet;

namespace {

using Names = std::vector<std::string>;

/// `count` units of other services, their names ascending from `other_00000@1.service` on.
Names others(int count, const std::string& service = "other") {
  Names names;
  for (int i = 0; i < count; ++i)
    names.push_back(fmt::format("{}_{:05}@1.service", service, i));
  return names;
}

Names instances(int count, const std::string& service) {
  Names names;
  for (int i = 1; i <= count; ++i)
    names.push_back(fmt::format("{}@{}.service", service, i));
  std::ranges::sort(names);
  return names;
}

Names sorted(Names left, const Names& right) {
  left.insert(left.end(), right.begin(), right.end());
  std::ranges::sort(left);
  return left;
}

/// Services whose names are each other's beginnings, and stand close together in every order.
const Names services{"a", "app", "app-x", "app.y", "app:1", "app_v2", "apq", "b", "my_app", "z"};

Names random_names(RandomSource& draw, int most) {
  std::set<std::string> names;
  const int kinds = draw.between(1, static_cast<int>(services.size()));
  for (int i = draw.between(0, most); i > 0; --i) {
    const auto& service = services[draw.below(static_cast<std::uint64_t>(kinds))];
    names.insert(fmt::format("{}@{}.service", service, draw.between(0, most - 1)));
  }
  return {names.begin(), names.end()};
}

}  // namespace

TEST_CASE("Wherever a service stands among 10,000 units, it is found with 16 pages at most") {
  struct Row {
    const char* where;
    std::string service;
    int instances;
    int before;  ///< Units whose names come first.
  };

  const std::vector<Row> rows{{"before the first name", "aaa", 5, 0},
                              {"after the last name", "zzz", 5, 10'000},
                              {"in the middle of a page", "pp", 5, 5'050},
                              {"across a page's border", "pp", 5, 5'098},
                              {"right behind a page's border", "pp", 5, 5'100},
                              {"at a page's end", "pp", 5, 5'095},
                              {"filling a page", "pp", 100, 5'100},
                              {"over three pages", "pp", 200, 5'050},
                              {"on page 2", "pp", 5, 150},
                              {"on page 16", "pp", 5, 1'550},
                              {"on the last page", "pp", 5, 9'990},
                              {"absent, within a page", "pp", 0, 5'050},
                              {"absent, at a page's border", "pp", 0, 5'100},
                              {"absent, before all", "aaa", 0, 0},
                              {"absent, after all", "zzz", 0, 10'000}};
  for (const auto& row : rows) {
    CAPTURE(row.where);
    PagedList list{.names =
                       sorted(sorted(others(row.before, "b"), others(10'000 - row.before, "y")),
                              instances(row.instances, row.service))};
    const auto answer = list.search(row.service + "@");
    CHECK(answer.is_searchable);
    CHECK(answer.names == instances(row.instances, row.service));
    CHECK(list.looks <= 16);
  }
}

TEST_CASE("On whichever of 101 pages a service stands, 16 requests are enough") {
  const auto all = others(9'995, "m");
  int most = 0;
  for (int page = 1; page <= 101; ++page) {
    const int before = std::min(100 * (page - 1) + 98, 9'995);
    const auto service = fmt::format("m_{:05}x", before - 1);  // Behind so many of the others.
    PagedList list{.names = all};
    list.names.insert(list.names.begin() + before, 5, {});
    std::ranges::copy(instances(5, service), list.names.begin() + before);
    CHECK(list.search(service + "@").names.size() == 5);
    most = std::max(most, list.looks);
  }
  WARN("at most " << most << " requests for 5 instances across a border among 10,000 units");
  CHECK(most <= 16);
}

TEST_CASE("A service that was found once is looked for where it was") {
  PagedList list{.names = sorted(others(10'000), instances(5, "p"))};
  const auto first = list.search("p@");
  list.names = sorted(list.names, others(130, "a"));
  list.names = sorted(list.names, Names{"p@6.service"});
  const auto second = list.search("p@", first.hint);
  CHECK(second.names.size() == 6);
  CHECK(list.looks <= 5);
  CHECK(list.search("p@", second.hint).names.size() == 6);
  CHECK(list.looks <= 2);
  list.names = instances(2, "p");
  CHECK(list.search("p@", second.hint).names.size() == 2);
}

TEST_CASE("A search finds in thousands of random lists what a walk finds") {
  const std::uint64_t base = 1'000;
  const int runs = 4'000;
  for (int run = 0; run < runs; ++run) {
    const auto seed = base + static_cast<std::uint64_t>(run);
    RandomSource draw(seed);
    PagedList list{.names = random_names(draw, draw.between(1, 1'000)),
                   .limit = static_cast<std::uint16_t>(draw.between(8, 47))};
    const auto prefix = draw.pick(services) + "@";
    std::optional<PageHint> hint;
    if (draw.below(2) == 0) {
      hint = PageHint{.limit = list.limit, .page = static_cast<std::uint16_t>(draw.between(1, 60))};
    }
    const auto answer = list.search(prefix, hint);
    INFO("seed " << seed << ", " << list.names.size() << " names, pages of " << list.limit);
    REQUIRE(answer.names == list.walk(prefix));
    REQUIRE(answer.is_searchable);
  }
  WARN(runs << " random lists: the search finds in each what a walk finds");
}

TEST_CASE("A list in random order is walked, or searched with the walk's answer") {
  const int runs = 2'000;
  int walks = 0;
  for (int run = 0; run < runs; ++run) {
    const auto seed = 500'000 + static_cast<std::uint64_t>(run);
    RandomSource draw(seed);
    PagedList list{.names = random_names(draw, draw.between(1, 1'000)),
                   .limit = static_cast<std::uint16_t>(draw.between(8, 47))};
    for (auto left = list.names.size(); left > 1; --left)
      std::swap(list.names[left - 1], list.names[draw.below(left)]);
    const auto prefix = draw.pick(services) + "@";
    const auto answer = list.search(prefix);
    INFO("seed " << seed << ", " << list.names.size() << " names, pages of " << list.limit);
    walks += answer.is_searchable ? 0 : 1;
    if (answer.is_searchable) REQUIRE(answer.names == list.walk(prefix));
  }
  WARN(walks << " of " << runs << " lists in random order were walked");
  CHECK(walks > runs * 9 / 10);
}

namespace {

/// A list in which others let a unit come or go before some of the looks, so that everything behind
/// it moves by one.
struct MovingList {
  MovingList(std::uint64_t seed, int most_changes, int chance_of_one_in)
      : draw(seed),
        list{.names = random_names(draw, draw.between(1, 600)),
             .limit = static_cast<std::uint16_t>(draw.between(8, 47))},
        prefix(draw.pick(services) + "@"),
        staying(list.walk(prefix)) {
    list.before_look = [this, most_changes, chance_of_one_in] {
      if (changes < most_changes && draw.between(1, chance_of_one_in) == 1) change();
    };
  }

  MovingList(const MovingList&) = delete;
  MovingList& operator=(const MovingList&) = delete;

  void change() {
    ++changes;
    if (draw.below(2) == 0 || list.names.empty()) {
      const auto name = fmt::format("{}@{}.service", draw.pick(services), 1'000 + changes);
      list.names.insert(std::ranges::lower_bound(list.names, name), name);
    } else {
      const auto gone = draw.pick(list.names);
      std::erase(list.names, gone);
      std::erase(staying, gone);
    }
  }

  bool lacks_one(Names found) const {
    std::ranges::sort(found);
    return !std::ranges::includes(found, staying);
  }

  RandomSource draw;
  PagedList list;
  std::string prefix;
  Names staying;  ///< Instances of the service that were there all the time.
  int changes = 0;
};

/// What a walk finds that reads page after page.
Names walk_slowly(PagedList& list, const std::string& prefix) {
  Names found;
  for (std::uint16_t page = 1;; ++page) {
    const auto seen = **list.look({.limit = list.limit, .page = page});
    for (const auto& name : seen.names) {
      if (name.starts_with(prefix)) found.push_back(name);
    }
    if (!seen.next_token) return found;
  }
}

}  // namespace

TEST_CASE("Two changes by others while a list is searched hide no unit that stays there") {
  int walks = 0;
  const int runs = 4'000;
  for (int run = 0; run < runs; ++run) {
    const auto seed = 77'000 + static_cast<std::uint64_t>(run);
    MovingList moving(seed, 2, 2);
    const auto answer = moving.list.search(moving.prefix);
    walks += answer.is_searchable ? 0 : 1;
    INFO("seed " << seed);
    if (answer.is_searchable) REQUIRE_FALSE(moving.lacks_one(answer.names));
  }
  CHECK(walks == 0);
}

TEST_CASE("A unit's second row is not lost where it slips to a page that was read already") {
  for (const int look : {2, 3, 4, 5, 6}) {
    CAPTURE(look);
    PagedList list{.names = sorted(others(7, "a"), {"p@1.service", "p@1.service", "p@2.service"}),
                   .limit = 8};
    int looks = 0;
    list.before_look = [&] {
      if (++looks == look) list.names.erase(list.names.begin());
    };
    CHECK(list.search("p@").names == Names{"p@1.service", "p@1.service", "p@2.service"});
  }
}

TEST_CASE("In a list that never stands still a search misses less than a walk") {
  int search_misses = 0;
  int walk_misses = 0;
  const int runs = 4'000;
  for (int run = 0; run < runs; ++run) {
    const auto seed = 177'000 + static_cast<std::uint64_t>(run);
    MovingList searched(seed, 1'000, 1);
    const auto answer = searched.list.search(searched.prefix);
    if (!answer.is_searchable || searched.lacks_one(answer.names)) ++search_misses;
    MovingList walked(seed, 1'000, 1);
    if (walked.lacks_one(walk_slowly(walked.list, walked.prefix))) ++walk_misses;
  }
  WARN("with a change before every request, " << search_misses << " of " << runs << " searches and "
                                              << walk_misses << " walks missed a unit");
  CHECK(search_misses * 20 < walk_misses);
}

TEST_CASE("A list that isn't as Fleet's is not searched") {
  const auto in_order = others(1'000);

  struct Row {
    const char* why;
    std::function<void(std::optional<PageNames>&)> spoil;
    std::uint16_t limit = 100;
  };

  const std::vector<Row> rows{
      {"the names of a page are not sorted", [](auto& page) { std::ranges::reverse(page->names); }},
      {"tokens of another form", [](auto& page) { page->next_token = "abc"; }},
      {"a token that leads elsewhere",
       [](auto& page) { page->next_token = write_page_token(100, 7); }},
      {"a page that is not full and has a next one", [](auto& page) { page->names.pop_back(); }},
      {"a page with nothing but a token", [](auto& page) { page->names.clear(); }},
      {"a token that the server takes back",
       [](auto& page) {
         if (page->names.empty() || page->names.front() != "other_00000@1.service")
           page = std::nullopt;
       }},
      {"pages too small to prove an order", [](auto&) {}, 7}};
  for (const auto& row : rows) {
    CAPTURE(row.why);
    PagedList list{.names = in_order, .limit = row.limit};
    const auto look = [&](PageHint at) {
      auto page = list.look(at);
      row.spoil(*page);
      return page;
    };
    const auto found = PageSearch(look, "other_00500@", {}).find();
    REQUIRE(found);
    CHECK_FALSE(*found);
    CHECK(list.looks <= 9);
  }
}

TEST_CASE("A look that fails ends the search with its error") {
  const auto look = [](PageHint) -> Result<std::optional<PageNames>> {
    return failure(ErrorKind::unavailable, "no etcd");
  };
  const auto found = PageSearch(look, "a@", {}).find();
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::unavailable);
}

TEST_CASE("No leap goes beyond the entries that Fleet can number") {
  // 16 bits: page 657 of 100 entries would be answered with entries of page 1.
  PagedList list{.names = others(65'000)};
  int highest = 0;
  const auto look = [&](PageHint at) {
    highest = std::max<int>(highest, at.page);
    return list.look(at);
  };
  CHECK(PageSearch(look, "zzz@", {}).find().value());
  CHECK(highest == 655);
}
