"""The token endpoint, userinfo, introspection."""

from asks_sign_in import SignIn
from conversation import OTHER_REDIRECT_URI, REDIRECT_URI, VERIFIER, basic, bearer

FIRST_EXCHANGES = [
    ("no grant", {"grant_type": None}),
    ("empty grant", {"grant_type": ""}),
    ("odd grant", {"grant_type": "password"}),
    ("no code", {"code": None}),
    ("empty code", {"code": ""}),
    ("no client", {"client_id": None}),
    ("no redirect", {"redirect_uri": None}),
    ("bogus code", {"code": "bogus"}),
]
SCOPES = ["openid", "profile:read", "account:read", "balance", "balance:read", "usage", "usage:read", "quota",
          "quota:read", "chutes:read", "images:read", "invocations:read", "chutes:invoke", "profile"]


class Client:
    """An app at the token endpoint."""

    def __init__(self, talk, app):
        self.talk = talk
        self.app = app
        self.sign_in = SignIn(talk, app)

    def exchange_form(self, granted, **changes):
        return {"grant_type": "authorization_code", "code": granted, "redirect_uri": REDIRECT_URI,
                "client_id": self.app["client_id"], "client_secret": self.app["client_secret"],
                "code_verifier": VERIFIER, **changes}

    def refresh_form(self, token, **changes):
        return {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.app["client_id"],
                "client_secret": self.app["client_secret"], **changes}

    def exchange(self, name, granted, headers=None, **changes):
        return self.talk.ask(name, "POST", "/idp/token", headers, form=self.exchange_form(granted, **changes)).json

    def refresh(self, name, token, **changes):
        return self.talk.ask(name, "POST", "/idp/token", form=self.refresh_form(token, **changes)).json

    def tokens(self, **changes):
        """A sign-in that is not recorded."""
        form = self.exchange_form(self.sign_in.code(**changes))
        return self.talk.send("POST", "/idp/token", form=form).json

    def introspect(self, name, token, headers=None, **fields):
        self.talk.ask(name, "POST", "/idp/token/introspect", headers, form={"token": token, **fields})


def credentials(app):
    return {"client_id": app["client_id"], "client_secret": app["client_secret"]}


def mistakes(other):
    return [
        ("wrong secret", {"client_secret": "csc_bad"}),
        ("no secret", {"client_secret": None}),
        ("empty secret", {"client_secret": ""}),
        ("wrong verifier", {"code_verifier": "x" * 43}),
        ("no verifier", {"code_verifier": None}),
        ("other redirect", {"redirect_uri": OTHER_REDIRECT_URI}),
        ("other client", credentials(other)),
        ("unknown client", {"client_id": "cid_" + "y" * 24}),
        ("huge secret", {"client_secret": "a" * 5000}),
        ("nul secret", {"client_secret": "a\0b"}),
        ("nul client", {"client_id": "a\0b"}),
    ]


def multipart(form, boundary="XXbXX"):
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in form.items()]
    return "".join(parts) + f"--{boundary}--\r\n"


def ask_exchanges(client, other, code):
    """Returns the tokens of the last exchange."""
    talk, app, sign_in = client.talk, client.app, client.sign_in
    talk.ask("token no body", "POST", "/idp/token")
    talk.ask("token json", "POST", "/idp/token", document=client.exchange_form(code))
    for name, changes in FIRST_EXCHANGES:
        client.exchange(f"token {name}", code, **changes)
    client.exchange("token ok", code)
    client.exchange("token code again", code)
    for name, changes in mistakes(other):
        code = sign_in.code()
        client.exchange(f"token {name}", code, **changes)
        client.exchange(f"token {name}, then right", code)
    right = basic(app["client_id"], app["client_secret"])
    bare = {"client_id": None, "client_secret": None}
    client.exchange("token basic", sign_in.code(), right, **bare)
    lower = {"Authorization": right["Authorization"].replace("Basic", "basic")}
    client.exchange("token basic lower case word", sign_in.code(), lower, **bare)
    client.exchange("token basic wrong, body right", sign_in.code(), basic("x", "y"))
    client.exchange("token basic undecodable", sign_in.code(), {"Authorization": "Basic !!!"}, client_secret=None)
    talk.ask("token multipart", "POST", "/idp/token", {"Content-Type": "multipart/form-data; boundary=XXbXX"},
             body=multipart(client.exchange_form(sign_in.code())))
    client.exchange("token empty scope", sign_in.code(scope=""))
    client.exchange("token dup scopes", sign_in.code(scope="profile profile openid"))
    without_challenge = {"code_challenge": "", "code_challenge_method": ""}
    client.exchange("token without PKCE", sign_in.code(**without_challenge), code_verifier=None)
    client.exchange("token verifier without challenge", sign_in.code(**without_challenge))
    client.exchange("token plain challenge", sign_in.code(code_challenge_method="plain"))
    with_charset = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return client.exchange("token charset form", sign_in.code(), with_charset)


