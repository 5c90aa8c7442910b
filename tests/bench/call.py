"""One API call, as a whole process, against curl over TLS to nginx; and how much of the keychain hides behind connecting."""

from pairs import in_turns, memory_row, row, values
from relay import far_away

ROUND_TRIP = 0.020


def rows(bench):
    url = f"https://127.0.0.1:{bench.port}/users/me"
    invoke = [bench.program, "--quiet", "invoke", url, "-X", "GET"]
    one_authority = {**bench.with_token, "SSL_CERT_FILE": str(bench.trust.authority)}
    del one_authority["SSL_CERT_DIR"]

    def call(environment):
        return lambda: bench.watch.run(invoke, environment)

    def curl(trust):
        return lambda: bench.watch.run(bench.curl(url, trust=trust), bench.with_token)

    pairs = in_turns(call(bench.with_token), curl(bench.trust.bundle), bench.rounds(100))
    yield row("a call, token in the environment", "curl, the system's CAs", pairs, 0.25)
    yield memory_row("a call, token in the environment", "curl, the system's CAs", pairs, 0.75)
    yield row("a call, token in the environment", "curl, one CA", in_turns(
        call(one_authority), curl(bench.trust.authority), bench.rounds(100)), 0.75)
    pairs = in_turns(call(bench.with_keychain), curl(bench.trust.bundle), bench.rounds(100))
    yield row("a call, token in the keychain", "curl, the system's CAs", pairs, 0.5)
    yield memory_row("a call, token in the keychain", "curl, the system's CAs", pairs, 1.0)
    floor = [bench.tools / "floor_request", bench.port, bench.trust.directory, "/users/me"]
    yield row("a call, token in the environment", "floor: one handshake, one request", in_turns(
        call(bench.with_token), lambda: bench.watch.run(floor, bench.with_token), bench.rounds(100)))
    yield from far_rows(bench)


def far_rows(bench):
    """At a round trip of 20 ms: the call takes as long with the keychain as without, but for what is not hidden."""
    with far_away(bench.port, ROUND_TRIP) as port:
        base = f"https://127.0.0.1:{port}"

        def call(environment):
            moved = {**environment, "CHUTES_API_URL": base, "CHUTES_LLM_URL": base}
            return bench.watch.run([bench.program, "--quiet", "invoke", base + "/users/me", "-X", "GET"], moved).wall_ms

        def token(environment):
            return bench.watch.run([bench.program, "token"], environment).wall_ms

        def hidden():
            reading = token(bench.with_keychain) - token(bench.with_token)
            return 100 * (1 - (call(bench.with_keychain) - call(bench.with_token)) / reading)

        hidden()
        yield values("keychain read hidden behind connecting, at 20 ms", "%", [hidden() for _ in range(bench.rounds(60))], 80,
                     at_least=True)
        yield row("a call at 20 ms, token in the environment", "curl, the system's CAs", in_turns(
            lambda: bench.watch.run([bench.program, "--quiet", "invoke", base + "/users/me", "-X", "GET"],
                                    {**bench.with_token, "CHUTES_API_URL": base, "CHUTES_LLM_URL": base}),
            lambda: bench.watch.run(bench.curl(base + "/users/me", trust=bench.trust.bundle), bench.with_token),
            bench.rounds(40)), 1.1)
