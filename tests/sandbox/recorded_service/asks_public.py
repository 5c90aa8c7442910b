"""What anybody may ask, paths that no route serves, and who may manage apps."""

from conversation import DEAD_TOKEN, bearer

ROUTES = [
    ("discovery", "GET", "/.well-known/openid-configuration"),
    ("idp discovery", "GET", "/idp/.well-known/openid-configuration"),
    ("scopes", "GET", "/idp/scopes"),
    ("ping", "GET", "/ping"),
    ("unknown path", "GET", "/nope"),
    ("unknown idp path", "GET", "/idp/nope"),
    ("trailing slash scopes", "GET", "/idp/scopes/"),
    ("chutes without slash", "GET", "/chutes"),
    ("wrong method scopes DELETE", "DELETE", "/idp/scopes"),
    ("wrong method token GET", "GET", "/idp/token"),
    ("HEAD scopes", "HEAD", "/idp/scopes"),
    ("OPTIONS scopes", "OPTIONS", "/idp/scopes"),
    ("double slash", "GET", "//idp/scopes"),
    ("root", "GET", "/"),
    ("openapi", "HEAD", "/openapi.json"),
    ("cli_login nonce", "GET", "/idp/cli_login/nonce"),
    ("cli_login missing", "GET", "/idp/cli_login"),
    ("cli_login bad nonce", "GET", "/idp/cli_login?hotkey=5x&signature=00&nonce=abc"),
    ("users login nonce", "GET", "/users/login/nonce"),
]
WITH_KEY = [
    ("unknown path with admin key", "/nope"),
    ("trailing slash apps with key", "/idp/apps/"),
    ("trailing slash users/me", "/users/me/"),
    ("chutes without slash, key", "/chutes"),
    ("api_keys without slash, key", "/api_keys"),
]


def credentials(talk):
    """Every kind of Authorization header, by name."""
    alice = talk.user("alice")
    return [
        ("none", {}),
        ("bad cpk", bearer(f"cpk_{'0' * 32}.{'0' * 32}.{'a' * 32}")),
        ("malformed cpk", bearer("cpk_short")),
        ("malformed raw", {"Authorization": "hello"}),
        ("bearer garbage", bearer("garbage")),
        ("bearer jwt garbage", bearer("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.xxxx")),
        ("scoped key", bearer(alice["scoped_key"])),
        ("dead cak", bearer(DEAD_TOKEN)),
        ("short cak", bearer("cak_x")),
        ("crt", bearer(DEAD_TOKEN.replace("cak_", "crt_"))),
        ("basic key", {"Authorization": f"Basic {alice['admin_key']}"}),
        ("raw key", {"Authorization": alice["admin_key"]}),
        ("empty auth", {"Authorization": ""}),
        ("bearer only", {"Authorization": "Bearer "}),
        ("x-api-key", {"X-API-Key": alice["admin_key"]}),
    ]


def ask(talk):
    for name, method, path in ROUTES:
        talk.ask(name, method, path)
    for name, path in WITH_KEY:
        talk.ask(name, "GET", path, talk.key_of("alice"))
    talk.ask("scopes with bearer", "GET", "/idp/scopes", bearer("cak_x"))
    talk.ask("unknown path post", "POST", "/nope", body="x")
    talk.ask("trailing slash token", "POST", "/idp/token/", form={"grant_type": "refresh_token"})
    talk.ask("wrong method userinfo POST", "POST", "/idp/userinfo", form={})
    talk.ask("wrong method authorize POST", "POST", "/idp/authorize", form={})
    talk.ask("wrong method PUT users/me key", "PUT", "/users/me", talk.key_of("alice"), document={})
    talk.ask("OPTIONS token", "OPTIONS", "/idp/token",
             {"Origin": "https://x.example", "Access-Control-Request-Method": "POST"})
    fingerprint = talk.user("alice")["fingerprint"]
    talk.ask("users login fingerprint", "POST", "/users/login", document={"fingerprint": fingerprint})
    talk.ask("users login bad fingerprint", "POST", "/users/login", document={"fingerprint": "x" * 32})
    talk.ask("users login empty", "POST", "/users/login", document={})
    for name, headers in credentials(talk):
        talk.ask(f"apps as {name}", "GET", "/idp/apps?include_public=false&include_shared=false", headers)
        talk.ask(f"authorizations as {name}", "GET", "/idp/authorizations", headers)
    talk.ask("create: no auth, bad body", "POST", "/idp/apps", document={})
