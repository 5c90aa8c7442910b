#include "sandbox/running_sandbox.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace chutes;
using namespace chutes::sandbox;

namespace {

const std::string not_found = R"(404 {"detail":"Application not found"})";

ServerOptions two_users() {
  auto options = with_approval(Approval::automatic);
  options.usernames = {"ada", "bob"};
  return options;
}

std::string path_of(const Json& app, const std::string& rest = {}) {
  return "/idp/apps/" + app.at("app_id").get<std::string>() + rest;
}

std::vector<std::string> names_in(const Json& page) {
  std::vector<std::string> names;
  for (const auto& item : page.at("items"))
    names.push_back(item.at("name"));
  std::sort(names.begin(), names.end());
  return names;
}

// Two sandboxes after each other share this state file.
class StateFile {
public:
  StateFile() {
    std::string name = (std::filesystem::temp_directory_path() / "sandbox-test.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    m_folder = name;
  }
  ~StateFile() { std::filesystem::remove_all(m_folder); }
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;

  [[nodiscard]] ServerOptions options() const {
    auto options = two_users();
    options.state_file = (m_folder / "state.json").string();
    return options;
  }
  // Gives every user a role, as nothing but the operator of the service could.
  void give_role(const std::string& role) const {
    std::ifstream in{m_folder / "state.json"};
    Json document = Json::parse(in);
    for (auto& user : document.at("records").at("users"))
      user.at("roles").push_back(role);
    std::ofstream{m_folder / "state.json"} << document;
  }

private:
  std::filesystem::path m_folder;
};

} // namespace

TEST_CASE("Registering an application answers 200 with the secret, and never with allowed_scopes") {
  RunningSandbox sandbox;
  const auto app =
      sandbox.register_app({{"description", "What it does"}, {"allowed_scopes", {"chutes:invoke"}}});
  CHECK(app == Json{{"app_id", app.at("app_id")},
                    {"client_id", app.at("client_id")},
                    {"user_id", sandbox.server.users().front().user_id},
                    {"name", "An application"},
                    {"description", "What it does"},
                    {"redirect_uris", {"http://127.0.0.1:9/callback"}},
                    {"homepage_url", nullptr},
                    {"logo_url", nullptr},
                    {"active", true},
                    {"public", true},
                    {"refresh_token_lifetime_days", 30},
                    {"created_at", app.at("created_at")},
                    {"updated_at", app.at("created_at")},
                    {"client_secret", app.at("client_secret")}});
  CHECK(app.at("client_id").get<std::string>().size() == std::string{"cid_"}.size() + 24);
  CHECK(app.at("client_secret").get<std::string>().size() == std::string{"csc_"}.size() + 48);
  CHECK(app.at("created_at").get<std::string>().size() == std::string{"2026-11-23T10:00:00.123456"}.size());
}

TEST_CASE("An invalid registration is refused field by field, in the validators' words") {
  RunningSandbox sandbox;
  const auto problem = [&](const Json& changes) {
    Json body{{"name", "An application"}, {"redirect_uris", {"http://a/"}}};
    body.update(changes);
    const auto item = sandbox.manage("POST", "/idp/apps", body).detail().at(0);
    return item.at("loc").at(1).get<std::string>() + ": " + item.at("msg").get<std::string>();
  };
  CHECK(problem({{"name", "ab"}}) == "name: Value error, Name must be between 3 and 64 characters");
  CHECK(problem({{"name", std::string(65, 'a')}}) ==
        "name: Value error, Name must be between 3 and 64 characters");
  CHECK(problem({{"name", "a/b/c"}}) ==
        "name: Value error, Name can only contain letters, numbers, spaces, hyphens, and periods");
  CHECK(problem({{"redirect_uris", Json::array()}}) ==
        "redirect_uris: Value error, At least one redirect URI is required");
  CHECK(problem({{"redirect_uris", std::vector<std::string>(11, "http://a/")}}) ==
        "redirect_uris: Value error, Maximum 10 redirect URIs allowed");
  CHECK(problem({{"redirect_uris", {"myapp://callback"}}}) ==
        "redirect_uris: Value error, Invalid redirect URI: myapp://callback");
  CHECK(problem({{"refresh_token_lifetime_days", 0}}) ==
        "refresh_token_lifetime_days: Value error, Refresh token lifetime must be at least 1 day");
  CHECK(problem({{"refresh_token_lifetime_days", 31}}) ==
        "refresh_token_lifetime_days: Value error, Refresh token lifetime cannot exceed 30 days");
  CHECK(problem({{"name", nullptr}}) == "name: Input should be a valid string");
}

TEST_CASE("A validator's complaint shows the value, a missing member the whole object") {
  RunningSandbox sandbox;
  CHECK(
      sandbox.manage("POST", "/idp/apps", {{"name", "ab"}, {"redirect_uris", {"http://a/"}}}).text() ==
      R"(422 {"detail":[{"type":"value_error","loc":["body","name"],)"
      R"("msg":"Value error, Name must be between 3 and 64 characters","input":"ab","ctx":{"error":{}}}]})");
  CHECK(sandbox.manage("POST", "/idp/apps", {{"name", "An application"}}).text() ==
        R"(422 {"detail":[{"type":"missing","loc":["body","redirect_uris"],"msg":"Field required",)"
        R"("input":{"name":"An application"}}]})");
}

TEST_CASE("A body that is no JSON is a json_invalid") {
  RunningSandbox sandbox;
  const auto reply =
      sandbox.send("POST", "/idp/apps", "{nonsense",
                   {{"Authorization", sandbox.api_key()}, {"Content-Type", "application/json"}});
  CHECK(reply.status == 422);
  CHECK(reply.detail().at(0).at("type") == "json_invalid");
  CHECK(reply.detail().at(0).at("loc") == Json{"body", 1});
  CHECK(reply.detail().at(0).at("ctx").at("error") == "Expecting property name enclosed in double quotes");
  CHECK(sandbox.send("POST", "/idp/apps", "{\"name\":", {{"Content-Type", "application/json"}})
            .detail()
            .at(0)
            .at("loc") == Json{"body", 8}); // before credentials are looked at
  CHECK(reply.detail().at(0).at("msg") == "JSON decode error");
}

TEST_CASE("A body that is empty or no object is refused as a whole") {
  RunningSandbox sandbox;
  CHECK(sandbox.manage("POST", "/idp/apps").text() ==
        R"(422 {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]})");
  const auto problem = sandbox.manage("POST", "/idp/apps", Json::array({1})).detail().at(0);
  CHECK(problem.at("type") == "model_attributes_type");
  CHECK(sandbox
            .send("POST", "/idp/apps", "{}",
                  {{"Authorization", sandbox.api_key()}, {"Content-Type", "text/plain"}})
            .detail()
            .at(0)
            .at("input") == "{}");
  CHECK(problem.at("loc") == Json::array({"body"}));
}

TEST_CASE("Names are letters of any script, and unknown members are ignored") {
  RunningSandbox sandbox;
  CHECK(sandbox.register_app({{"name", "Zoë 工具 1.0-b_c"}, {"scopes", {"admin"}}}).at("name") ==
        "Zoë 工具 1.0-b_c");
}

TEST_CASE("Names collide in any case, and an underscore in the new one matches any character") {
  RunningSandbox sandbox;
  sandbox.register_app({{"name", "My App"}});
  const auto register_as = [&](const std::string& name) {
    return sandbox.manage("POST", "/idp/apps", {{"name", name}, {"redirect_uris", {"http://a/"}}}).text();
  };
  const std::string taken = R"(409 {"detail":"An application with this name already exists"})";
  CHECK(register_as("mY aPP") == taken);
  CHECK(register_as("My_App") == taken);
  CHECK(register_as("My App 2").starts_with("200 "));
}

TEST_CASE("A name is compared without the blanks at its ends, and kept with them") {
  RunningSandbox sandbox;
  sandbox.register_app({{"name", "My App"}});
  const auto status = [&](const std::string& name) {
    return sandbox.manage("POST", "/idp/apps", {{"name", name}, {"redirect_uris", {"http://a/"}}}).status;
  };
  CHECK(status("My App ") == 409);
  CHECK(sandbox.register_app({{"name", " Padded "}}).at("name") == " Padded ");
  CHECK(status(" Padded ") == 500); // the stripped name is free, the name itself is not
  CHECK(status("emoji \U0001F600") == 422);
  CHECK(status("u\u0308mlaut") == 422); // a combining mark is no letter
}

TEST_CASE("PATCH compares a name with one's own exactly, so that twins that differ in case come about") {
  RunningSandbox sandbox;
  sandbox.register_app({{"name", "My App"}});
  const auto other = sandbox.register_app({{"name", "Other"}});
  const auto rename = [&](const std::string& name) {
    return sandbox.manage("PATCH", path_of(other), {{"name", name}}).status;
  };
  CHECK(rename("My App") == 409);
  CHECK(rename("my app") == 200);
  CHECK(sandbox.manage("POST", "/idp/apps", {{"name", "MY APP"}, {"redirect_uris", {"http://a/"}}}).status ==
        500);
}

TEST_CASE("Numbers and flags may be written as text, and what is neither is refused") {
  RunningSandbox sandbox;
  const auto app =
      sandbox.register_app({{"name", "Lax"}, {"refresh_token_lifetime_days", "7"}, {"public", 0}});
  CHECK(app.at("refresh_token_lifetime_days") == 7);
  CHECK(app.at("public") == false);
  CHECK(sandbox.register_app({{"name", "Lax 2"}, {"public", "off"}}).at("public") == false);
  const auto problem = [&](const Json& changes) {
    Json body{{"name", "Strict"}, {"redirect_uris", {"http://a/"}}};
    body.update(changes);
    return sandbox.manage("POST", "/idp/apps", body).detail().at(0).at("type").get<std::string>();
  };
  CHECK(problem({{"public", nullptr}}) == "bool_type");
  CHECK(problem({{"public", "maybe"}}) == "bool_parsing");
  CHECK(problem({{"public", 2}}) == "bool_parsing");
  CHECK(problem({{"refresh_token_lifetime_days", 7.5}}) == "int_from_float");
  CHECK(problem({{"refresh_token_lifetime_days", "seven"}}) == "int_parsing");
  CHECK(problem({{"refresh_token_lifetime_days", Json::array()}}) == "int_type");
  CHECK(problem({{"redirect_uris", "http://a/"}}) == "list_type");
  CHECK(problem({{"redirect_uris", {1}}}) == "string_type");
}

TEST_CASE("Apps are listed newest first") {
  RunningSandbox sandbox;
  for (const char* name : {"First", "Second", "Third"})
    sandbox.register_app({{"name", name}});
  const auto items = sandbox.manage("GET", "/idp/apps").json().at("items");
  CHECK(items.at(0).at("name") == "Third");
  CHECK(items.at(2).at("name") == "First");
}

TEST_CASE("A name that matches several applications at once is an internal error, in plain text") {
  RunningSandbox sandbox;
  sandbox.register_app({{"name", "App 1"}});
  sandbox.register_app({{"name", "App 2"}});
  const auto reply =
      sandbox.manage("POST", "/idp/apps", {{"name", "App _"}, {"redirect_uris", {"http://a/"}}});
  CHECK(reply.text() == "500 Internal Server Error");
  CHECK(reply.header("Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("Privileged scopes want a role of the account, and that is said before the name is looked at") {
  RunningSandbox sandbox;
  sandbox.register_app();
  CHECK(sandbox
            .manage("POST", "/idp/apps",
                    {{"name", "An application"},
                     {"redirect_uris", {"http://a/"}},
                     {"allowed_scopes", {"chutes:invoke", "billing:read", "admin"}}})
            .text() ==
        R"(403 {"detail":"Privileged scopes require unlimited_dev permission: ['admin', 'billing:read']"})");
}

TEST_CASE("Under the old rules any account may register privileged scopes, and they are then granted") {
  RunningSandbox sandbox{old_rules()};
  const auto app = sandbox.register_app({{"allowed_scopes", {"billing:read"}}});
  CHECK(sandbox
            .code({{"client_id", app.at("client_id")},
                   {"redirect_uri", "http://127.0.0.1:9/callback"},
                   {"scope", "profile billing:read"}})
            .size() == 64);
}

TEST_CASE("PATCH changes what it is given, leaves null alone, and needs the application's own id") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app({{"description", "old"}});
  const auto changed =
      sandbox.manage("PATCH", path_of(app), {{"name", "Another name"}, {"description", nullptr}}).json();
  CHECK(changed.at("name") == "Another name");
  CHECK(changed.at("description") == "old");
  CHECK(changed.at("updated_at").is_string());
  CHECK_FALSE(changed.contains("client_secret"));
  CHECK(sandbox.manage("PATCH", "/idp/apps/" + app.at("client_id").get<std::string>(), {{"name", "Third"}})
            .text() == not_found);
}

TEST_CASE("PATCH accepts allowed_scopes and forgets them") {
  StateFile file;
  { const RunningSandbox sandbox{file.options()}; }
  file.give_role("unlimited_dev");
  RunningSandbox sandbox{file.options()};
  const auto app = sandbox.register_app();
  const FormFields request{{"client_id", app.at("client_id")},
                           {"redirect_uri", "http://127.0.0.1:9/callback"},
                           {"scope", "billing:read"}};
  CHECK(sandbox.manage("PATCH", path_of(app), {{"allowed_scopes", {"billing:read"}}}).status == 200);
  CHECK(sandbox.authorize(request).header("Location").find("requires+explicit+app+registration") !=
        std::string::npos);
}

TEST_CASE("A redirect URI that is added counts at once") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app();
  const FormFields request{{"client_id", app.at("client_id")},
                           {"redirect_uri", "http://127.0.0.1:10/callback"}};
  CHECK(sandbox.authorize(request).status == 400);
  sandbox.manage("PATCH", path_of(app), {{"redirect_uris", {"http://127.0.0.1:10/callback"}}});
  CHECK(sandbox.authorize(request).status == 302);
}

TEST_CASE("A new secret is shown once and invalidates the old one") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app();
  const auto answer = sandbox.manage("POST", path_of(app, "/regenerate-secret")).json();
  CHECK(answer == Json{{"app_id", app.at("app_id")},
                       {"client_id", app.at("client_id")},
                       {"client_secret", answer.at("client_secret")}});
  const auto status_with = [&](const Json& secret) {
    return sandbox
        .post_form("/idp/token/introspect",
                   {{"token", "x"}, {"client_id", app.at("client_id")}, {"client_secret", secret}})
        .status;
  };
  CHECK(status_with(app.at("client_secret")) == 401);
  CHECK(status_with(answer.at("client_secret")) == 200);
}

