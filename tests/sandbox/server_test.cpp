#include "base/error.hpp"
#include "running_sandbox.hpp"
#include "sandbox/command_line.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>

using namespace chutes;
using namespace chutes::sandbox;

namespace {

// How many callers may wait at the listening sockets on `port` in this process, until one is dropped.
std::vector<unsigned> queues_on(std::uint16_t port) {
  std::vector<unsigned> queues;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    const int descriptor = std::stoi(entry.path().filename());
    sockaddr_in6 own{}; // the port has the same offset in both families
    socklen_t own_size = sizeof own;
    tcp_info facts{};
    socklen_t facts_size = sizeof facts;
    constexpr unsigned listening = 10; // TCP_LISTEN: then tcpi_sacked is the length of the queue
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &own_size) == 0 &&
        ntohs(own.sin6_port) == port &&
        ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &facts, &facts_size) == 0 &&
        facts.tcpi_state == listening)
      queues.push_back(facts.tcpi_sacked);
  }
  return queues;
}

} // namespace

TEST_CASE("Many may call at once: at every address a hundred can wait to be let in") {
  RunningSandbox sandbox;
  const auto queues = queues_on(sandbox.server.port());
  CHECK(!queues.empty());
  for (const auto queue : queues)
    CHECK(queue >= 100);
}

TEST_CASE("Whatever no route serves goes to the catch-all for invocations, which wants a credential first") {
  RunningSandbox sandbox;
  const std::string stranger = R"(401 {"detail":"Authentication required."})";
  const std::string nothing_there = R"(404 {"detail":"No matching chute found!"})";
  const std::string token = "Bearer " + sandbox.sign_in().access_token;
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/"},
                                                        {"GET", "/nothing"},
                                                        {"GET", "//idp/scopes"},
                                                        {"GET", "/idp/scopes/"},
                                                        {"GET", "/chutes"},
                                                        {"GET", "/idp/token"},
                                                        {"DELETE", "/idp/authorize"},
                                                        {"PUT", "/idp/apps"},
                                                        {"GET", "/idp/apps/some-id/regenerate-secret"},
                                                        {"POST", "/idp/token/"},
                                                        {"POST", "/chutes/some-id/path"}}) {
    CAPTURE(method + " " + path);
    CHECK(sandbox.send(method, path).text() == stranger);
    CHECK(sandbox.manage(method, path).text() == nothing_there);
    const auto of_token = sandbox.send(method, path, {}, {{"Authorization", token}}).status;
    CHECK(of_token == (path.starts_with("/chutes/") ? 404 : 403)); // chutes:invoke opens invocations
  }
  CHECK(sandbox.send("HEAD", "/idp/scopes").status == 401);
}

TEST_CASE("OPTIONS is the one method that is not allowed, with the first one that is") {
  RunningSandbox sandbox;
  const auto reply = sandbox.send("OPTIONS", "/idp/apps");
  CHECK(reply.text() == R"(405 {"detail":"Method Not Allowed"})");
  CHECK(reply.header("Allow") == "GET");
  CHECK(sandbox.send("OPTIONS", "/idp/token").header("Allow") == "POST");
  CHECK(sandbox.send("OPTIONS", "/nothing").header("Allow").find("DELETE") != std::string::npos);
}

TEST_CASE("Management routes answer on every host, and below /_host/ as well") {
  RunningSandbox sandbox;
  const auto port = std::to_string(sandbox.server.port());
  for (const char* host : {"idp", "llm", "embed", "nobody"}) {
    CAPTURE(host);
    const httplib::Headers header{{"Host", std::string{host} + ".chutes.localhost:" + port}};
    CHECK(sandbox.send("GET", "/idp/scopes", {}, header).status == 200);
    CHECK(sandbox.get("/_host/" + std::string{host} + "/idp/scopes").status == 200);
    CHECK(sandbox.get("/_host/" + std::string{host} + "/users/me", sandbox.api_key()).status == 200);
  }
  CHECK(sandbox.get("/_host/lm/v1/models").status == 401);
  CHECK(sandbox.get("/_host/lm/v1/models", sandbox.api_key()).detail() == "No matching chute found!");
  CHECK(sandbox.get("/ping").text() == R"(200 {"message":"pong"})");
  CHECK(sandbox.get("/openapi.json").json().at("paths").contains("/idp/token"));
}

TEST_CASE("Every answer has a Date, which follows the sandbox's clock") {
  RunningSandbox sandbox;
  const auto date = [&](const std::string& path) {
    return parse_http_date(sandbox.get(path).header("Date"));
  };
  const auto before = date("/idp/scopes");
  REQUIRE(before);
  REQUIRE(date("/nothing"));
  sandbox.advance(std::chrono::days{1});
  CHECK(date("/idp/scopes").value_or(Instant{}) - *before >= std::chrono::days{1});
}

