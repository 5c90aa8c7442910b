#include "base/html_text.hpp"
#include "sandbox/running_sandbox.hpp"

#include <regex>

using namespace chutes;
using namespace chutes::sandbox;

namespace {

struct Page {
  std::string status_and_title; // "400 invalid_client"
  bool says = false;            // the sentence that was looked for
};

// The page of a refused authorization request, which must be a page and no redirect.
Page refusal_page(const Reply& reply, const std::string& title, const std::string& sentence) {
  CHECK(reply.is_page());
  CHECK(reply.header("Location").empty());
  const bool titled = reply.body.find("<h1>" + title + "</h1>") != std::string::npos;
  return {std::to_string(reply.status) + " " + (titled ? title : "another title"),
          reply.body.find(escape_html(sentence)) != std::string::npos};
}

void check_refused(const Reply& reply, const std::string& title, const std::string& sentence) {
  const auto page = refusal_page(reply, title, sentence);
  CHECK(page.status_and_title == "400 " + title);
  CHECK(page.says);
}

// A person in front of the pages: keeps the cookie, presses the buttons.
class Person {
public:
  explicit Person(RunningSandbox& sandbox) : m_sandbox(sandbox) {}

  Reply log_in(const FormFields& changes = {}) {
    FormFields fields = m_sandbox.authorization_request();
    fields.erase(fields.begin()); // response_type is no field of the form
    fields.emplace_back("auth_method", "fingerprint");
    fields.emplace_back("fingerprint", m_sandbox.server.users().front().fingerprint);
    for (const auto& [name, value] : changes)
      for (auto& field : fields)
        if (field.first == name)
          field.second = value;
    auto reply = m_sandbox.post_form("/idp/login", fields);
    m_cookie = reply.header("Set-Cookie");
    m_cookie = m_cookie.substr(0, m_cookie.find(';'));
    m_consent_path = reply.header("Location");
    return reply;
  }
  Reply visit(const std::string& path) { return m_sandbox.send("GET", path, {}, {{"Cookie", m_cookie}}); }
  Reply look() { return visit(m_consent_path); }
  Reply press(const std::string& action) { return m_sandbox.post_form(m_consent_path, {{"action", action}}); }
  [[nodiscard]] const std::string& consent_path() const { return m_consent_path; }

private:
  RunningSandbox& m_sandbox;
  std::string m_cookie;
  std::string m_consent_path;
};

} // namespace

TEST_CASE("Refusals of the authorization endpoint are pages of status 400 that never redirect") {
  RunningSandbox sandbox;
  check_refused(sandbox.authorize({{"response_type", "token"}}), "unsupported_response_type",
                "Only 'code' response type is supported");
  check_refused(sandbox.authorize({{"client_id", "cid_unknown"}}), "invalid_client", "Unknown client_id");
  check_refused(sandbox.authorize({{"redirect_uri", "http://127.0.0.1:1/callback"}}), "invalid_redirect_uri",
                "Redirect URI not registered for this application");
  check_refused(sandbox.authorize({{"code_challenge", "abc"}, {"code_challenge_method", "plain"}}),
                "invalid_request", "Only S256 code_challenge_method is supported");
}

TEST_CASE("The checks of the authorization endpoint have an order: response type, client, redirect URI, "
          "challenge") {
  RunningSandbox sandbox;
  FormFields wrong{{"response_type", "token"},
                   {"client_id", "cid_unknown"},
                   {"redirect_uri", "x"},
                   {"code_challenge", "abc"}};
  check_refused(sandbox.authorize(wrong), "unsupported_response_type", "Only 'code'");
  wrong[0].second = "code";
  check_refused(sandbox.authorize(wrong), "invalid_client", "Unknown client_id");
  wrong[1].second = sandbox.server.demo().client_id;
  check_refused(sandbox.authorize(wrong), "invalid_redirect_uri", "not registered");
  wrong[2].second = sandbox.redirect_uri();
  check_refused(sandbox.authorize(wrong), "invalid_request", "Only S256");
}