TEST_CASE("Deleting an application takes its authorizations and tokens with it") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in();
  const auto app = sandbox.manage("GET", "/idp/apps/" + sandbox.server.demo().client_id).json();
  CHECK(sandbox.manage("DELETE", path_of(app)).json() ==
        Json{{"app_id", app.at("app_id")}, {"deleted", true}});
  CHECK_FALSE(sandbox.is_active(tokens.access_token));
  CHECK(sandbox.manage("GET", path_of(app)).text() == not_found);
  CHECK(sandbox.manage("GET", "/idp/authorizations").json().at("total") == 0);
}

TEST_CASE("The list of applications is a page of what is one's own, public or shared, active ones only") {
  RunningSandbox sandbox;
  const auto app = sandbox.register_app();
  const auto page = sandbox.manage("GET", "/idp/apps").json();
  CHECK(names_in(page) == std::vector<std::string>{"An application", "chutes-login demo"});
  CHECK(page.at("total") == 2);
  CHECK(page.at("page") == 0);
  CHECK(page.at("limit") == 25);
  CHECK(page.at("cord_refs").is_null());
  CHECK(names_in(sandbox.manage("GET", "/idp/apps?search=DEMO").json()) ==
        std::vector<std::string>{"chutes-login demo"});
  CHECK(sandbox.manage("GET", "/idp/apps?limit=1&page=1").json().at("items").size() == 1);
  CHECK(sandbox.manage("GET", "/idp/apps?limit=0").json().at("limit") == 0);
  CHECK(sandbox.manage("GET", "/idp/apps?limit=0").json().at("items").size() == 2);
  for (const char* impossible : {"page=-1", "limit=-1", "limit=99999999999999999999"})
    CHECK(sandbox.manage("GET", "/idp/apps?" + std::string{impossible}).status == 500);
  for (const char* everything : {"search=%25", "search=%20", "search="})
    CHECK(sandbox.manage("GET", "/idp/apps?" + std::string{everything}).json().at("total") == 2);
  CHECK(sandbox.manage("GET", "/idp/apps?user_id=somebody").status == 403);
  CHECK(sandbox.manage("GET", "/idp/apps?user_id=me").status == 200);
  sandbox.manage("PATCH", path_of(app), {{"active", false}});
  CHECK(names_in(sandbox.manage("GET", "/idp/apps").json()) == std::vector<std::string>{"chutes-login demo"});
  CHECK(sandbox.manage("GET", path_of(app)).status == 200);
}

