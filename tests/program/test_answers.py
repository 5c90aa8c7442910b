"""Answers as models' engines and the gateways before them really send them: one row each, with how invoke must end, what it must
print and what it must say. The server is the test's own; the model that is asked for names the row.

The same answers go through a batch, which must count exactly the failed ones as failed, and into a conversation, which keeps
exactly the complete ones.
"""

import dataclasses
import http.server
import json
import threading
import unittest

from harness import ProgramTest

SERVICE, INCOMPLETE = 6, 10
EVENTS, JSON = "text/event-stream", "application/json"


def event(data, name=None):
    """One server-sent event; documents become JSON."""
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "") + f"data: {text}\n\n"


def chunk(delta, reason=None, /, **more):
    """An event with one chunk of the first choice."""
    return event({"id": "c", "object": "chat.completion.chunk", "model": "m",
                  "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more})


def said(text):
    return chunk({"content": text})


def whole(text="Hello", reason="stop", /, **more):
    """An answer in one document."""
    return {"id": "c", "object": "chat.completion", "model": "m",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}], **more}


HELLO = said("Hel") + said("lo")
STOP = chunk({}, "stop")
DONE = "data: [DONE]\n\n"


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    body: object  # str, bytes or a document
    text: str | None = "Hello"  # None: whatever
    code: int = 0
    said: tuple = ()  # facts on standard error; none: nothing may be said
    type: str = EVENTS
    words: tuple = ()
    fails: bool | None = None  # in a batch; None: if invoke fails
    kept: bool | None = None  # by a conversation; None: if nothing fails

    @property
    def bytes(self):
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()

    @property
    def counts_as_failed(self):
        return self.code != 0 if self.fails is None else self.fails


def ending(word, code=0, kept=False, fails=False, said=None):
    return Row(f"finish_reason {word}", HELLO + chunk({}, word) + DONE, code=code, kept=kept, fails=fails or code != 0,
               said=(word,) if said is None else said)


def failure(name, body, *facts, text="Hello", **options):
    return Row(name, body, text, SERVICE, facts or ("boom",), **options)


ENDINGS = (
    *(ending(word, kept=True, said=()) for word in
      ("stop", "STOP", "tool_calls", "function_call", "stop_sequence", "eos", "eos_token", "end_turn", "tool_use")),
    *(ending(word, kept=True) for word in ("length", "max_tokens", "MAX_TOKENS", "model_length", "max_output_tokens")),
    *(ending(word) for word in ("content_filter", "SAFETY", "RECITATION", "sensitive", "refusal")),
    *(ending(word, SERVICE) for word in
      ("abort", "error", "insufficient_system_resource", "network_error", "cancelled", "MALFORMED_FUNCTION_CALL")),
    *(ending(word, fails=True) for word in ("weird", "OTHER", "null_and_void")),
    Row("an object as finish_reason", HELLO + chunk({}, {"type": "stop", "matched": 2}) + DONE),
    Row("an object as finish_reason that is an abort", HELLO + chunk({}, {"type": "abort"}) + DONE, code=SERVICE, said=("abort",)),
    Row("an empty finish_reason in every chunk", chunk({"content": "Hello"}, "") + chunk({}, "stop") + chunk({}, "") + DONE),
    Row("the worst of two choices", HELLO + event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"},
                                                               {"index": 1, "delta": {"content": "x"}, "finish_reason": "abort"}]}),
        code=SERVICE, said=("abort",)),
    Row("no end marker while a second choice goes on", HELLO + event({"choices": [{"index": 1, "delta": {"content": "x"}}]}) + STOP,
        code=INCOMPLETE, said=("end marker",)),
    Row("an abort in one document", whole("Hello", "abort"), code=SERVICE, said=("abort",), type=JSON, words=("--no-stream",)),
    Row("an unknown ending in one document", whole("Hello", "weird"), said=("weird",), type=JSON, words=("--no-stream",), fails=True),
    *(Row(f"strict: {word}", HELLO + chunk({}, word) + DONE, code=INCOMPLETE, said=(word,), words=("--strict",), fails=fails)
      for word, fails in (("length", False), ("max_tokens", False), ("SAFETY", False), ("weird", True))),
    Row("strict: stop", HELLO + STOP + DONE, words=("--strict",)),
    Row("fail on length: max_tokens", HELLO + chunk({}, "max_tokens"), code=INCOMPLETE, said=("max_tokens",),
        words=("--fail-on", "length"), fails=False),
)