TEST_CASE("A required parameter that is missing is a 422 that names it") {
  RunningSandbox sandbox;
  const auto reply = sandbox.authorize({{"client_id", ""}, {"redirect_uri", ""}});
  CHECK(
      reply.text() ==
      R"(422 {"detail":[{"type":"missing","loc":["query","client_id"],"msg":"Field required","input":null},)"
      R"({"type":"missing","loc":["query","redirect_uri"],"msg":"Field required","input":null}]})");
}

TEST_CASE("Redirect URIs are compared letter by letter") {
  RunningSandbox sandbox;
  const auto registered = sandbox.redirect_uri();
  std::string localhost = registered;
  localhost.replace(localhost.find("127.0.0.1"), 9, "localhost");
  for (const auto& near : {registered + "/", localhost, "HTTP" + registered.substr(4),
                           registered.substr(0, registered.size() - 1), registered + "?a=b"})
    check_refused(sandbox.authorize({{"redirect_uri", near}}), "invalid_redirect_uri", "not registered");
}

TEST_CASE("The old rules take the plain challenge method, and no method is refused by both") {
  RunningSandbox sandbox{old_rules()};
  CHECK(sandbox.authorize({{"code_challenge", "abc"}, {"code_challenge_method", "plain"}}).status == 302);
  check_refused(sandbox.authorize({{"code_challenge", "abc"}}), "invalid_request",
                "Invalid code_challenge_method");
}

TEST_CASE("An inactive application is an unknown client") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app();
  const FormFields request{{"client_id", app.at("client_id")},
                           {"redirect_uri", "http://127.0.0.1:9/callback"}};
  CHECK(sandbox.authorize(request).status == 302);
  sandbox.manage("PATCH", "/idp/apps/" + app.at("app_id").get<std::string>(), {{"active", false}});
  check_refused(sandbox.authorize(request), "invalid_client", "Unknown client_id");
}

TEST_CASE("Automatic approval redirects at once with a code of 64 characters and the state, without iss") {
  RunningSandbox sandbox;
  const auto location = sandbox.authorize().header("Location");
  CHECK(std::regex_match(
      location, std::regex{R"(http://127\.0\.0\.1:28417/callback\?code=[A-Za-z0-9]{64}&state=a-state)"}));
}

TEST_CASE("The state comes back as it was, encoded as a form, and not at all when it was empty") {
  RunningSandbox sandbox;
  CHECK(sandbox.authorize({{"state", "a b&c=d/é"}})
            .header("Location")
            .ends_with("&state=a+b%26c%3Dd%2F%C3%A9"));
  CHECK(sandbox.authorize({{"state", ""}}).header("Location").find("state") == std::string::npos);
}

TEST_CASE(
    "Declining redirects with access_denied, a description with plus signs, and the state, in this order") {
  RunningSandbox sandbox{with_approval(Approval::deny)};
  CHECK(sandbox.authorize().header("Location") ==
        sandbox.redirect_uri() +
            "?error=access_denied&error_description=User+denied+the+request&state=a-state");
}

TEST_CASE("A redirect URI with a query of its own gets a second question mark") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app({{"redirect_uris", {"http://127.0.0.1:9/callback?a=b"}}});
  const auto location = sandbox
                            .authorize({{"client_id", app.at("client_id")},
                                        {"redirect_uri", "http://127.0.0.1:9/callback?a=b"}})
                            .header("Location");
  CHECK(location.starts_with("http://127.0.0.1:9/callback?a=b?code="));
}

TEST_CASE("Scopes are looked at only after the person has pressed Allow") {
  RunningSandbox sandbox;
  const auto refusal = [&](const std::string& scope) {
    const auto location = sandbox.authorize({{"scope", scope}}).header("Location");
    return location.substr(std::min(location.size(), location.find('?')));
  };
  CHECK(refusal("openid nonsense") ==
        "?error=invalid_scope&error_description=Unknown+scope%3A+nonsense&state=a-state");
  CHECK(refusal("chutes:invoke:abc") ==
        "?error=invalid_scope&error_description=Unknown+scope%3A+chutes%3Ainvoke%3Aabc&state=a-state");
  CHECK(refusal("chutes:abc:invoke") ==
        "?error=invalid_scope&error_description=Unknown+scope%3A+chutes%3Aabc%3Ainvoke&state=a-state");
  CHECK(refusal("admin") == "?error=invalid_scope&error_description=Scope+%27admin%27+requires+explicit+app+"
                            "registration&state=a-state");
}

