"""Registering, listing, changing and sharing apps."""

import json

from conversation import OTHER_REDIRECT_URI, REDIRECT_URI

BODY = {"name": "Replay App", "redirect_uris": [REDIRECT_URI, OTHER_REDIRECT_URI]}
MINE = "include_public=false&include_shared=false"

CREATIONS = [  # the name of the case, and what differs from BODY
    ("same name", {}),
    ("same name other case", {"name": "REPLAY app"}),
    ("same name padded", {"name": "Replay App "}),
    ("underscore wildcard", {"name": "Replay_App"}),
    ("name short", {"name": "ab"}),
    ("name long", {"name": "x" * 65}),
    ("name bad chars", {"name": "a/b c"}),
    ("name null", {"name": None}),
    ("name int", {"name": 5}),
    ("uris empty", {"name": "n1", "redirect_uris": []}),
    ("uris empty ok name", {"name": "nnn1", "redirect_uris": []}),
    ("uris 11", {"name": "nnn2", "redirect_uris": [f"http://127.0.0.1:{port}/c" for port in range(11)]}),
    ("uris custom scheme", {"name": "nnn3", "redirect_uris": ["myapp://cb"]}),
    ("uris string", {"name": "nnn4", "redirect_uris": "http://x"}),
    ("uris null", {"name": "nnn5", "redirect_uris": None}),
    ("uris with int", {"name": "nnn6", "redirect_uris": [1]}),
    ("days 0", {"name": "nnn7", "refresh_token_lifetime_days": 0}),
    ("days 31", {"name": "nnn8", "refresh_token_lifetime_days": 31}),
    ("days null", {"name": "nnn9", "refresh_token_lifetime_days": None}),
    ("days string", {"name": "nnn10", "refresh_token_lifetime_days": "7"}),
    ("days float", {"name": "nnn11", "refresh_token_lifetime_days": 7.5}),
    ("public string", {"name": "nnn12", "public": "false"}),
    ("public 0", {"name": "nnn12b", "public": 0}),
    ("public null", {"name": "nnn13", "public": None}),
    ("public word", {"name": "nnn13b", "public": "maybe"}),
    ("scopes privileged", {"name": "nnn14", "allowed_scopes": ["billing:read", "admin"]}),
    ("scopes unknown", {"name": "nnn15", "allowed_scopes": ["nonsense"]}),
    ("scopes string", {"name": "nnn16", "allowed_scopes": "profile"}),
    ("extra field", {"name": "nnn17", "scopes": ["admin"], "foo": 1}),
    ("active false", {"name": "nnn18", "active": False}),
    ("dup uris", {"name": "nnn19", "redirect_uris": [REDIRECT_URI, REDIRECT_URI]}),
    ("uri with query", {"name": "nnn20", "redirect_uris": ["http://127.0.0.1:1/cb?x=1"]}),
    ("uri http only", {"name": "nnn21", "redirect_uris": ["http://"]}),
    ("unicode name", {"name": "Größe ünï 東京"}),
    ("emoji name", {"name": "abc 😀"}),
    ("newline in name", {"name": "abc\ndef"}),
    ("trailing newline", {"name": "abcd\n"}),
    ("percent name", {"name": "100% x"}),
    ("name 64 unicode", {"name": "ü" * 64}),
    ("desc int", {"name": "nnn22", "description": 5}),
    ("private", {"name": "Private Replay", "public": False, "description": "d", "homepage_url": "https://h.example",
                 "logo_url": "https://l.example/x.png", "refresh_token_lifetime_days": 7}),
]
LISTS = [
    ("default", ""),
    ("mine", f"?{MINE}"),
    ("page 1 limit 2", f"?{MINE}&page=1&limit=2"),
    ("limit 0", f"?{MINE}&limit=0"),
    ("limit -1", "?limit=-1"),
    ("page -1", "?page=-1"),
    ("limit x", "?limit=x"),
    ("include_public x", "?include_public=x"),
    ("include_public yes", "?include_public=yes&include_shared=off"),
    ("search", "?search=replay"),
    ("search space", "?search=%20"),
    ("search percent", "?search=%25"),
    ("user me", "?user_id=me&include_public=false&include_shared=false"),
    ("user other", "?user_id={bob}"),
    ("limit 100000", f"?limit=100000&{MINE}"),
    ("page empty", "?page="),
    ("limit huge", "?limit=99999999999999999999"),
]
CHANGES = [
    ("nothing", {}),
    ("same name", {"name": "Replay App"}),
    ("description", {"description": "new"}),
    ("description null", {"description": None}),
    ("description empty", {"description": ""}),
    ("scopes", {"allowed_scopes": ["profile"]}),
    ("scopes privileged", {"allowed_scopes": ["admin"]}),
    ("name clash own", {"name": "nnn17"}),
    ("name clash own other case", {"name": "NNN17"}),
    ("name clash stranger", {"name": "Devon App"}),
    ("name clash stranger other case", {"name": "devon app"}),
    ("name short", {"name": "a"}),
    ("name empty", {"name": ""}),
    ("uris empty", {"redirect_uris": []}),
    ("days 0", {"refresh_token_lifetime_days": 0}),
    ("unknown field", {"foo": 1}),
    ("days 14", {"refresh_token_lifetime_days": 14}),
    ("array", [1]),
]


