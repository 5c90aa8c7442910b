"""A token out of the keychain, against libsecret's own tool and against the bare exchange with the Secret Service."""

import os

from pairs import in_turns, memory_row, row, values

ABSENT = 7  # the exit code where there is no keychain


def rows(bench):
    environment = bench.with_keychain
    attributes = bench.session_attributes()
    names = ("profile", "issuer", "kind")
    lookup = ["secret-tool", "lookup", *(word for name in names for word in (name, attributes[name]))]
    floor = [bench.tools / "floor_secret", *(attributes[name] for name in names)]

    def token():
        return bench.watch.run([bench.program, "token"], environment)

    pairs = in_turns(token, lambda: bench.watch.run(lookup, environment), bench.rounds(100))
    yield row("token, in the keychain", "secret-tool lookup", pairs, 1.1)
    yield memory_row("token, in the keychain", "secret-tool lookup", pairs)
    yield row("token, in the keychain", "floor: three D-Bus calls", in_turns(
        token, lambda: bench.watch.run(floor, environment), bench.rounds(40)))
    yield values("no keychain: until that is said", "ms", [absence(bench) for _ in range(bench.rounds(40))], 50)


def absence(bench):
    """Milliseconds of a command that wants a token where there is no session bus."""
    bare = {name: value for name, value in bench.with_keychain.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    return bench.watch.run([bench.program, "token"], bare, os.devnull, ABSENT).wall_ms
