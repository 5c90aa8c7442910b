// The loopback listener with real sockets: slow, broken and hostile visitors beside the one that matters.
#include "linux/http/wire_fixture.hpp"
#include "linux/loopback/loopback_sockets.hpp"
#include "linux/probe.hpp"
#include "linux/process/file_descriptor.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

using namespace chutes;
using namespace chutes::on_linux;

namespace {

using std::chrono::seconds;

SteadyInstant in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

const std::string redirect = "GET /callback?code=a&state=b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

// Binds a listening socket the way a squatter would; absent if that is refused.
FileDescriptor squat(std::uint16_t port, int option = 0) {
  FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int yes = 1;
  if (option != 0)
    ::setsockopt(socket.get(), SOL_SOCKET, option, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     ::listen(socket.get(), 1) == 0;
  return bound ? std::move(socket) : FileDescriptor{};
}

std::uint16_t port_of(const FileDescriptor& socket) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

struct Listening {
  explicit Listening(LoopbackFamily family = LoopbackFamily::ipv4) : listener(loopback.listen(family, 0)) {
    REQUIRE(listener);
  }

  SignalWatch signals;
  LoopbackSockets loopback{PeerCheck::only(), signals};
  std::unique_ptr<LoopbackListener> listener;

  std::string next_head(std::chrono::milliseconds patience = seconds{10}) {
    const auto visit = listener->next(in(patience));
    return visit ? visit->head() : "(no visit)";
  }
};

} // namespace

TEST_CASE("a visit is the request's head, and its answer arrives before the connection closes") {
  Listening world;
  Probe browser{world.listener->port()};
  browser.say(redirect);

  const auto visit = world.listener->next(in(seconds{10}));
  REQUIRE(visit);
  CHECK(visit->head() == redirect);
  visit->answer("HTTP/1.1 200 OK\r\n\r\nhello");
  CHECK(browser.hear() == "HTTP/1.1 200 OK\r\n\r\nhello");
}

TEST_CASE("a redirect that comes before anybody waits for it is not lost") {
  Listening world;
  Probe browser{world.listener->port()};
  browser.say(redirect);
  CHECK(world.next_head() == redirect);
}

TEST_CASE("a client that left before it was accepted is not served") {
  Listening world;
  Probe gone{world.listener->port()};
  gone.say(redirect).leave();
  CHECK(world.next_head(std::chrono::milliseconds{50}) == "(no visit)");
  CHECK(world.listener->rejected_connections() == 1);
}

TEST_CASE("a visit that is there already is heard without waiting, whether let in or still at the door") {
  Listening world;
  CHECK_FALSE(world.listener->next_at_once());
  Probe browser{world.listener->port()};
  browser.say(redirect);
  const auto at_the_door = world.listener->next_at_once();
  REQUIRE(at_the_door);
  CHECK(at_the_door->head() == redirect);
  Probe inside{world.listener->port()};
  CHECK_FALSE(world.listener->next_at_once());
  inside.say(redirect);
  CHECK(world.listener->next_at_once());
}

TEST_CASE("without a visit by the deadline there is none") {
  Listening world;
  CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{20})));
  CHECK_FALSE(world.listener->next(in(-seconds{1})));
}

TEST_CASE("a head that comes in pieces is one head, and a body after it is dropped") {
  Listening world;
  Probe browser{world.listener->port()};
  for (const char byte : redirect.substr(0, redirect.size() - 1)) {
    browser.say({&byte, 1});
    CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{0})));
  }
  browser.say("\nbody=1");

  const auto visit = world.listener->next(in(seconds{10}));
  REQUIRE(visit);
  CHECK(visit->head() == redirect);
  visit->answer("bye");
  CHECK(browser.hear() == "bye");
}

TEST_CASE("a visit that goes away unanswered closes its connection") {
  Listening world;
  Probe browser{world.listener->port()};
  browser.say(redirect);
  CHECK(world.next_head() == redirect);
  CHECK(browser.hear() == "");
}

TEST_CASE("a hundred silent connections do not keep the true redirect out") {
  Listening world;
  std::vector<Probe> crowd;
  for (int i = 0; i < 50; ++i) {
    crowd.emplace_back(world.listener->port()).say("GET /slow HTTP/1.1\r\n");
    CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{2}))); // takes it off the kernel's queue
  }
  Probe browser{world.listener->port()};
  browser.say(redirect);
  for (int i = 0; i < 50; ++i)
    crowd.emplace_back(world.listener->port()).say("G");

  CHECK(world.next_head(seconds{4}) == redirect); // sooner than the crowd's five seconds are over
}