TEST_CASE("Without a scope the profile is asked for") {
  RunningSandbox sandbox;
  CHECK(sandbox.exchange(sandbox.code({{"scope", ""}})).json().at("scope") == "profile");
}

TEST_CASE("With several users the first one named is signed in automatically") {
  for (int attempt = 0; attempt < 4; ++attempt) { // user ids are random, and so would be their order
    auto options = with_approval(Approval::automatic);
    options.usernames = {"zoe", "ada", "mia"};
    RunningSandbox sandbox{options};
    const auto token = "Bearer " + sandbox.sign_in().access_token;
    CHECK(sandbox.get("/idp/userinfo", token).json().at("username") == "zoe");
  }
}

TEST_CASE("A person who is not signed in gets a login page with everything the request said") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  const auto page = sandbox.authorize();
  CHECK(page.status == 200);
  CHECK(page.is_page());
  CHECK(page.header("Cache-Control") == "no-store");
  for (const auto& [name, value] : sandbox.authorization_request())
    if (name != "response_type") {
      CAPTURE(name);
      CHECK(page.body.find("name=\"" + name + "\" value=\"" + value + "\"") != std::string::npos);
    }
  CHECK(page.body.find("<label for=\"fingerprint\">") != std::string::npos);
  CHECK(page.body.find("https://chutes.ai/auth/start?redirect_to=") != std::string::npos);
  CHECK(page.body.find("<script") == std::string::npos);
}

TEST_CASE("What an application says of itself cannot become markup of the pages") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  const auto page = sandbox.authorize({{"state", "\"><script>alert(1)</script>"}});
  CHECK(page.body.find("<script") == std::string::npos);
}

TEST_CASE(
    "A wrong or empty fingerprint is a login page again, with status 200 and without the other ways in") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  const auto wrong = person.log_in({{"fingerprint", std::string(32, '0')}});
  const auto empty = person.log_in({{"fingerprint", ""}});
  CHECK(wrong.status == 200);
  CHECK(wrong.body.find("Invalid fingerprint") != std::string::npos);
  CHECK(wrong.body.find("https://chutes.ai/auth") == std::string::npos);
  CHECK(empty.status == 200);
  CHECK(empty.body.find("Please enter your fingerprint") != std::string::npos);
}

TEST_CASE("The login endpoint checks method, client and redirect URI again, and answers with pages") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  CHECK(person.log_in({{"auth_method", "password"}}).status == 400);
  CHECK(person.log_in({{"client_id", "cid_unknown"}}).status == 400);
  CHECK(person.log_in({{"redirect_uri", "http://127.0.0.1:1/"}}).status == 400);
  CHECK(person.log_in({{"auth_method", "hotkey"}}).status == 200);
  CHECK(
      sandbox.post_form("/idp/login", {{"client_id", "x"}, {"redirect_uri", "y"}}).text() ==
      R"(422 {"detail":[{"type":"missing","loc":["body","auth_method"],"msg":"Field required","input":null}]})");
}

TEST_CASE("A right fingerprint sets a cookie that a browser sends back over plain http, and leads to the "
          "consent page") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  const auto reply = Person{sandbox}.log_in();
  CHECK(reply.status == 302);
  CHECK(std::regex_match(
      reply.header("Location"),
      std::regex{R"(/idp/authorize/consent\?session_id=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"}));
  const auto cookie = reply.header("Set-Cookie");
  CHECK(cookie.starts_with("chutes-session-token="));
  CHECK(cookie.find("HttpOnly") != std::string::npos);
  CHECK(cookie.find("SameSite=lax") != std::string::npos);
  CHECK(cookie.find("Max-Age=604800") != std::string::npos);
  CHECK(cookie.find("Secure") == std::string::npos);
}