TEST_CASE("An application is shared with an account by name, listed, and taken back") {
  RunningSandbox sandbox{two_users()};
  const auto app = sandbox.register_app();
  const auto bob = sandbox.server.users().at(1);
  const auto share = [&](const std::string& user) {
    return sandbox.manage("POST", path_of(app, "/share"),
                          {{"app_id_or_name", "ignored"}, {"user_id_or_name", user}});
  };
  CHECK(share("bob").json() ==
        Json{{"app_id", app.at("app_id")}, {"shared_to", bob.user_id}, {"shared_to_username", "bob"}});
  CHECK(share("bob").text() == R"(409 {"detail":"App is already shared with this user"})");
  CHECK(share("ada").text() == R"(400 {"detail":"Cannot share app with yourself"})");
  CHECK(share("nobody").text() == R"(404 {"detail":"User not found"})");
  CHECK(sandbox.manage("POST", path_of(app, "/share"), {{"user_id_or_name", "bob"}}).status == 422);
  const auto shares = sandbox.manage("GET", path_of(app, "/shares")).json();
  CHECK(shares.at("app_id") == app.at("app_id"));
  CHECK(shares.at("shares").at(0).at("username") == "bob");
  const auto unshare = [&] { return sandbox.manage("DELETE", path_of(app, "/share/" + bob.user_id)); };
  CHECK(unshare().json() == Json{{"app_id", app.at("app_id")}, {"unshared_from", bob.user_id}});
  CHECK(unshare().text() == R"(404 {"detail":"Share not found"})");
}