TEST_CASE("of more than 64 connections the oldest idle one has to go") {
  Listening world;
  Probe oldest{world.listener->port()};
  CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{20})));
  std::vector<Probe> crowd;
  for (int i = 0; i < 64; ++i) {
    crowd.emplace_back(world.listener->port());
    CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{1})));
  }
  CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{200})));

  CHECK(oldest.hear() == "");
  crowd.back().say(redirect); // the youngest: each is given five seconds
  CHECK(world.next_head() == redirect);
}

TEST_CASE("a connection opened in advance may be used seconds later, or never") {
  Listening world;
  Probe in_advance{world.listener->port()};
  Probe never{world.listener->port()};
  CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{50})));
  in_advance.say(redirect);
  CHECK(world.next_head() == redirect);
}

TEST_CASE("who is silent for five seconds is let go") {
  Listening world;
  Probe silent{world.listener->port()};
  silent.say("GET /slow");
  CHECK_FALSE(world.listener->next(in(std::chrono::milliseconds{5200})));
  CHECK(silent.hear() == "");
}

TEST_CASE("what cannot become a request is a hopeless visit at once") {
  Listening world;
  Probe tls{world.listener->port()};
  const std::string hello{"\x16\x03\x01\x00\xc4\x01\x00\x00\xc0\x03\x03", 11};
  tls.say(hello);
  const auto visit = world.listener->next(in(seconds{4}));
  REQUIRE(visit);
  CHECK(visit->head() == hello);
  visit->answer("HTTP/1.1 400 Bad Request\r\n\r\n");
  CHECK(tls.hear() == "HTTP/1.1 400 Bad Request\r\n\r\n");
}

TEST_CASE("a crowd of visitors who talk nonsense and do not leave hold no one up") {
  Listening world;
  std::vector<Probe> crowd;
  for (int i = 0; i < 50; ++i)
    crowd.emplace_back(world.listener->port()).say(i % 2 == 0 ? "\x16\x03\x01" : "GET / HTTP/1.1\r\n\r\n");
  Probe browser{world.listener->port()};
  browser.say(redirect);
  for (int i = 0; i < 13; ++i) // as many as the system queues for us
    crowd.emplace_back(world.listener->port()).say("\r\n");

  const auto begin = std::chrono::steady_clock::now();
  bool came = false;
  while (!came) {
    const auto visit = world.listener->next(in(seconds{10}));
    REQUIRE(visit);
    came = visit->head() == redirect;
    visit->answer("HTTP/1.1 400 Bad Request\r\n\r\n");
  }
  CHECK(std::chrono::steady_clock::now() - begin < seconds{4}); // less than one of them is given
}

TEST_CASE("a head of a megabyte is cut short, and its sender still hears why") {
  Listening world;
  Probe flood{world.listener->port()};
  std::thread sender{[&] { flood.say("GET / HTTP/1.1\r\nX: " + std::string(1U << 20U, 'x')); }};
  const auto visit = world.listener->next(in(seconds{10}));
  REQUIRE(visit);
  CHECK(visit->head().size() > 8192);
  CHECK(visit->head().size() <= 8192 + 4096);
  visit->answer("HTTP/1.1 431 \r\n\r\n");
  sender.join();
  CHECK(flood.hear() == "HTTP/1.1 431 \r\n\r\n");

  Probe browser{world.listener->port()};
  browser.say(redirect);
  CHECK(world.next_head() == redirect);
}

TEST_CASE("visitors who leave, in whatever way, are no error") {
  Listening world;
  Probe polite{world.listener->port()};
  polite.say("GET /half").leave();
  Probe rude{world.listener->port()};
  rude.say("GET /half");
  rude.slam();
  Probe impatient{world.listener->port()};
  impatient.say(redirect);
  impatient.slam();
  Probe browser{world.listener->port()};
  browser.say(redirect);

  int visits = 0;
  while (const auto visit = world.listener->next(in(std::chrono::milliseconds{200}))) {
    visit->answer("HTTP/1.1 200 OK\r\n\r\n"); // who has left cannot hear it
    ++visits;
  }
  CHECK(visits >= 1);
  CHECK(browser.hear() == "HTTP/1.1 200 OK\r\n\r\n");
}

TEST_CASE("a visitor who does not read is not waited for longer than a second or so") {
  Listening world;
  Probe deaf{world.listener->port()};
  deaf.say(redirect);
  const auto visit = world.listener->next(in(seconds{10}));
  REQUIRE(visit);
  const auto begin = std::chrono::steady_clock::now();
  visit->answer(std::string(64U << 20U, 'x'));
  CHECK(std::chrono::steady_clock::now() - begin < seconds{4});
}

