"""Grants: when they come about, what revives them, and how apps, secrets and tokens end."""

from asks_apps import BODY, MINE
from asks_sign_in import SignIn
from asks_tokens import Client, credentials
from conversation import bearer


def list_grants(talk, name, query=""):
    talk.ask(name, "GET", f"/idp/authorizations{query}", talk.key_of("alice"))


def ask_consents(talk, client, tokens):
    """Consents without and with an exchange. Returns the pair of tokens of the last one."""
    list_grants(talk, "authorizations")
    list_grants(talk, "authorizations page", "?page=1&limit=1")
    list_grants(talk, "authorizations limit x", "?limit=x")
    document = {**BODY, "name": "Second Replay"}
    second_app = talk.send("POST", "/idp/apps", talk.key_of("alice"), document=document).json
    SignIn(talk, second_app).consent()
    list_grants(talk, "authorizations after consent without exchange")
    client.sign_in.consent(scope="profile balance")
    client.refresh("refresh after consent (other scopes) without exchange", tokens["refresh_token"])
    older = client.tokens(scope="openid profile")
    client.introspect("introspect refresh after re-consent", older["refresh_token"])
    newer = client.tokens(scope="profile usage")
    client.introspect("introspect OLDER refresh after narrower re-consent", older["refresh_token"])
    client.introspect("introspect OLDER access after re-consent", older["access_token"])
    client.refresh("refresh OLDER after re-consent", older["refresh_token"])
    return newer


def ask_revocations(talk, client, tokens):
    def revoke(name, token):
        talk.ask(name, "POST", "/idp/token/revoke", form={"token": token})

    def userinfo(name, token):
        talk.ask(name, "GET", "/idp/userinfo", bearer(token))

    access = tokens["access_token"]
    userinfo("userinfo before revoke", access)
    talk.ask("revoke nothing", "POST", "/idp/token/revoke")
    revoke("revoke empty", "")
    revoke("revoke garbage", "zzz")
    revoke("revoke access", access)
    userinfo("userinfo revoked", access)
    revoke("revoke access again", access)
    client.refresh("refresh after access revoked", tokens["refresh_token"])
    tokens = client.tokens()
    revoke("revoke refresh", tokens["refresh_token"])
    client.refresh("refresh revoked", tokens["refresh_token"])
    userinfo("userinfo after refresh revoked", tokens["access_token"])

    alice = talk.key_of("alice")
    grant = f"/idp/authorizations/{client.app['app_id']}"
    talk.ask("revoke grant by client id", "DELETE", f"/idp/authorizations/{client.app['client_id']}", alice)
    talk.ask("revoke grant unknown", "DELETE", "/idp/authorizations/nope", alice)
    talk.ask("revoke grant as token", "DELETE", grant, bearer(tokens["access_token"]))
    code = client.sign_in.code()
    talk.ask("revoke grant", "DELETE", grant, alice)
    userinfo("userinfo after grant revoked", tokens["access_token"])
    talk.ask("revoke grant again", "DELETE", grant, alice)
    list_grants(talk, "authorizations after")
    client.exchange("exchange of a code consented before grant revoke", code)
    list_grants(talk, "authorizations after re-exchange")


def ask_secrets(talk, client):
    """Returns the tokens that the new secret has got, and the app with this secret."""
    alice, app = talk.key_of("alice"), client.app
    tokens = client.tokens()
    path = f"/idp/apps/{app['app_id']}/regenerate-secret"
    renewed = talk.ask("regenerate", "POST", path, alice).json
    talk.ask("regenerate unknown", "POST", "/idp/apps/nope/regenerate-secret", alice)
    talk.ask("regenerate by client id", "POST", f"/idp/apps/{app['client_id']}/regenerate-secret", alice)
    client.refresh("refresh with old secret", tokens["refresh_token"])
    client = Client(talk, {**app, "client_secret": renewed["client_secret"]})
    return client, client.refresh("refresh with new secret", tokens["refresh_token"])


def ask_activity(talk, client, tokens):
    """Returns the pair of tokens that the inactive app has got."""
    alice, app = talk.key_of("alice"), client.app
    path = f"/idp/apps/{app['app_id']}"
    talk.ask("deactivate", "PATCH", path, alice, document={"active": False})
    talk.ask("authorize inactive", "GET", client.sign_in.address())
    talk.ask("show inactive", "GET", path, alice)
    talk.ask("userinfo inactive (fresh token)", "GET", "/idp/userinfo", bearer(tokens["access_token"]))
    client.introspect("introspect inactive", tokens["access_token"])
    newer = client.refresh("refresh inactive", tokens["refresh_token"])
    client.introspect("introspect inactive with credentials", "zzz", **credentials(app))
    talk.ask("list inactive", "GET", f"/idp/apps?{MINE}&search=Replay%20App", alice)
    talk.ask("activate", "PATCH", path, alice, document={"active": True})
    talk.ask("authorize active again", "GET", client.sign_in.address())
    talk.ask("userinfo active again", "GET", "/idp/userinfo", bearer(newer["access_token"]))
    return newer


def ask_deletion(talk, client, older, newer):
    alice, app = talk.key_of("alice"), client.app
    path = f"/idp/apps/{app['app_id']}"
    talk.ask("delete as bob", "DELETE", path, talk.key_of("bob"))
    talk.ask("delete by client id", "DELETE", f"/idp/apps/{app['client_id']}", alice)
    talk.ask("delete", "DELETE", path, alice)
    talk.ask("delete again", "DELETE", path, alice)
    talk.ask("authorize deleted", "GET", client.sign_in.address())
    talk.ask("userinfo of deleted", "GET", "/idp/userinfo", bearer(older["access_token"]))
    client.introspect("introspect of deleted", newer["access_token"])
    client.refresh("refresh of deleted", newer["refresh_token"])
    list_grants(talk, "authorizations after delete")


def ask(talk, app, tokens):
    client = Client(talk, app)
    tokens = ask_consents(talk, client, tokens)
    ask_revocations(talk, client, tokens)
    client, older = ask_secrets(talk, client)
    newer = ask_activity(talk, client, older)
    ask_deletion(talk, client, older, newer)
