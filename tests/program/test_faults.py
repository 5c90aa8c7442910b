"""Connections that break, stall and drip, at every byte of a request and its answer that makes a difference, under every
command that speaks to the service: the documented exit code, a sentence, nothing lost, nothing done twice."""

import dataclasses
import json
import unittest

from fault_proxy import BODY_PLACES, HEAD_PLACES, REQUEST_PLACES, Fault
from fault_rows import COMMANDS, TOKEN_PATIENCE, Command, Person, RowTest, ill_worded, leaks, named
from harness import SLOWNESS

NETWORK, SIGN_IN, INCOMPLETE, NOT_AUTHORIZED = 5, 3, 10, 4
ANSWER_PLACES = {**HEAD_PLACES, **BODY_PLACES}
STREAMS = ("events", "chat", "cord")
STALLS = ("in the request's headers", "after the request", "in the answer's headers", "in the answer's body")


STALLED_FOR = "1" if SLOWNESS == 1 else "5"  # seconds
ONE_OF_EACH = ("whoami", "introspect", "refresh", "token, expired", "login", "logout", "models", "invoke -m",
               "invoke -m --no-stream", "invoke CHUTE", "invoke --batch", "app create", "app list", "doctor")


@dataclasses.dataclass(frozen=True)
class Row:
    command: Command
    action: str
    place: str

    def __str__(self):
        return f"{self.command}: {self.action} {self.place}"

    @property
    def of_request(self):
        return self.place in REQUEST_PLACES

    def fault(self):
        places = REQUEST_PLACES if self.of_request else ANSWER_PLACES
        return Fault(self.command.path, self.command.method, side="request" if self.of_request else "answer",
                     place=places[self.place], action=self.action)


def expected(row):
    """The documented exit code, by how the command takes it that this request fails."""
    kind = row.command.kind
    if kind == "dispensable":  # the tokens are safe, and who it is can be asked again
        return row.command.code
    if kind == "batch":  # the line has its error, and the batch says that one failed
        return INCOMPLETE
    if kind == "events" and row.place == "before the answer's last byte":  # the stream's own end marker has come
        return row.command.code
    if kind in STREAMS and row.place in BODY_PLACES:  # what came of the answer stands
        return INCOMPLETE
    if kind == "refresh" and not row.of_request:  # the server has spent the token, and its answer was lost
        return SIGN_IN
    return NETWORK