TEST_CASE("A POST without a body and without Content-Length is answered at once") {
  RunningSandbox sandbox;
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& [head, status] :
       std::vector<std::pair<std::string, std::string>>{{"POST /idp/token", "422"},
                                                        {"POST /idp/token/introspect", "422"},
                                                        {"PATCH /idp/apps/some-id", "401"},
                                                        {"POST /_host/llm/v1/chat/completions", "401"}}) {
    CAPTURE(head);
    CHECK(sandbox.raw(head + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
              .text()
              .starts_with(status));
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{10});
}

TEST_CASE("The variables point a client at this server") {
  RunningSandbox sandbox;
  const auto base = "http://127.0.0.1:" + std::to_string(sandbox.server.port());
  const auto& demo = sandbox.server.demo();
  const auto variables = sandbox.server.variables();
  CHECK(demo.redirect_uris.size() == 10);
  CHECK(demo.redirect_uris.front() == "http://127.0.0.1:28417/callback");
  CHECK(demo.redirect_uris.at(8) == "http://127.0.0.1:28425/callback");
  std::string uris;
  for (const auto& uri : demo.redirect_uris)
    uris += (uris.empty() ? "" : " ") + uri;
  using Variables = std::vector<std::pair<std::string, std::string>>;
  CHECK(variables == Variables{{"CHUTES_API_URL", base},
                               {"CHUTES_IDP_BASE_URL", base},
                               {"CHUTES_HOST_TEMPLATE", base + "/_host/{host}"},
                               {"CHUTES_LLM_URL", base + "/_host/llm"},
                               {"CHUTES_OAUTH_CLIENT_ID", demo.client_id},
                               {"CHUTES_OAUTH_CLIENT_SECRET", demo.client_secret},
                               {"CHUTES_OAUTH_REDIRECT_URI", uris},
                               {"CHUTES_API_KEY", demo.api_key}});
}

TEST_CASE("An access token opens the account and the models of the person who signed in") {
  RunningSandbox sandbox;
  const auto token = "Bearer " + sandbox.sign_in().access_token;
  CHECK(sandbox.get("/users/me", token).json().at("username") == "ada");
  CHECK(sandbox.get("/_host/llm/v1/models").status == 200);
  CHECK(sandbox.get("/users/me/balance", token).status == 403);
}

TEST_CASE("The log records requests with their kind of credential, and no secret") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  sandbox.get("/idp/userinfo", "Bearer " + tokens.access_token);
  sandbox.manage("GET", "/idp/apps");
  sandbox.post_form("/idp/token", {{"grant_type", "refresh_token"}}, "Basic Y2lkX3g6Y3NjX3k=");
  sandbox.get("/_host/llm/v1/models");
  auto log = sandbox.get("/_sandbox/log").json();
  for (auto& entry : log)
    CHECK(parse_time(entry.at("time").get<std::string>()));
  const auto seen = [&](std::size_t index) {
    std::string line;
    for (const auto* name : {"method", "host", "path", "status", "credential", "grant_type"})
      if (const auto* field = find_field(log.at(index), name))
        line += (line.empty() ? "" : " ") + (field->is_string() ? field->get<std::string>() : field->dump());
    return line;
  };
  CHECK(seen(0) == "GET api /idp/authorize 302 none");
  CHECK(seen(1) == "POST api /idp/token 200 none authorization_code");
  CHECK(seen(2) == "GET api /idp/userinfo 200 access_token");
  CHECK(seen(3) == "GET api /idp/apps 200 api_key");
  CHECK(seen(4) == "POST api /idp/token 400 none refresh_token");
  CHECK(seen(5) == "GET llm /v1/models 200 none");
  CHECK(log.size() == 6);
  CHECK(log.at(1).at("client_id") == sandbox.server.demo().client_id);
  const auto text = log.dump();
  for (const auto& secret : {tokens.access_token, tokens.refresh_token, sandbox.server.demo().client_secret,
                             sandbox.server.demo().api_key})
    CHECK(text.find(secret) == std::string::npos);
}

TEST_CASE("The clock is moved by whole seconds only") {
  RunningSandbox sandbox;
  const auto advance = [&](const Json& by) {
    return sandbox.send_json("POST", "/_sandbox/clock", by, {}).status;
  };
  CHECK(advance({{"advance", 5}}) == 200);
  CHECK(advance({{"advance", "soon"}}) == 400);
  CHECK(advance({{"ahead", 5}}) == 400);
  CHECK(advance(nullptr) == 400);
}