ERRORS = (
    failure("event: error", HELLO + event({"message": "boom"}, "error") + DONE),
    failure("event: error with text", HELLO + event("boom", "error") + DONE),
    failure("event: error with an error inside", HELLO + event({"error": {"message": "boom"}}, "error")),
    failure("event: error after a finish_reason", HELLO + STOP + event("boom", "error") + DONE),
    failure("event: error without data", HELLO + "event: error\n\n" + STOP + DONE, "no reason given"),
    failure("event: exception", HELLO + event("boom", "exception") + DONE),
    failure("an error as a field", HELLO + 'error: {"message": "boom"}\n\n' + DONE),
    failure("an error as a field, in text", HELLO + "error: boom\n\n" + STOP + DONE),
    failure("a detail", HELLO + event({"detail": "boom"}) + DONE),
    failure("a detail at once", event({"detail": "boom"}), text=""),
    failure("a list of details", HELLO + event({"detail": [{"loc": ["body"], "msg": "boom"}]}) + DONE),
    failure('"object": "error"', HELLO + event({"object": "error", "message": "boom", "code": 50001}) + DONE),
    failure('"type": "error"', HELLO + event({"type": "error", "error": {"type": "overloaded_error", "message": "boom"}}) + DONE),
    failure("an error in a choice", HELLO + event({"choices": [{"index": 0, "delta": {}, "error": {"message": "boom"}}]}) + DONE),
    failure("an error beside choices", HELLO + chunk({"content": ""}, "error", error={"code": 502, "message": "boom"}) + DONE),
    failure("a message with a status", HELLO + event({"code": 503, "message": "boom"}) + DONE),
    failure("an error that is a number", HELLO + event({"error": 500}) + DONE, "500"),
    failure("an error without a message", HELLO + event({"error": {"code": 502, "metadata": {"raw": "boom"}}}) + DONE),
    failure("a list with an error", '[{"error": {"code": 503, "message": "boom"}}]', text="", type=JSON),
    failure("bare JSON, indented", HELLO + json.dumps({"error": {"message": "boom"}}, indent=2) + "\n\n" + DONE),
    failure("bare JSON, indented and cut", HELLO + '{\n  "error": {\n    "message": "boom"'),
    failure("bare JSON after a finish_reason", HELLO + STOP + '{"error": "boom"}\n'),
    failure("words in place of the rest", HELLO + event("upstream: boom") + DONE),
    failure("a JSON string in place of the rest", HELLO + event('"boom"') + DONE),
    failure("an error without a reason", HELLO + event({"error": ""}) + DONE, "no reason given"),
    failure("half a chunk in the middle", said("Hel") + event('{"choices":[{"delta":{"content":"x') + said("lo") + STOP + DONE,
            "not a JSON object"),
    failure("a detail in place of an answer", {"detail": "boom"}, text="", type=JSON, words=("--no-stream",)),
    failure("an object that is an error, in place of an answer", {"object": "error", "message": "boom"}, text="", type=JSON,
            words=("--no-stream",)),
    failure("an error beside a message", whole(error={"message": "boom"}), type=JSON, words=("--no-stream",)),
    failure("an error in a whole choice", {"choices": [{"message": {"content": "Hello"}, "error": {"message": "boom"}}]}, type=JSON),
    failure("an end marker alone", DONE, "no answer", text=""),
    failure("an end marker after a notice", event({"type": "ping"}) + DONE, "no answer", text=""),
    failure("a page", "<html>Sign in</html>", "JSON object", text="", type="text/html", words=("--no-stream",)),
)