def ask_refreshes(client, other, tokens):
    """Returns the refresh tokens' successors: the second and the third pair."""
    token = tokens["refresh_token"]
    last = "a" if token[-1] != "a" else "b"
    client.refresh("refresh no token", None)
    client.refresh("refresh no client", token, client_id=None)
    client.refresh("refresh no secret", token, client_secret=None)
    client.refresh("refresh wrong secret", token, client_secret="csc_bad")
    client.refresh("refresh other client", token, **credentials(other))
    client.refresh("refresh malformed", "crt_x")
    client.refresh("refresh access token", tokens["access_token"])
    client.refresh("refresh tampered", token[:-1] + last)
    client.refresh("refresh odd prefix", "xrt_" + token[4:])
    second = client.refresh("refresh ok", token, scope="profile")
    client.refresh("refresh replay", token)
    client.refresh("refresh replay wrong secret", token, client_secret="bad")
    return second, client.refresh("refresh next", second["refresh_token"])


def ask_userinfo(client, first, second, third):
    """Returns an access token for each scope."""
    talk, token = client.talk, third["access_token"]

    def userinfo(name, headers):
        talk.ask(f"userinfo{name}", "GET", "/idp/userinfo", headers)

    userinfo("", bearer(token))
    userinfo(" older token", bearer(first["access_token"]))
    userinfo(" none", {})
    userinfo(" raw", {"Authorization": token})
    userinfo(" lower bearer", {"Authorization": f"bearer {token}"})
    userinfo(" bad", bearer("cak_x"))
    userinfo(" cpk", talk.key_of("alice"))
    userinfo(" tampered", bearer(second["access_token"][:-1] + "!"))
    userinfo(" two spaces", {"Authorization": f"Bearer  {token}"})
    userinfo(" crt", bearer(third["refresh_token"]))
    userinfo(" trailing", bearer(token + " "))
    tokens = {}
    for scope in SCOPES:
        tokens[scope] = client.tokens(scope=scope)["access_token"]
        userinfo(f" with {scope}", bearer(tokens[scope]))
    return tokens


def ask_introspection(client, other, first, second, third):
    talk, app, token = client.talk, client.app, third["access_token"]
    client.introspect("introspect access", token)
    client.introspect("introspect refresh", third["refresh_token"])
    client.introspect("introspect older access", first["access_token"])
    client.introspect("introspect used refresh", second["refresh_token"])
    client.introspect("introspect garbage", "zzz")
    client.introspect("introspect garbage hint", "zzz", token_type_hint="access_token")
    client.introspect("introspect right client", token, **credentials(app))
    client.introspect("introspect wrong secret", token, client_id=app["client_id"], client_secret="bad")
    client.introspect("introspect unknown client", token, client_id="cid_" + "w" * 24, client_secret="bad")
    client.introspect("introspect client without secret", token, client_id=app["client_id"])
    client.introspect("introspect other app", token, **credentials(other))
    client.introspect("introspect empty token", "")
    talk.ask("introspect nothing", "POST", "/idp/token/introspect")
    talk.ask("introspect json", "POST", "/idp/token/introspect", document={"token": token})
    client.introspect("introspect cpk", talk.user("alice")["admin_key"])
    client.introspect("introspect tampered", token[:-1] + "!")
    client.introspect("introspect access, refresh hint", token, token_type_hint="refresh_token")
    client.introspect("introspect basic wrong", token, basic(app["client_id"], "bad"))


def ask(talk, app, other, code):
    """Returns an access token for each scope, and the pair of tokens that was got by refreshing."""
    client = Client(talk, app)
    first = ask_exchanges(client, other, code)
    second, third = ask_refreshes(client, other, first)
    by_scope = ask_userinfo(client, first, second, third)
    ask_introspection(client, other, first, second, third)
    return by_scope, third