TEST_CASE("an answer to a plain request costs no waiting") {
  Listening world;
  Probe browser{world.listener->port()};
  browser.say(redirect); // and keeps its side of the connection open
  const auto visit = world.listener->next(in(seconds{10}));
  REQUIRE(visit);
  const auto begin = std::chrono::steady_clock::now();
  visit->answer("HTTP/1.1 200 OK\r\n\r\n");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds{150});
}

TEST_CASE("a signal ends the wait") {
  Listening world;
  ::raise(SIGINT);
  CHECK(failure_of([&] { static_cast<void>(world.listener->next(in(seconds{10}))); }) ==
        Failure{ErrorKind::interrupted, "interrupted"});
}

TEST_CASE("a port that is taken is not shared in any way") {
  Listening world;
  const auto port = world.listener->port();

  CHECK_FALSE(world.loopback.listen(LoopbackFamily::ipv4, port));
  CHECK_FALSE(world.loopback.listen(LoopbackFamily::localhost, port));
  CHECK_FALSE(squat(port));
  CHECK_FALSE(squat(port, SO_REUSEADDR));
  CHECK_FALSE(squat(port, SO_REUSEPORT));
}

TEST_CASE("a squatter's port is left alone, and the squatter hears nothing") {
  SignalWatch signals;
  LoopbackSockets loopback{PeerCheck::only(), signals};
  const auto squatter = squat(0);
  REQUIRE(squatter);

  CHECK_FALSE(loopback.listen(LoopbackFamily::ipv4, port_of(squatter)));
  const auto holder = loopback.holder(port_of(squatter));
  CHECK_MESSAGE(holder.ends_with(" (pid " + std::to_string(::getpid()) + ")"), holder);

  pollfd visitor{squatter.get(), POLLIN, 0};
  CHECK(::poll(&visitor, 1, 0) == 0);
}

TEST_CASE("a free port has no holder") {
  SignalWatch signals;
  LoopbackSockets loopback{PeerCheck::only(), signals};
  std::uint16_t port = 0;
  {
    const auto listener = loopback.listen(LoopbackFamily::ipv4, 0);
    REQUIRE(listener);
    port = listener->port();
  }
  CHECK(loopback.holder(port) == "");
}

TEST_CASE("the same port serves one sign-in right after the other") {
  SignalWatch signals;
  LoopbackSockets loopback{PeerCheck::only(), signals};
  std::uint16_t port = 0;
  for (int round = 0; round < 3; ++round) {
    const auto listener = loopback.listen(LoopbackFamily::ipv4, port);
    REQUIRE(listener);
    port = listener->port();
    Probe browser{port};
    browser.say(redirect);
    const auto visit = listener->next(in(seconds{10}));
    REQUIRE(visit);
    visit->answer("HTTP/1.1 200 OK\r\n\r\n"); // we close first: our side stays in TIME_WAIT
    CHECK(browser.hear() == "HTTP/1.1 200 OK\r\n\r\n");
  }
}

TEST_CASE("a listener that goes away leaves no socket listening or connected") {
  SignalWatch signals;
  LoopbackSockets loopback{PeerCheck::only(), signals};
  auto listener = loopback.listen(LoopbackFamily::ipv4, 0);
  REQUIRE(listener);
  const auto port = listener->port();
  Probe silent{port};
  CHECK_FALSE(listener->next(in(std::chrono::milliseconds{20})));

  listener.reset();

  CHECK(silent.hear() == "");
  CHECK_FALSE(Probe{port}.connected);
}

TEST_CASE("the name localhost is held on both addresses it may have") {
  if (!machine_has_ipv6()) {
    MESSAGE("this machine has no ::1");
    return;
  }
  Listening world{LoopbackFamily::localhost};
  for (const int family : {AF_INET, AF_INET6}) {
    Probe browser{world.listener->port(), family};
    browser.say(redirect);
    CHECK(world.next_head() == redirect);
  }
  CHECK_FALSE(world.loopback.listen(LoopbackFamily::ipv6, world.listener->port()));
}

TEST_CASE("with ::1 squatted localhost counts as taken, and 127.0.0.1 is given back") {
  if (!machine_has_ipv6()) {
    MESSAGE("this machine has no ::1");
    return;
  }
  Listening squatter{LoopbackFamily::ipv6};
  CHECK_FALSE(squatter.loopback.listen(LoopbackFamily::localhost, squatter.listener->port()));
  CHECK(squatter.loopback.listen(LoopbackFamily::ipv4, squatter.listener->port()));
}

TEST_CASE("no socket of ours survives into a program we start") {
  Listening world;
  Probe browser{world.listener->port()};
  browser.say(redirect);
  const auto visit = world.listener->next(in(seconds{10}));
  REQUIRE(visit);
  for (int fd = 3; fd < 64; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (flags >= 0 && ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0)
      CHECK_MESSAGE((flags & FD_CLOEXEC) != 0, fd);
  }
}