PIECES = (
    Row("halves of a pair in two chunks", r'data: {"choices":[{"delta":{"content":"\ud83d"}}]}' "\n\n"
        r'data: {"choices":[{"delta":{"content":"\ude00"}}]}' "\n\n" + STOP, "😀"),
    Row("halves of a pair, with an empty chunk between", r'data: {"choices":[{"delta":{"content":"a\ud83d"}}]}' "\n\n" + said("")
        + r'data: {"choices":[{"delta":{"content":"\ude00b"}}]}' "\n\n" + STOP, "a😀b"),
    Row("a lone half in the middle", r'data: {"choices":[{"delta":{"content":"a\ud83d"}}]}' "\n\n" + said("b") + STOP, "a�b"),
    Row("a lone half at the end", r'data: {"choices":[{"delta":{"content":"a\ud83d"}}]}' "\n\n" + STOP, "a�"),
    Row("a second half alone", r'data: {"choices":[{"delta":{"content":"\ude00a"}}]}' "\n\n" + STOP, "�a"),
    Row("halves in one document", r'{"choices":[{"message":{"content":"\ud83da"},"finish_reason":"stop"}]}', "�a", type=JSON),
    Row("bytes that are not UTF-8", b'data: {"choices":[{"delta":{"content":"caf\xe9"}}]}\n\n' + STOP.encode(), "caf�"),
    Row("a character in two chunks", b'data: {"choices":[{"delta":{"content":"\xf0\x9f"}}]}\n\n'
        b'data: {"choices":[{"delta":{"content":"\x98\x80"}}]}\n\n' + STOP.encode(), "😀"),
    Row("line breaks and tabs in a string", 'data: {"choices":[{"delta":{"content":"a\tb\x01"}}]}\n\n' + STOP, "a\tb\x01"),
    Row("an escape that JSON does not have", r'data: {"choices":[{"delta":{"content":"a\qb"}}]}' "\n\n" + STOP, r"a\qb"),
    Row("a member twice", 'data: {"choices":[{"delta":{"content":"x","content":"Hello"}}]}\n\n' + STOP),
    Row("a document with a member twice", '{"id":1,"id":2,"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}', type=JSON),
    Row("ten thousand members", said("Hello") + event({"choices": [], "map": {f"t{n}": n for n in range(10_000)}}) + STOP),
    Row("a hundred levels", said("Hello") + event('{"choices":[],"x":' + "[" * 100 + "]" * 100 + "}") + STOP),
    Row("NaN and Infinity", 'data: {"choices":[{"delta":{"content":"Hello"},"logprobs":{"x":[NaN,-Infinity]}}]}\n\n' + STOP),
    *(Row(f"data: {data}", said("Hel") + f"data: {data}\n\n" + said("lo") + STOP + DONE) for data in
      (": keepalive", ": OPENROUTER PROCESSING", "null", "{}", "[]", "true", "0", '""', "", "ping", "keep-alive", '{"type": "ping"}')),
    *(Row(f"event: ping, data: {data}", said("Hel") + event(data, "ping") + said("lo") + STOP + DONE) for data in
      ('{"type": "ping"}', "{}", "", "2026-01-01T00:00:00Z")),
    Row("event: ping without data", said("Hel") + "event: ping\n\n" + said("lo") + STOP + DONE),
    Row("every chunk named", "".join("event: message\n" + part for part in (said("Hel"), said("lo"), STOP)) + DONE),
    *(Row(f'"error": {value}', 'data: {"error":%s,"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n' % value + STOP + DONE)
      for value in ("null", "false", '""', "{}", "[]", "0", '{"message":null,"code":null}')),
    *(Row(f'"error": {value} in one document', '{"error":%s,"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}' % value,
          type=JSON, words=("--no-stream",)) for value in ("null", "false", '""', "{}")),
    Row("an empty error on its own before the end", said("Hel") + event({"error": {}}) + said("lo") + STOP + DONE),
    Row("an end marker with blanks", HELLO + STOP + "data:   [DONE]  \n\n"),
    Row("an end marker without a finish_reason", HELLO + "data: [DONE] \n\n"),
    Row("an end marker in lower case", HELLO + "data: [done]\n\n"),
    Row("an end marker twice", HELLO + STOP + DONE + DONE),
    Row("no end marker after a finish_reason", HELLO + STOP),
    Row("the last event unfinished", HELLO + STOP.rstrip("\n")),
    Row("neither end marker nor finish_reason", HELLO, code=INCOMPLETE, said=("end marker",)),
    Row("a last event that breaks off", HELLO + 'data: {"choices":[{"delta":{"content":"x', code=INCOMPLETE, said=("end marker",)),
    Row("a comment before everything", ": connected\n\n" + HELLO + STOP + DONE),
    Row("carriage returns", (HELLO + STOP + DONE).replace("\n", "\r\n")),
    Row("no blank lines between the events", (HELLO + STOP + DONE).replace("\n\n", "\n")),
    Row("JSON over several lines of data", "".join(f"data: {line}\n" for line in json.dumps(whole(), indent=1).splitlines()) + "\n"),
    Row("JSON over several lines without data", "data: " + json.dumps(whole(), indent=1) + "\n\n"),
    Row("several chunks in one event", 'data: {"choices":[{"delta":{"content":"Hel"}}]}{"choices":[{"delta":{"content":"lo"}}]}\n\n' + STOP),
    Row("content in parts", chunk({"content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]}) + STOP),
)

FRAMING = (
    Row("JSON for a stream", whole(), type=JSON),
    Row("JSON for a stream, indented", json.dumps(whole(), indent=2), type=JSON),
    Row("JSON for a stream, called a stream", json.dumps(whole(), indent=2)),
    Row("JSON and an end marker", json.dumps(whole()) + "\n\n" + DONE),
    Row("indented JSON and an end marker", json.dumps(whole(), indent=2) + "\n\n" + DONE, type=JSON),
    Row("JSON after a byte order mark", b"\xef\xbb\xbf" + json.dumps(whole()).encode(), type=JSON, words=("--no-stream",)),
    Row("JSON after blank lines", "\n\r\n  " + json.dumps(whole()), type=JSON),
    Row("JSON of no type", whole(), type=""),
    Row("JSON called text", whole(), type="text/plain", words=("--no-stream",)),
    Row("a stream for --no-stream", HELLO + STOP + DONE, words=("--no-stream",)),
    Row("a stream for --no-stream, called JSON", HELLO + STOP + DONE, type=JSON, words=("--no-stream",)),
    Row("a stream of no type", HELLO + STOP + DONE, type="", words=("--no-stream",)),
    Row("a stream for --no-stream, after a comment", ": hello\n\n" + HELLO + STOP + DONE, type=JSON, words=("--no-stream",)),
    Row("a stream that is called one in any case", HELLO + STOP + DONE, type="Text/Event-Stream; Charset=UTF-8", words=("--no-stream",)),
    Row("lines of JSON", HELLO.replace("data: ", "") + STOP.replace("data: ", ""), type="application/x-ndjson"),
    Row("a list of chunks", [{"choices": [{"delta": {"content": part}}]} for part in ("Hel", "lo")]
        + [{"choices": [{"delta": {}, "finish_reason": "stop"}]}], type=JSON),
    Row("one chunk for --no-stream", {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "stop"}]}, type=JSON,
        words=("--no-stream",)),
    Row("message in place of delta", event({"choices": [{"message": {"content": "Hel"}}]})
        + event({"choices": [{"message": {"content": "lo"}, "finish_reason": "stop"}]})),
    Row("message beside an empty delta", event({"choices": [{"delta": {}, "message": {"content": "Hello"}, "finish_reason": "stop"}]})),
    Row("message that repeats the deltas", HELLO + event({"choices": [{"delta": {}, "message": {"content": "Hello"},
                                                                       "finish_reason": "stop"}]})),
    Row("a whole answer as one event", event(whole()) + DONE),
    Row("text in place of delta", event({"choices": [{"text": "Hel"}]}) + event({"choices": [{"text": "lo", "finish_reason": "stop"}]})),
)

WEATHER, TIME = ("weather", '{"city":"Graz"}'), ("time", "{}")


def pieces(*calls, reason="tool_calls"):
    """A stream of deltas with these pieces of tool calls, each (index, id, name, arguments), where None is absent."""
    def piece(index, identifier, name, arguments):
        function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
        return {key: value for key, value in (("index", index), ("id", identifier), ("type", identifier and "function"), ("function", function)) if value is not None}
    return "".join(chunk({"tool_calls": [piece(*call) for call in (delta if isinstance(delta, list) else [delta])]})
                   for delta in calls) + chunk({}, reason) + DONE


CALLS = {
    "as OpenAI does": (pieces((0, "a", "weather", ""), (0, None, None, '{"city":'), (0, None, None, '"Graz"}'), (1, "b", "time", ""),
                              (1, None, None, "{}")), (WEATHER, TIME)),
    "all with index 0": (pieces((0, "a", *WEATHER), (0, "b", *TIME)), (WEATHER, TIME)),
    "all with index 0, in parts": (pieces((0, "a", "weather", '{"city":'), (0, None, None, '"Graz"}'), (0, "b", "time", "{"),
                                          (0, None, None, "}")), (WEATHER, TIME)),
    "all with index 0, in one delta": (pieces([(0, "a", *WEATHER), (0, "b", *TIME)]), (WEATHER, TIME)),
    "all with index 0, without ids": (pieces((0, None, *WEATHER), (0, None, *TIME)), (WEATHER, TIME)),
    "with ids in every piece": (pieces((0, "a", "weather", ""), (0, "b", "time", ""), (0, "a", None, '{"city":"Graz"}'),
                                       (0, "b", None, "{}")), (WEATHER, TIME)),
    "without an index": (pieces((None, "a", *WEATHER), (None, "b", *TIME)), (WEATHER, TIME)),
    "without an index, in parts": (pieces((None, "a", "weather", ""), (None, None, None, '{"city":'), (None, None, None, '"Graz"}'),
                                          (None, "b", "time", ""), (None, None, None, "{}")), (WEATHER, TIME)),
    "without an index, in one delta": (pieces([(None, "a", *WEATHER), (None, "b", *TIME)]), (WEATHER, TIME)),
    "without an index or ids": (pieces([(None, None, *WEATHER), (None, None, *TIME)]), (WEATHER, TIME)),
    "of one function twice, without an index or ids": (pieces((None, None, *TIME), (None, None, *TIME)), (TIME, TIME)),
    "from 1": (pieces((1, "a", *WEATHER), (2, "b", *TIME)), (WEATHER, TIME)),
    "with a name in every delta": (pieces((0, "a", "weather", '{"city":'), (0, "a", "weather", '"Graz"}'), (1, "b", *TIME)), (WEATHER, TIME)),
    "with a name in every delta, without ids": (pieces((0, None, "weather", '{"city":'), (0, None, "weather", '"Graz"}')), (WEATHER,)),
    "with an id in every delta": (pieces((0, "a", "weather", '{"city":'), (0, "a", None, '"Graz"}')), (WEATHER,)),
    "with arguments as an object": (pieces((0, "a", "weather", {"city": "Graz"}), (1, "b", "time", {})), (WEATHER, TIME)),
    "with the same id for all": (pieces((0, "a", *WEATHER), (1, "a", *TIME)), (WEATHER, TIME)),
    "with the whole call once more": (pieces((0, "a", "weather", '{"city":'), (0, "a", None, '"Graz"}'), (0, "a", *WEATHER)), (WEATHER,)),
    "with null for what does not change": (event({"choices": [{"delta": {"tool_calls": [
        {"index": 0, "id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Graz"'}}]}}]})
        + event({"choices": [{"delta": {"tool_calls": [
            {"index": 0, "id": None, "type": None, "function": {"name": None, "arguments": "}"}}]}, "finish_reason": "tool_calls"}]}),
        (WEATHER,)),
    "with an empty id in every delta": (pieces((0, "a", "weather", '{"city":'), (0, "", "", '"Graz"}')), (WEATHER,)),
}

LOGPROBS = [{"token": text, "logprob": -0.5, "bytes": None, "top_logprobs": []} for text in ("Hel", "lo")]

# What --json must hold in the first choice's message, or in the choice.
KEPT = {
    "logprobs": ("".join(event({"choices": [{"index": 0, "delta": {"content": entry["token"]}, "logprobs": {"content": [entry], "refusal": None}}]})
                         for entry in LOGPROBS) + STOP, "choice", {"content": LOGPROBS, "refusal": None}),
    "token_ids": ("".join(event({"choices": [{"index": 0, "delta": {"content": "a"}, "token_ids": [number]}]}) for number in (5, 6, 7)) + STOP,
                  "choice", [5, 6, 7]),
    "reasoning_details": (chunk({"reasoning_details": [{"type": "reasoning.text", "text": "a"}]})
                          + chunk({"reasoning_details": [{"type": "reasoning.text", "text": "b"}]}) + STOP, "message",
                          [{"type": "reasoning.text", "text": "a"}, {"type": "reasoning.text", "text": "b"}]),
    "images": (chunk({"images": [{"type": "image_url", "image_url": {"url": "data:a"}}]})
               + chunk({"images": [{"type": "image_url", "image_url": {"url": "data:b"}}]}) + STOP, "message",
               [{"type": "image_url", "image_url": {"url": f"data:{name}"}} for name in "ab"]),
    "audio": (chunk({"audio": {"id": "x", "data": "AA", "transcript": "Hel"}})
              + chunk({"audio": {"id": "x", "data": "BB", "transcript": "lo", "expires_at": 7}}) + STOP, "message",
              {"id": "x", "data": "AABB", "transcript": "Hello", "expires_at": 7}),
    "function_call": (chunk({"function_call": {"name": "weather", "arguments": '{"city":'}})
                      + chunk({"function_call": {"arguments": '"Graz"}'}}) + chunk({}, "function_call"), "message",
                      {"name": "weather", "arguments": '{"city":"Graz"}'}),
    "content, parts between texts": (said("a") + chunk({"content": [{"type": "text", "text": "b"}]}) + said("c") + said("") + STOP, "message",
                            [{"type": "text", "text": text} for text in "abc"]),
    "content, parts before an empty text": (chunk({"content": [{"type": "text", "text": "a"}]}) + said("") + STOP, "message",
                                   [{"type": "text", "text": "a"}]),
    "reasoning_content": (chunk({"reasoning_content": "a"}) + chunk({"reasoning_content": {"type": "text", "text": "b"}}) + STOP, "message",
                          [{"type": "text", "text": text} for text in "ab"]),
    "refusal": (chunk({"refusal": "I can"}) + chunk({"refusal": "not"}) + STOP, "message", "I cannot"),
    "annotations": (chunk({"annotations": [{"type": "url_citation"}]}) + chunk({"annotations": None}) + STOP, "message",
                    [{"type": "url_citation"}]),
    "content_filter_results": ("".join(event({"choices": [{"index": 0, "delta": {"content": "a"}, "content_filter_results": {
        "hate": {"filtered": False, "severity": "safe"}}}]}) for _ in range(2)) + STOP, "choice",
                               {"hate": {"filtered": False, "severity": "safe"}}),
    "reasoning": (chunk({"reasoning": r"a"}) + chunk({"reasoning": "b"}) + STOP, "message", "ab"),
}

LATER = (
    *(Row(f"{word}, and then a better word", HELLO + chunk({}, word) + STOP + DONE, code=SERVICE, said=(word,)) for word in ("error", "abort")),
    *(Row(f"{word}, and then a better word", HELLO + chunk({}, word) + STOP + DONE, said=(word,), kept=word == "length")
      for word in ("length", "content_filter")),
    Row("a word for not yet, and then a better one", HELLO + chunk({}, "in_progress") + STOP + DONE),
    Row("a good word, and then an abort", HELLO + STOP + chunk({}, "abort") + DONE, code=SERVICE, said=("abort",)),
    failure("errors in the middle", HELLO + event({"errors": [{"message": "boom"}]}) + STOP + DONE),
    failure("errors beside choices", event({"errors": [{"message": "boom"}], "choices": [{"delta": {"content": "Hello"}}]}) + STOP),
    failure("a code and a message before the end marker", HELLO + event({"code": "InternalError", "message": "boom"}) + DONE),
    Row("a code and a message within an answer that ends well", HELLO + event({"code": "note", "message": "slow"}) + STOP + DONE),
    failure("a code and msg", HELLO + event({"code": 500, "msg": "boom"}) + DONE),
    failure("error_message alone", HELLO + event({"error_message": "boom"}) + DONE),
    failure("an error in a delta", HELLO + chunk({"error": {"message": "boom"}}) + STOP + DONE),
    failure("an error in a message", {"choices": [{"message": {"content": "Hello", "error": {"message": "boom"}}, "finish_reason": "stop"}]},
            type=JSON, text=None),
    Row("an empty error in a delta", HELLO + chunk({"error": None}) + STOP + DONE),
    failure("choices that are null", event({"choices": None}) + DONE, "no answer", text=""),
    Row("a text after parts", chunk({"content": [{"type": "text", "text": "Hel"}]}) + said("lo") + said("") + STOP),
    Row("parts after a text", said("Hel") + chunk({"content": [{"type": "text", "text": "lo"}]}) + STOP),
)

ROWS = ENDINGS + LATER + ERRORS + PIECES + FRAMING
BODIES = {row.name: row for row in ROWS} | {name: Row(name, body) for name, (body, _) in CALLS.items()} \
    | {name: Row(name, body) for name, (body, _, _) in KEPT.items()}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """The client may leave as soon as it has read an end marker or an error."""

    def close(self):
        self.shutdown()
        self.server_close()


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):  # noqa: N802, the name that http.server calls
        self.answer(JSON, b'{"object":"list","data":[]}')

    def do_POST(self):  # noqa: N802
        model = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["model"]
        self.server.asked.append(model)
        row = BODIES[model]
        self.answer(row.type, row.bytes)

    def answer(self, content_type, body):
        self.send_response(200)
        if content_type:
            self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(body), 997):  # pieces that end anywhere
            piece = body[at:at + 997]
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")


class AnswerTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.close)
        self.environment["CHUTES_LLM_URL"] = f"http://127.0.0.1:{self.server.server_port}"
        self.environment["CHUTES_ACCESS_TOKEN"] = "cak_test"

    def ask(self, name, *words):
        return self.run_program("invoke", "-m", name, "x", *words)


class Rows(AnswerTest):
    def check(self, rows):
        for row in rows:
            with self.subTest(row.name):
                result = self.ask(row.name, *row.words)
                self.assertEqual(result.code, row.code, result.stderr)
                if row.text is not None:
                    self.assertEqual(result.stdout.rstrip("\n"), row.text)
                for fact in row.said:
                    self.assertIn(fact, result.stderr)
                if not row.said:
                    self.assertEqual(result.stderr, "")
        self.assertEqual(self.server.asked, [row.name for row in rows])  # once each: what may have been paid for is not sent again

    def test_endings(self):
        self.check(ENDINGS)

    def test_errors_inside_a_success(self):
        self.check(ERRORS)

    def test_odd_pieces(self):
        self.check(PIECES)

    def test_framing_other_than_asked_for(self):
        self.check(FRAMING)


class Assembly(AnswerTest):
    def test_tool_calls(self):
        for name, (_, expected) in CALLS.items():
            with self.subTest(name):
                result = self.ask(name, "--json")
                self.assertEqual((result.code, result.stderr), (0, ""))
                calls = result.json["choices"][0]["message"]["tool_calls"]
                self.assertEqual([(call["function"]["name"], call["function"]["arguments"]) for call in calls], list(expected))
                self.assertEqual({call["type"] for call in calls}, {"function"})
                said = self.ask(name)
                for function, arguments in expected:
                    self.assertIn(f"{function}({arguments})", said.stderr)

    def test_members(self):
        for name, (_, where, expected) in KEPT.items():
            with self.subTest(name):
                result = self.ask(name, "--json")
                self.assertEqual((result.code, result.stderr), (0, ""))
                choice = result.json["choices"][0]
                self.assertEqual((choice["message"] if where == "message" else choice)[name.split(",")[0]], expected)

    def test_json_holds_the_same_text(self):
        for row in PIECES + FRAMING:
            with self.subTest(row.name):
                result = self.ask(row.name, "--json", *row.words)
                self.assertEqual(result.code, row.code, result.stderr)
                choice = result.json["choices"][0]
                content = choice["message"]["content"] if choice.get("text") is None else choice["text"]
                if isinstance(content, str):
                    self.assertEqual(content, row.text)


class Batches(AnswerTest):
    def test_a_batch_counts_no_failed_generation_as_answered(self):
        lines = [json.dumps({"custom_id": row.name, "body": {"model": row.name, "messages": []}}) for row in ROWS]
        source, results = self.folder / "in.jsonl", self.folder / "out.jsonl"
        source.write_text("\n".join(lines) + "\n")
        result = self.run_program("invoke", "--batch", str(source), "-o", str(results))
        self.assertEqual(result.code, INCOMPLETE, result.stderr)
        errors = {line["custom_id"]: line["error"] for line in map(json.loads, results.read_text().splitlines())}
        for row in ROWS:
            with self.subTest(row.name):
                self.assertEqual(errors[row.name] is not None, row.counts_as_failed, errors[row.name])
        self.server.asked.clear()
        self.run_program("invoke", "--batch", str(source), "-o", str(results), "--resume")
        self.assertEqual(sorted(self.server.asked), sorted(row.name for row in ROWS if row.counts_as_failed))


class Conversations(AnswerTest):
    def test_a_conversation_keeps_no_failed_answer(self):
        for number, row in enumerate(ENDINGS + ERRORS):
            with self.subTest(row.name):
                result = self.ask(row.name, f"--continue=c{number}", *row.words)
                kept = self.folder / f"home/.local/state/chutes-login/conversations/c{number}.jsonl"
                expected = row.code == 0 and not row.counts_as_failed if row.kept is None else row.kept
                self.assertEqual(kept.exists(), expected, result.stderr)


if __name__ == "__main__":
    unittest.main()