def ask_creations(talk):
    """Returns alice's app and devon's, with their secrets."""
    alice = talk.key_of("alice")
    app = talk.ask("create minimal", "POST", "/idp/apps", alice, document=BODY).json
    for name, changes in CREATIONS[:4]:
        talk.ask(f"create: {name}", "POST", "/idp/apps", alice, document={**BODY, **changes})
    talk.ask("create: empty object", "POST", "/idp/apps", alice, document={})
    for name, changes in CREATIONS[4:]:
        talk.ask(f"create: {name}", "POST", "/idp/apps", alice, document={**BODY, **changes})
    as_json = {**alice, "Content-Type": "application/json"}
    talk.ask("create: not json", "POST", "/idp/apps", as_json, body='{"name":')
    talk.ask("create: array", "POST", "/idp/apps", alice, document=[1])
    talk.ask("create: string", "POST", "/idp/apps", alice, document="x")
    talk.ask("create: empty body", "POST", "/idp/apps", as_json, body="")
    talk.ask("create: form body", "POST", "/idp/apps", alice, form={"name": "abc"})
    talk.ask("create: json without content-type", "POST", "/idp/apps", alice,
             body=json.dumps({**BODY, "name": "nnn30"}))
    talk.ask("create: json text/plain", "POST", "/idp/apps", {**alice, "Content-Type": "text/plain"},
             body=json.dumps({**BODY, "name": "nnn31"}))
    scopes = ["billing:read", "admin", "account:write"]
    other = talk.ask("create: privileged by unlimited_dev", "POST", "/idp/apps", talk.key_of("devon"),
                     document={**BODY, "name": "Devon App", "allowed_scopes": scopes}).json
    return app, other


def ask_shares(talk, path, client_path):
    alice, bob = talk.key_of("alice"), talk.key_of("bob")
    bob_id = talk.user("bob")["user_id"]

    def share(name, document, who=alice):
        talk.ask(name, "POST", f"{path}/share", who, document=document)

    share("share empty", {})
    share("share without app", {"user_id_or_name": "bob"})
    share("share unknown user", {"app_id_or_name": "x", "user_id_or_name": "nobody"})
    share("share self", {"app_id_or_name": "x", "user_id_or_name": "alice"})
    share("share bob", {"app_id_or_name": "whatever", "user_id_or_name": "bob"})
    share("share bob again", {"app_id_or_name": "whatever", "user_id_or_name": bob_id})
    share("share by bob", {"app_id_or_name": "x", "user_id_or_name": "carol"}, bob)
    share("share case", {"app_id_or_name": "x", "user_id_or_name": "BOB"})
    talk.ask("shares", "GET", f"{path}/shares", alice)
    talk.ask("shares by client id", "GET", f"{client_path}/shares", alice)
    talk.ask("shares as bob", "GET", f"{path}/shares", bob)
    talk.ask("unshare by name", "DELETE", f"{path}/share/bob", alice)
    talk.ask("unshare bob", "DELETE", f"{path}/share/{bob_id}", alice)
    talk.ask("unshare again", "DELETE", f"{path}/share/{bob_id}", alice)


def ask(talk):
    app, other = ask_creations(talk)
    alice, bob = talk.key_of("alice"), talk.key_of("bob")
    path, client_path = f"/idp/apps/{app['app_id']}", f"/idp/apps/{app['client_id']}"
    for name, query in LISTS:
        talk.ask_list(f"list {name}", "/idp/apps" + query.format(bob=talk.user("bob")["user_id"]), alice)
    talk.ask("show by id", "GET", path, alice)
    talk.ask("show by client id", "GET", client_path, alice)
    talk.ask("show by name", "GET", "/idp/apps/Replay%20App", alice)
    talk.ask("show unknown", "GET", "/idp/apps/nope", alice)
    talk.ask("show as bob (public)", "GET", path, bob)
    talk.ask("show scoped key", "GET", path, talk.key_of("alice", "scoped_key"))
    for name, document in CHANGES:
        talk.ask(f"patch: {name}", "PATCH", path, alice, document=document)
    talk.ask("patch by client id", "PATCH", client_path, alice, document={"description": "x"})
    talk.ask("patch as bob", "PATCH", path, bob, document={"description": "x"})
    talk.ask("patch unknown invalid body", "PATCH", "/idp/apps/nope", alice, document={"name": "a"})
    ask_shares(talk, path, client_path)
    return app, other