TEST_CASE("Consents are listed until they are revoked, and a revocation ends every token of the pair") {
  RunningSandbox sandbox;
  const auto tokens = sandbox.sign_in("openid profile");
  const auto item = sandbox.manage("GET", "/idp/authorizations").json().at("items").at(0);
  CHECK(item == Json{{"authorization_id", item.at("authorization_id")},
                     {"app_id", item.at("app_id")},
                     {"app_name", "chutes-login demo"},
                     {"app_description", item.at("app_description")},
                     {"app_logo_url", nullptr},
                     {"scopes", {"openid", "profile"}},
                     {"created_at", item.at("created_at")},
                     {"revoked", false}});
  const auto revoke = [&] {
    return sandbox.manage("DELETE", "/idp/authorizations/" + item.at("app_id").get<std::string>()).json();
  };
  CHECK(revoke() == Json{{"app_id", item.at("app_id")}, {"revoked", true}});
  CHECK(revoke() == Json{{"app_id", item.at("app_id")}, {"revoked", true}}); // a second time too
  CHECK_FALSE(sandbox.is_active(tokens.access_token));
  CHECK(sandbox.refresh(tokens.refresh_token).text() == R"(400 {"error":"invalid_grant"})");
  CHECK(sandbox.manage("GET", "/idp/authorizations").json().at("total") == 0);
  CHECK(sandbox.manage("DELETE", "/idp/authorizations/unknown").text() ==
        R"(404 {"detail":"Authorization not found"})");
}