TEST_CASE("A fault set by its control route applies to the next request and is cleared by an empty body") {
  RunningSandbox sandbox;
  CHECK(sandbox.send("POST", "/_sandbox/fault", "/idp/token:html=502").status == 200);
  CHECK(sandbox.exchange(sandbox.code()).status == 502);
  sandbox.send("POST", "/_sandbox/fault");
  CHECK(sandbox.exchange(sandbox.code()).status == 200);
}

TEST_CASE("An answer lost on its way has rotated the refresh token nevertheless") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  sandbox.send("POST", "/_sandbox/fault", "/idp/token:lost");
  CHECK(sandbox.refresh(tokens.refresh_token).status == 0);
  sandbox.send("POST", "/_sandbox/fault");
  CHECK(sandbox.refresh(tokens.refresh_token).text() == R"(400 {"error":"invalid_grant"})");
}

TEST_CASE("Web pages cannot use the control routes: no Origin, no other site, no name of another machine") {
  RunningSandbox sandbox;
  const auto port = ":" + std::to_string(sandbox.server.port());
  const httplib::Headers from_pages[] = {
      {{"Origin", "https://evil.example"}},
      {{"Origin", "null"}},
      {{"Origin", "http://127.0.0.1" + port}},
      {{"Sec-Fetch-Site", "cross-site"}},
      {{"Sec-Fetch-Site", "same-site"}},
      {{"Sec-Fetch-Site", "anything"}},
      {{"Host", "evil.example"}},
      {{"Host", "evil.example" + port}},
      {{"Host", "127.0.0.1.evil.example" + port}},
      {{"Host", "localhost.evil.example"}},
      {{"Host", "notlocalhost"}},
      {{"Host", "127.0.0.1."}},
      {{"Host", "[::1].evil.example"}},
      {{"Host", "[::2]" + port}},
      {{"Host", "192.168.0.1"}},
      {{"Host", ""}},
  };
  for (const auto& headers : from_pages) {
    CAPTURE(headers.begin()->second);
    CHECK(sandbox.send("GET", "/_sandbox/log", {}, headers).status == 403);
    CHECK(sandbox.send("POST", "/_sandbox/clock", R"({"advance":3600})", headers).status == 403);
    CHECK(sandbox.send("POST", "/_sandbox/fault", "/idp/*:html=502", headers).status == 403);
  }
  CHECK(sandbox.get("/idp/scopes").status == 200); // no fault was planned
  const httplib::Headers of_programs[] = {
      {},
      {{"Sec-Fetch-Site", "none"}},
      {{"Sec-Fetch-Site", "same-origin"}},
      {{"Host", "127.0.0.1"}},
      {{"Host", "LOCALHOST" + port}},
      {{"Host", "[::1]" + port}},
      {{"Host", "llm.chutes.localhost" + port}},
  };
  for (const auto& headers : of_programs)
    CHECK(sandbox.send("GET", "/_sandbox/log", {}, headers).status == 200);
}

TEST_CASE("Of many refreshes with one token at the same time one is served, and the others are refused") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  std::array<int, 12> statuses{};
  std::vector<std::thread> clients;
  for (auto& status : statuses)
    clients.emplace_back([&] { status = sandbox.refresh(tokens.refresh_token).status; });
  for (auto& client : clients)
    client.join();
  CHECK(std::count(statuses.begin(), statuses.end(), 200) == 1);
  CHECK(std::count(statuses.begin(), statuses.end(), 400) == 11);
}

TEST_CASE("Clients that sign in, use and end their sessions at the same time do not disturb each other") {
  RunningSandbox sandbox;
  std::atomic<int> served = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 12; ++i)
    clients.emplace_back([&] {
      const auto code = sandbox.code();
      const auto exchanged = sandbox.exchange(code);
      if (exchanged.status != 200)
        return;
      const std::string token = exchanged.json().at("access_token");
      const bool used = sandbox.get("/idp/userinfo", "Bearer " + token).status == 200 &&
                        sandbox.get("/users/me", "Bearer " + token).status == 200;
      const bool ended = sandbox.post_form("/idp/token/revoke", {{"token", token}}).status == 200;
      served += used && ended && sandbox.get("/_sandbox/log").status == 200 ? 1 : 0;
    });
  for (auto& client : clients)
    client.join();
  CHECK(served == 12);
}

TEST_CASE("A path of eight thousand characters is nothing special") {
  RunningSandbox sandbox;
  CHECK(sandbox.get("/" + std::string(8000, 'a')).status == 401);
  CHECK(sandbox.get("/idp/scopes").status == 200);
}

