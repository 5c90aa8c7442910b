"""What an account is told of itself, with every kind of credential and every scope."""

from asks_sign_in import SignIn
from asks_tokens import Client
from conversation import DEAD_TOKEN, bearer

SCOPES = ["profile", "openid", "balance", "usage", "quota:read", "account:read", "chutes:invoke", "chutes:read",
          "images:read", "invocations:read"]
PATHS = ["/users/me", "/users/me/quotas", "/users/me/quota_usage/*", "/users/me/quota_usage/abc",
         "/users/me/subscription_usage", "/users/me/discounts", "/users/me/price_overrides", "/users/me/usage",
         "/users/me/balance", "/users/UUID", "/users/alice", "/users/me/nope", "/chutes/", "/api_keys/",
         "/model_aliases/", "/secrets/", "/images/", "/idp/apps", "/idp/authorizations", "/users/UUID/usage"]
OTHERS = [("carol (no hotkey)", "carol"), ("freda (free)", "freda"), ("sub (2000)", "sub"), ("bob", "bob")]
PATHS_OF_OTHERS = ["/users/me", "/users/me/quotas", "/users/me/quota_usage/*", "/users/me/quota_usage/deadbeef",
                   "/users/me/subscription_usage", "/users/me/usage"]
USAGE = ["?limit=2", "?limit=0", "?page=1&limit=5", "?per_chute=true&limit=2", "?chute_id=none",
         "?start_date=2026-01-01", "?start_date=2026-01-01T00:00:00", "?start_date=2026-01-01T00:00:00Z",
         "?start_date=2026-01-01T00:00:00%2B00:00", "?end_date=x", "?page=-1", "?limit=-1", "?page=x",
         "?start_date=1767225600", "?limit=1000000"]
PATHS_OF_ADMIN_SCOPE = ["/users/me", "/idp/apps?include_public=false&include_shared=false", "/idp/authorizations",
                        "/idp/userinfo", "/api_keys/", "/chutes/"]


def ask(talk, by_scope, other):
    alice = talk.user("alice")
    for scope in SCOPES:
        for path in PATHS:
            talk.ask(f"[{scope}] GET {path}", "GET", path.replace("UUID", alice["user_id"]), bearer(by_scope[scope]))
    credentials = [("admin key", talk.key_of("alice")), ("scoped key", talk.key_of("alice", "scoped_key")),
                   ("none", {}), ("dead cak", bearer(DEAD_TOKEN)), ("garbage", bearer("garbage")),
                   ("lower bearer admin", {"Authorization": f"bearer {alice['admin_key']}"})]
    for name, headers in credentials:
        for path in PATHS:
            talk.ask(f"{{{name}}} GET {path}", "GET", path.replace("UUID", alice["user_id"]), headers)
    for name, who in OTHERS:
        for path in PATHS_OF_OTHERS:
            talk.ask(f"<{name}> GET {path}", "GET", path, talk.key_of(who))
    for query in USAGE:
        talk.ask_list(f"usage {query}", f"/users/me/usage{query}", talk.key_of("alice"))
    client = Client(talk, other)
    token = client.exchange("token admin scope", SignIn(talk, other).code(who="devon", scope="admin"))
    for path in PATHS_OF_ADMIN_SCOPE:
        talk.ask_list(f"[admin] GET {path}", path, bearer(token["access_token"]))