TEST_CASE("A new consent after a revocation does not wake the old tokens") {
  RunningSandbox sandbox;
  const auto before = sandbox.sign_in();
  const auto app = sandbox.manage("GET", "/idp/apps/" + sandbox.server.demo().client_id).json();
  sandbox.manage("DELETE", "/idp/authorizations/" + app.at("app_id").get<std::string>());
  const auto after = sandbox.sign_in();
  CHECK(sandbox.is_active(after.access_token));
  CHECK_FALSE(sandbox.is_active(before.access_token));
}

TEST_CASE("Management requires an admin key, which is the last word of the header, whatever precedes it") {
  RunningSandbox sandbox;
  const auto key = sandbox.server.demo().api_key;
  for (const auto* scheme : {"Bearer ", "Basic ", "", "a b c "}) {
    CAPTURE(scheme);
    CHECK(sandbox.get("/idp/apps", scheme + key).status == 200);
  }
}

TEST_CASE("What cannot manage applications is refused in the words that fit the credential") {
  RunningSandbox sandbox;
  const std::string no_user = R"(401 {"detail":"Can't find a user with that api key in our db :("})";
  for (const auto* path : {"/idp/apps", "/idp/authorizations"}) {
    CAPTURE(path);
    CHECK(sandbox.get(path).text() == no_user);
    CHECK(sandbox.get(path, "Bearer cak_x.y").text() == no_user);
    CHECK(sandbox.get(path, "Bearer " + sandbox.sign_in().access_token).text() ==
          R"(403 {"detail":"Token does not have permission for this resource"})");
    CHECK(sandbox.get(path, "Bearer cpk_x.y.z").detail() == "Missing or invalid authorization header(s)");
    const auto unknown_key =
        "cpk_" + std::string(32, '0') + "." + std::string(32, '0') + "." + std::string(32, 'a');
    CHECK(sandbox.get(path, "Bearer " + unknown_key).detail() == "Invalid token or user not found");
    CHECK(sandbox.get(path, "nonsense").detail() == "Missing or invalid authorization header(s)");
    CHECK(sandbox.get(path, "Bearer aaa.bbb.ccc").text() == R"(401 {"detail":"Invalid token."})");
  }
}

TEST_CASE("A token with the admin scope manages applications") {
  RunningSandbox sandbox{old_rules()};
  const auto app = sandbox.register_app({{"allowed_scopes", {"admin"}}});
  const FormFields client{{"client_id", app.at("client_id")},
                          {"client_secret", app.at("client_secret")},
                          {"redirect_uri", "http://127.0.0.1:9/callback"}};
  const auto code = sandbox.code({client[0], client[2], {"scope", "admin"}});
  const auto tokens = RunningSandbox::tokens_of(sandbox.exchange(code, client));
  CHECK(sandbox.get("/idp/apps", "Bearer " + tokens.access_token).status == 200);
}