class Connections(RowTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clean = {}
        for command in COMMANDS:
            with Person(cls.world, command) as person:
                end = person.run()
                hit = any(Fault(command.path, command.method).hits(request) for request in person.proxy.requests)
                cls.clean[command.name] = end, person.asked(), hit

    def test_a_good_day_passes_through_the_proxy_as_through_nothing(self):
        for command in COMMANDS:
            end, _, hit = self.clean[command.name]
            with self.subTest(command.name):
                self.assertEqual(end.code, command.code, end.stdout + end.stderr)
                self.assertTrue(hit, "the faults would hit nothing")

    def look(self, row):
        with Person(self.world, row.command, row.fault()) as person:
            kept = person.session()
            end = person.run("--timeout", STALLED_FOR if row.action == "stall" else "20")
            wrongs = [text for text in (self.wrong_end(row, end), self.wrong_words(row, person, end),
                                        self.done_twice(row, person)) if text]
            person.proxy.fault = None
            return wrongs + [text for text in (self.lost(row, person, kept),) if text]

    def wrong_end(self, row, end):
        if end.code != expected(row):
            return f"exit code {end.code} and not {expected(row)}: {end.stderr}"
        patience = TOKEN_PATIENCE if row.action == "stall" and row.command.path == "/idp/token" else 0
        if end.seconds > 15 * SLOWNESS + patience:
            return f"it took {end.seconds:.1f} s"
        return None

    def wrong_words(self, row, person, end):
        if found := leaks(person, end):
            return f"it said {found}: {end.stdout}{end.stderr}"
        if end.code == row.command.code:
            return None
        if row.command.kind not in (*STREAMS, "batch", "findings", "farewell") and end.stdout:
            return f"it printed {end.stdout!r}"
        if row.command.kind in STREAMS and not self.is_beginning(end.stdout, self.clean[row.command.name][0].stdout):
            return f"it printed {end.stdout!r}"
        wrong = ill_worded(end.stderr)
        return f"{wrong}: {end.stderr!r}" if wrong else None

    @staticmethod
    def is_beginning(came, whole):
        """Whether what came of an answer is its beginning; of a document, one that holds something."""
        if came and whole.startswith('{"id"'):
            return bool(json.loads(came)["choices"])
        return whole.startswith(came.removesuffix("\n"))  # a line that was cut is ended all the same

    def done_twice(self, row, person):
        """What changes or costs something is asked for once. A refresh is asked for again when the server says that it knows
        nothing of the first."""
        asked = person.asked()
        usual = self.clean[row.command.name][1]
        for request in set(asked):
            again = 1 if request == ("POST", "/idp/token") and row.of_request and row.command.kind == "refresh" else 0
            introspected = row.command.kind == "refresh" and request[1] == "/idp/token/introspect"
            if request[0] != "GET" and asked.count(request) > usual.count(request) + again and not introspected:
                return f"{request} came {asked.count(request)} times"
        return None

    def lost(self, row, person, kept):
        """The session is there and good, unless it was to be ended, or the service has ended it."""
        if kept is None or row.command.kind == "farewell":
            return None
        if row.command.kind != "refresh" and person.session() != kept:
            return "the stored session is another"
        end = person.run(words=["whoami"])
        spent = expected(row) == SIGN_IN and row.command.needs == "expired session"
        good = SIGN_IN if spent else 0  # what lives of the old access token is good for its hour
        return None if end.code == good else f"afterwards whoami exits {end.code}: {end.stderr}"

    def run_all(self, action, places, commands=COMMANDS):
        self.run_rows([Row(command, action, place) for place in places for command in commands], self.look)

    def test_a_reset_within_the_request(self):
        self.run_all("reset", REQUEST_PLACES)

    def test_a_reset_before_the_answer_s_head_is_whole(self):
        self.run_all("reset", HEAD_PLACES)

    def test_a_reset_within_the_answer_s_body(self):
        self.run_all("reset", BODY_PLACES)

    def test_an_orderly_end_where_none_should_be(self):
        self.run_all("close", {**REQUEST_PLACES, **ANSWER_PLACES}, named(*ONE_OF_EACH))

    def test_a_stall(self):
        refreshing = [command for command in COMMANDS if command.kind == "refresh"]
        self.run_all("stall", STALLS, [command for command in COMMANDS if command not in refreshing[1:]])

    def test_a_connection_that_is_refused(self):
        def look(command):
            with Person(self.world, command, listens=False) as person:
                words = [word.format(**person.facts).replace("20s", "1s") for word in command.words]
                end = person.run("--timeout", "5", words=words)
                code = NOT_AUTHORIZED if command.needs == "browser" else NETWORK  # the browser does not get there either
                code = INCOMPLETE if command.kind == "batch" else code
                wrong = None if end.code == code else f"exit code {end.code} and not {code}: {end.stderr}"
                return [text for text in (wrong, ill_worded(end.stderr), *leaks(person, end)) if text]

        doctor = named("doctor, session")
        self.run_rows([command for command in COMMANDS if command not in doctor and command.name != "login, who"], look)

    def test_a_silence_of_more_than_a_second_says_whom_it_waits_for_unless_it_is_to_be_quiet(self):
        def look(given):
            command, quiet, place = given
            with Person(self.world, command, Row(command, "stall", place).fault()) as person:
                end = person.run("--timeout", "2", *quiet)
                said = end.stderr.count(f"Waiting for 127.0.0.1:{person.proxy.port}…\n")
                wanted = 0 if quiet or place in BODY_PLACES else 1
                return [] if said == wanted else [f"said {said} times: {end.stderr}"]

        self.run_rows([(command, quiet, place) for command in named("whoami", "refresh", "models", "invoke -m", "app list")
                       for quiet in ((), ("--quiet",)) for place in ("after the request", "in the answer's body")
                       if (command.name, place) != ("refresh", "in the answer's body")], look)


if __name__ == "__main__":
    unittest.main()