TEST_CASE("Whoever is signed in goes straight to the consent page, every time, for seven days") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  person.log_in();
  person.press("allow");
  const auto path = "/idp/authorize?" + encode_form(sandbox.authorization_request());
  CHECK(person.visit(path).header("Location").starts_with("/idp/authorize/consent?session_id="));
  sandbox.advance(std::chrono::seconds{604800});
  CHECK(person.visit(path).status == 200); // the login page
}

TEST_CASE("The consent page says who, for whom, what and for how long, and has the two buttons") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  person.log_in();
  const auto page = person.look();
  CHECK(page.status == 200);
  CHECK(page.header("Cache-Control") == "no-store");
  for (const auto* piece : {"<strong>ada</strong>", "chutes-login demo", "chutes:invoke",
                            "Authorization valid for 30 days of inactivity", "name=\"action\" value=\"deny\"",
                            "name=\"action\" value=\"allow\""}) {
    CAPTURE(piece);
    CHECK(page.body.find(piece) != std::string::npos);
  }
}

TEST_CASE("The consent page counts whole weeks as weeks") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  const auto lifetime = [&](int days) {
    const auto app = sandbox.register_app(
        {{"name", std::to_string(days) + " days"}, {"refresh_token_lifetime_days", days}});
    Person person{sandbox};
    person.log_in({{"client_id", app.at("client_id")}, {"redirect_uri", "http://127.0.0.1:9/callback"}});
    const auto page = person.look().body;
    const auto begin = page.find("valid for ") + std::string{"valid for "}.size();
    return page.substr(begin, page.find(" of inactivity") - begin);
  };
  CHECK(lifetime(1) == "1 day");
  CHECK(lifetime(6) == "6 days");
  CHECK(lifetime(7) == "1 week");
  CHECK(lifetime(14) == "2 weeks");
}

TEST_CASE("Of an authorization parameter that is repeated the last counts") {
  RunningSandbox sandbox;
  const auto query = encode_form(sandbox.authorization_request());
  CHECK(sandbox.raw_get("/idp/authorize?" + query + "&client_id=cid_unknown").status == 400);
  CHECK(sandbox.raw_get("/idp/authorize?client_id=cid_unknown&" + query).status == 302);
}

TEST_CASE("Looking at the consent page does not use it up, pressing a button does") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  person.log_in();
  CHECK(person.look().status == 200);
  CHECK(person.look().status == 200);
  CHECK(person.press("allow").header("Location").starts_with(sandbox.redirect_uri() + "?code="));
  CHECK(person.press("allow").status == 400);
  const auto page = person.look();
  CHECK(page.status == 400);
  CHECK(page.body.find("Session expired. Please try again.") != std::string::npos);
}

TEST_CASE("Only deny denies: any other action approves, and none is a 422") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  person.log_in();
  CHECK(sandbox.post_form(person.consent_path(), {}).status == 422);
  CHECK(person.press("whatever").header("Location").starts_with(sandbox.redirect_uri() + "?code="));
  person.log_in();
  CHECK(
      person.press("deny").header("Location").starts_with(sandbox.redirect_uri() + "?error=access_denied&"));
}

TEST_CASE("A consent page is good for ten minutes") {
  RunningSandbox sandbox{with_approval(Approval::ask)};
  Person person{sandbox};
  person.log_in();
  sandbox.advance(std::chrono::seconds{590});
  CHECK(person.look().status == 200);
  sandbox.advance(std::chrono::seconds{11});
  CHECK(person.look().status == 400);
  CHECK(person.press("allow").status == 400);
}

TEST_CASE("HEAD does not start a sign-in") {
  RunningSandbox sandbox;
  const auto reply = sandbox.send("HEAD", "/idp/authorize?" + encode_form(sandbox.authorization_request()));
  CHECK(reply.status == 401);
  CHECK(reply.header("Location").empty());
}
