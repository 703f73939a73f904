#include "cli/nodes_arguments.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;
using namespace std::chrono_literals;

namespace {

Result<NodesArguments> read_nodes(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "nodes");
  const auto arguments = parse_arguments(argv, command_table());
  if (!arguments) return tl::unexpected(arguments.error());
  return read_nodes_arguments(*arguments);
}

DeclaredFile file_with(const std::vector<std::string>& groups) {
  DeclaredFile file;
  file.path = "services.yaml";
  for (const auto& name : groups) {
    file.nodes.emplace_back();
    file.nodes.back().name = name;
  }
  return file;
}

}  // namespace

TEST_CASE("A count of machines is read as it is typed") {
  struct Row {
    std::vector<std::string> argv;
    Count count;
  };

  for (const auto& row : std::vector<Row>{{{"5"}, {Count::Kind::absolute, 5}},
                                          {{"+2"}, {Count::Kind::more, 2}},
                                          {{"-1"}, {Count::Kind::fewer, 1}},
                                          {{"--dry-run", "-1"}, {Count::Kind::fewer, 1}},
                                          {{"-1", "--dry-run"}, {Count::Kind::fewer, 1}}}) {
    const auto nodes = read_nodes(row.argv);
    REQUIRE(nodes);
    CHECK(nodes->count == row.count);
    CHECK(nodes->dry_run == (row.argv.size() > 1));
    CHECK_FALSE(nodes->group);
    CHECK_FALSE(nodes->timeout);
    CHECK_FALSE(nodes->no_block);
  }
  const auto all = read_nodes({"-1", "--group", "workers", "--no-block", "--timeout", "90"});
  REQUIRE(all);
  CHECK(all->group == "workers");
  CHECK(all->no_block);
  CHECK(all->timeout == Duration(90s));
}

TEST_CASE("What is no count of machines is refused") {
  struct Row {
    std::vector<std::string> argv;
    const char* words;
  };

  for (const auto& row : std::vector<Row>{{{}, "no count is given"},
                                          {{"5", "6"}, "'6' is one word too many"},
                                          {{"many"}, "'many' is not a count"},
                                          {{"1e3"}, "not a count"},
                                          {{"5", "--timeout", "soon"}, "--timeout"},
                                          {{"5", "--parallel", "3"}, "--parallel"}}) {
    const auto nodes = read_nodes(row.argv);
    REQUIRE_FALSE(nodes);
    CHECK(nodes.error().kind == ErrorKind::usage);
    CHECK(nodes.error().message.find(row.words) != std::string::npos);
  }
}

TEST_CASE("Which group of the file is meant") {
  struct Row {
    std::vector<std::string> groups;
    std::optional<std::string> named;
    const char* group;
  };

  for (const auto& row : std::vector<Row>{
           {{"workers"}, {}, "workers"},
           {{"workers"}, "workers", "workers"},
           {{"db", "workers"}, "workers", "workers"},
           {{}, {}, "services.yaml declares no group of machines (nodes)"},
           {{"db", "workers"},
            {},
            "services.yaml declares several groups of machines: name one with --group (db, "
            "workers)"},
           {{"db", "workers"},
            "worker",
            "services.yaml declares no group 'worker'; did you mean 'workers'?"}}) {
    const auto chosen = choose_nodes(file_with(row.groups), row.named);
    CHECK((chosen ? chosen->name : chosen.error().message) == row.group);
    if (!chosen) CHECK(chosen.error().kind == ErrorKind::usage);
  }
}
