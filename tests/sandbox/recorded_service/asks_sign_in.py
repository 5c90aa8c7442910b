"""The authorization endpoint, the login form and the consent page."""

import urllib.parse

from conversation import CHALLENGE, REDIRECT_URI

SCOPE = "openid profile chutes:invoke"
AUTHORIZATIONS = [  # None: without this parameter
    ("authorize no client", {"client_id": None}),
    ("authorize no redirect", {"redirect_uri": None}),
    ("authorize token type", {"response_type": "token"}),
    ("authorize empty response_type", {"response_type": ""}),
    ("authorize unknown client", {"client_id": "cid_" + "z" * 24}),
    ("authorize bad redirect", {"redirect_uri": REDIRECT_URI + "/"}),
    ("authorize localhost", {"redirect_uri": "http://localhost:28417/callback"}),
    ("authorize case", {"redirect_uri": REDIRECT_URI.replace("http", "HTTP")}),
    ("authorize plain", {"code_challenge_method": "plain"}),
    ("authorize no method", {"code_challenge_method": None}),
    ("authorize method without challenge", {"code_challenge": None, "code_challenge_method": "plain"}),
    ("authorize no pkce", {"code_challenge": None, "code_challenge_method": None}),
    ("authorize unknown scope", {"scope": "nonsense"}),
    ("authorize html in state", {"state": '"><script>x</script>'}),
]
LOGINS = [
    ("wrong fingerprint", {"fingerprint": "x" * 32}),
    ("empty fingerprint", {"fingerprint": ""}),
    ("no fingerprint", {"fingerprint": None}),
    ("bad method", {"auth_method": "magic"}),
    ("hotkey missing", {"auth_method": "hotkey"}),
    ("hotkey bad nonce", {"auth_method": "hotkey", "hotkey": "5x", "signature": "00", "nonce": "n"}),
    ("unknown client", {"client_id": "nope"}),
    ("bad redirect", {"redirect_uri": "http://evil.example/"}),
]
CONSENTS = [
    ("consent allow without state", {"state": ""}),
    ("consent allow odd state", {"state": "a b&c=d+e%20é"}),
    ("consent allow empty scope", {"scope": ""}),
    ("consent unknown scope", {"scope": "profile nonsense"}),
    ("consent privileged", {"scope": "billing:read profile"}),
    ("consent per chute", {"scope": "chutes:*:invoke"}),
    ("consent simple action", {"scope": "read"}),
    ("consent dup scopes", {"scope": "profile profile  openid"}),
    ("consent account:delete", {"scope": "account:delete"}),
    ("consent plain method via login", {"code_challenge_method": "plain"}),
]


class SignIn:
    """Sign-ins of one app, from the login form to the code."""

    def __init__(self, talk, app):
        self.talk = talk
        self.app = app

    def form(self, who="alice", **changes):
        return {"client_id": self.app["client_id"], "redirect_uri": REDIRECT_URI, "state": "s", "scope": SCOPE,
                "code_challenge": CHALLENGE, "code_challenge_method": "S256", "auth_method": "fingerprint",
                "fingerprint": self.talk.user(who)["fingerprint"], **changes}

    def address(self, **changes):
        """A request to the authorization endpoint."""
        query = {"response_type": "code", "client_id": self.app["client_id"], "redirect_uri": REDIRECT_URI,
                 "scope": SCOPE, "state": "st4te", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
                 **changes}
        given = {name: value for name, value in query.items() if value is not None}
        return "/idp/authorize?" + urllib.parse.urlencode(given)

    def consent(self, name=None, **changes):
        """The redirect to the app after the person has allowed what it asks for; recorded if it has a name."""
        page = self.talk.send("POST", "/idp/login", form=self.form(**changes)).headers.get("location", "/")
        if name:
            return self.talk.ask(name, "POST", page, form={"action": "allow"})
        return self.talk.send("POST", page, form={"action": "allow"})

    def code(self, **changes):
        return self.consent(**changes).of_redirect("code")


def ask(talk, app):
    """Returns a code that has been granted and not been exchanged."""
    sign_in = SignIn(talk, app)

    def login(**changes):
        return sign_in.form(**{"state": "st4te", **changes})

    talk.ask("authorize ok page", "GET", sign_in.address())
    talk.ask("authorize no params", "GET", "/idp/authorize")
    for name, changes in AUTHORIZATIONS:
        talk.ask(name, "GET", sign_in.address(**changes))
    talk.ask("authorize dup client", "GET", sign_in.address() + "&client_id=zzz")
    talk.ask("authorize bad cookie", "GET", sign_in.address(), {"Cookie": "chutes-session-token=garbage"})

    talk.ask("login empty", "POST", "/idp/login", form={})
    for name, changes in LOGINS:
        talk.ask(f"login {name}", "POST", "/idp/login", form=login(**changes))
    talk.ask("login json", "POST", "/idp/login", document=login())
    signed_in = talk.ask("login ok", "POST", "/idp/login", form=login())
    page = signed_in.headers["location"]
    talk.ask("consent page", "GET", page)
    talk.ask("consent page again", "GET", page)
    talk.ask("consent unknown", "GET", "/idp/authorize/consent?session_id=nope")
    talk.ask("consent no session", "GET", "/idp/authorize/consent")
    talk.ask("consent post no action", "POST", page, form={})
    talk.ask("consent post unknown", "POST", "/idp/authorize/consent?session_id=nope", form={"action": "allow"})
    talk.ask("consent page still", "GET", page)
    talk.ask("consent deny", "POST", page, form={"action": "deny"})
    talk.ask("consent after deny", "POST", page, form={"action": "allow"})
    cookie = signed_in.headers["set-cookie"].split(";")[0]
    again = talk.ask("authorize with SSO cookie", "GET", sign_in.address(), {"Cookie": cookie})
    granted = talk.ask("consent other action", "POST", again.headers["location"], form={"action": "banana"})
    for name, changes in CONSENTS:
        sign_in.consent(name, **changes)
    return granted.of_redirect("code")
