#include "http/reply_bytes.hpp"

#include "support/catch.hpp"

using namespace scale_fleet;

namespace {

HttpReply reply_with(int status, std::string body, Delivery delivery = Delivery::whole) {
  return {.response = {.status = status,
                       .headers = {{"Content-Type", "application/json"}},
                       .body = std::move(body)},
          .delivery = delivery};
}

}  // namespace

TEST_CASE("A reply goes out as its requester can take it") {
  struct Row {
    std::string name;
    HttpReply reply;
    Requester requester;
    std::string bytes;
    Afterwards afterwards;
  };

  const std::string type = "Content-Type: application/json\r\n";
  for (const auto& row : {
           Row{"small",
               reply_with(200, "{}"),
               {},
               "HTTP/1.1 200 OK\r\n" + type + "Content-Length: 2\r\n\r\n{}",
               Afterwards::keep},
           Row{"to one who closes",
               reply_with(200, "{}"),
               {.keeps_alive = false},
               "HTTP/1.1 200 OK\r\n" + type + "Content-Length: 2\r\nConnection: close\r\n\r\n{}",
               Afterwards::close},
           Row{"to 1.0",
               reply_with(200, "{}"),
               {.speaks_1_1 = false, .keeps_alive = false},
               "HTTP/1.0 200 OK\r\n" + type + "Content-Length: 2\r\n\r\n{}",
               Afterwards::close},
           Row{"to 1.0 that stays",
               reply_with(200, "{}"),
               {.speaks_1_1 = false, .keeps_alive = true},
               "HTTP/1.0 200 OK\r\n" + type +
                   "Content-Length: 2\r\nConnection: keep-alive\r\n\r\n{}",
               Afterwards::keep},
           Row{"HEAD",
               reply_with(405, "{}"),
               {.asked_head = true},
               "HTTP/1.1 405 Method Not Allowed\r\n" + type + "Content-Length: 2\r\n\r\n",
               Afterwards::keep},
           Row{"201",
               reply_with(201, ""),
               {},
               "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
               Afterwards::keep},
           Row{"204", reply_with(204, ""), {}, "HTTP/1.1 204 No Content\r\n\r\n", Afterwards::keep},
           Row{"a status without a name",
               reply_with(299, ""),
               {},
               "HTTP/1.1 299 Unknown\r\nContent-Length: 0\r\n\r\n",
               Afterwards::keep},
           Row{"closed", reply_with(200, "{}", Delivery::closed), {}, "", Afterwards::close},
           Row{"reset", reply_with(200, "{}", Delivery::reset), {}, "", Afterwards::reset},
           Row{"cut",
               reply_with(200, "{12345}", Delivery::cut),
               {},
               "HTTP/1.1 200 OK\r\n" + type + "Content-Length: 7\r\n\r\n{12",
               Afterwards::close},
       }) {
    INFO(row.name);
    const auto result = reply_bytes(row.reply, row.requester);
    CHECK(result.bytes == row.bytes);
    CHECK(result.afterwards == row.afterwards);
  }
}

TEST_CASE("A cut reply without a body ends within its headers") {
  for (const auto& requester : {Requester{}, Requester{.asked_head = true}}) {
    const auto bytes =
        reply_bytes(reply_with(requester.asked_head ? 200 : 204, "", Delivery::cut), requester)
            .bytes;
    CHECK(bytes.starts_with("HTTP/1.1 20"));
    CHECK(bytes.find("\r\n\r\n") == std::string::npos);
  }
}

TEST_CASE("Bodies over two kilobytes go in chunks to those who know them") {
  const std::string body(2049, 'x');
  const auto chunked = reply_bytes(reply_with(200, body), {}).bytes;
  CHECK(chunked.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(chunked.find("Content-Length") == std::string::npos);
  CHECK(chunked.ends_with("\r\n\r\n800\r\n" + body.substr(1) + "\r\n1\r\nx\r\n0\r\n\r\n"));

  const auto plain = reply_bytes(reply_with(200, body.substr(1)), {}).bytes;
  CHECK(plain.find("Content-Length: 2048\r\n") != std::string::npos);
  CHECK(plain.find("chunked") == std::string::npos);

  const auto old = reply_bytes(reply_with(200, body), {.speaks_1_1 = false}).bytes;
  CHECK(old.find("Content-Length: 2049\r\n") != std::string::npos);
  CHECK(old.ends_with("\r\n\r\n" + body));
}

TEST_CASE("A handler's headers can neither lie about the body nor add lines") {
  HttpReply reply;
  reply.response.headers = {{"content-LENGTH", "5"},
                            {"Transfer-Encoding", "chunked"},
                            {"Connection", "close"},
                            {"X-Note", "a\r\nX-Forged: b"}};
  CHECK(reply_bytes(reply, {}).bytes ==
        "HTTP/1.1 200 OK\r\nX-Note: a  X-Forged: b\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("A target is path and query, also when a proxy's form came") {
  struct Row {
    std::string target;
    std::string expected;
  };

  for (const auto& row :
       {Row{"/fleet/v1/units?nextPageToken=x%3D", "/fleet/v1/units?nextPageToken=x%3D"},
        Row{"http://host:1/a?b=c", "/a?b=c"},
        Row{"http://host", "/"},
        Row{"/a?u=http://x/y", "/a?u=http://x/y"},
        Row{"*", "*"}}) {
    CHECK(origin_form(row.target) == row.expected);
  }
}