TEST_CASE("Both loopback addresses answer on the same port") {
  RunningSandbox sandbox;
  httplib::Client client{"::1", sandbox.server.port()};
  if (const auto result = client.Get("/idp/scopes"))
    CHECK(result->status == 200);
  else
    CHECK_MESSAGE(std::ifstream{"/proc/net/if_inet6"}.peek() == EOF,
                  "this machine has IPv6 but the sandbox does not answer there");
}

TEST_CASE("A port that is taken is refused, and does not get shared") {
  const RunningSandbox first;
  auto options = with_approval(Approval::ask);
  options.port = first.server.port();
  CHECK_THROWS_AS(SandboxServer{options}, Error);
}

TEST_CASE("The server ends within a second although connections lie idle") {
  using Clock = std::chrono::steady_clock;
  auto server = std::make_unique<SandboxServer>(with_approval(Approval::ask));
  httplib::Client used{"127.0.0.1", server->port()};
  used.set_keep_alive(true);
  CHECK(used.Get("/idp/scopes"));
  const int unused =
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); // a browser's preconnect, that sends nothing
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(unused, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  const auto begin = Clock::now();
  server.reset();
  CHECK(Clock::now() - begin < std::chrono::seconds{1});
  ::close(unused);
}

TEST_CASE("With TLS the certificate verifies for every loopback name, and its file goes "
          "with the server") {
  auto options = with_approval(Approval::automatic);
  options.tls = true;
  std::string authority;
  {
    const SandboxServer server{options};
    const auto variables = server.variables();
    authority = variables.back().second;
    CHECK(variables.back().first == "NODE_EXTRA_CA_CERTS");
    CHECK(*(variables.end() - 2) == std::pair<std::string, std::string>{"SSL_CERT_FILE", authority});
    CHECK(server.base_url() == "https://127.0.0.1:" + std::to_string(server.port()));
    for (const std::string host : {"127.0.0.1", "localhost", "llm.localhost", "any-slug.chutes.localhost"}) {
      CAPTURE(host);
      httplib::SSLClient client{host, server.port()};
      client.set_hostname_addr_map({{host, "127.0.0.1"}});
      client.set_ca_cert_path(authority.c_str());
      client.enable_server_certificate_verification(true);
      CHECK(client.Get("/idp/scopes"));
    }
    httplib::SSLClient client{"localhost", server.port()};
    client.set_ca_cert_path(authority.c_str());
    client.enable_server_certificate_verification(true);
    CHECK(client.Get("/idp/scopes"));
  }
  CHECK_FALSE(std::filesystem::exists(authority));
}

TEST_CASE("A state file keeps accounts, applications and tokens over a restart, for the owner only") {
  std::string folder = (std::filesystem::temp_directory_path() / "sandbox-test.XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  auto options = with_approval(Approval::automatic);
  options.state_file = folder + "/state.json";
  std::string refresh_token;
  std::string client_id;
  {
    RunningSandbox sandbox{options};
    for (int i = 0; i < 4; ++i) // ids are random, so that a test that used the first app would fail here
      sandbox.register_app({{"name", "Application " + std::to_string(i)}});
    refresh_token = sandbox.sign_in().refresh_token;
    client_id = sandbox.server.demo().client_id;
  }
  struct stat status {};
  CHECK(::stat(options.state_file->c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  std::ifstream file{*options.state_file};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  CHECK(text.find(refresh_token) == std::string::npos); // digests only
  {
    options.usernames = {"bob", "ada"}; // joins the one who is there
    RunningSandbox sandbox{options};
    CHECK(sandbox.server.demo().client_id == client_id);
    CHECK(sandbox.refresh(refresh_token).status == 200);
    REQUIRE(sandbox.server.users().size() == 2);
    CHECK(sandbox.server.users()[0].username == "ada");
    CHECK(sandbox.server.users()[1].username == "bob");
  }
  CHECK(std::distance(std::filesystem::directory_iterator{folder}, std::filesystem::directory_iterator{}) ==
        1);
  std::filesystem::remove_all(folder);
}

TEST_CASE("A state file that is none is a usage error and stays as it is") {
  std::string folder = (std::filesystem::temp_directory_path() / "sandbox-test.XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const auto path = folder + "/notes.txt";
  std::ofstream{path} << "{\"records\":{},\"demo\":{}}";
  auto options = with_approval(Approval::ask);
  options.state_file = path;
  CHECK_THROWS_AS(SandboxServer{options}, Error);
  CHECK(std::filesystem::file_size(path) == 24);
  std::filesystem::remove_all(folder);
}
