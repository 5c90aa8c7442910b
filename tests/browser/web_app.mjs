// A web application that signs people in as the official SDK does with Next.js: the same routes, variables, cookies and
// hosts, in a page of its own. It reads .env.local in its folder and listens on the port it is given.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port] = process.argv.slice(2);
const lines = existsSync('.env.local') ? readFileSync('.env.local', 'utf8').matchAll(/^(\w+)=("?)(.*)\2$/gm) : [];
const settings = { ...Object.fromEntries([...lines].map(([, name, , value]) => [name, value])), ...process.env };

const idp = settings.CHUTES_IDP_BASE_URL || 'https://api.chutes.ai';
const clientId = settings.CHUTES_OAUTH_CLIENT_ID;
const clientSecret = settings.CHUTES_OAUTH_CLIENT_SECRET;
const home = settings.NEXT_PUBLIC_APP_URL || `http://localhost:${port}`;
const redirectUri = settings.CHUTES_OAUTH_REDIRECT_URI || `${home}/api/auth/chutes/callback`;
const month = 30 * 24 * 3600;

function cookiesOf(request) {
  const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([name, value]) => [name, decodeURIComponent(value ?? '')]));
}

const cookie = (name, value, seconds) =>
  `${name}=${encodeURIComponent(value)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;

const redirect = (location, cookies) => ({ status: 307, headers: { Location: location, 'Set-Cookie': cookies } });
const json = (status, value) => ({ status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

function logIn() {
  const state = randomBytes(16).toString('hex');
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state,
    scope: settings.CHUTES_OAUTH_SCOPES || 'openid profile chutes:invoke', code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  return redirect(`${idp}/idp/authorize?${query}`,
    [cookie('chutes_oauth_state', state, 300), cookie('chutes_pkce_verifier', verifier, 300)]);
}

async function finishLogIn(request, query) {
  const kept = cookiesOf(request);
  if (query.get('error')) return json(400, { error: query.get('error'), errorDescription: query.get('error_description') });
  if (!query.get('state') || query.get('state') !== kept.chutes_oauth_state) return json(400, { error: 'Invalid state' });
  const exchange = await fetch(`${idp}/idp/token`, { method: 'POST', body: new URLSearchParams({
    grant_type: 'authorization_code', client_id: clientId, client_secret: clientSecret, code: query.get('code'),
    redirect_uri: redirectUri, code_verifier: kept.chutes_pkce_verifier }) });
  const tokens = await exchange.json();
  if (!exchange.ok) return json(500, tokens);
  const answer = await fetch(`${idp}/idp/userinfo`, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
  return redirect(home, [
    cookie('chutes_access_token', tokens.access_token, tokens.expires_in),
    cookie('chutes_refresh_token', tokens.refresh_token, month),
    cookie('chutes_userinfo', await answer.text(), tokens.expires_in),
    cookie('chutes_oauth_state', '', 0), cookie('chutes_pkce_verifier', '', 0)]);
}

function logOut() {
  const names = ['chutes_access_token', 'chutes_refresh_token', 'chutes_userinfo'];
  return { status: 204, headers: { 'Set-Cookie': names.map((name) => cookie(name, '', 0)) } };
}

function session(request) {
  const { chutes_access_token: token, chutes_userinfo: user } = cookiesOf(request);
  return json(200, { signedIn: Boolean(token), user: token && user ? JSON.parse(user) : null });
}

// The model is the one of the SDK's example, the host the one that the service serves models on.
async function chat(request) {
  const { chutes_access_token: token } = cookiesOf(request);
  if (!token) return json(401, { error: 'Not authenticated' });
  const answer = await fetch('https://llm.chutes.ai/v1/chat/completions', {
    method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'deepseek-ai/DeepSeek-V3-0324', max_tokens: 100,
      messages: [{ role: 'user', content: 'Say hello!' }] }),
  });
  const document = await answer.json();
  return answer.ok ? json(200, { text: document.choices[0].message.content }) : json(answer.status, document);
}

const page = `<!doctype html><meta charset="utf-8"><title>My shop</title><link rel="icon" href="data:,"><h1>My shop</h1>
<p id="who"></p><p><a id="in" href="/api/auth/chutes/login">Sign in with Chutes</a></p>
<p><button id="ask">Ask</button> <button id="out">Sign out</button></p><p id="answer"></p>
<script type="module">
  const show = (id, text) => (document.getElementById(id).textContent = text);
  const answer = await (await fetch('/api/auth/chutes/session')).json();
  show('who', answer.signedIn ? 'Signed in as ' + answer.user.username : 'Not signed in');
  document.getElementById('ask').onclick = async () => {
    const reply = await (await fetch('/api/chat', { method: 'POST' })).json();
    show('answer', reply.text ?? reply.error);
  };
  document.getElementById('out').onclick = async () => {
    await fetch('/api/auth/chutes/logout', { method: 'POST' });
    location.reload();
  };
</script>`;

const routes = {
  'GET /': () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: page }),
  'GET /api/auth/chutes/login': logIn,
  'GET /api/auth/chutes/callback': finishLogIn,
  'POST /api/auth/chutes/logout': logOut,
  'GET /api/auth/chutes/session': session,
  'POST /api/chat': chat,
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url, home);
  const route = routes[`${request.method} ${url.pathname}`] ?? (() => ({ status: 404, headers: {} }));
  try {
    const { status, headers, body } = await route(request, url.searchParams);
    response.writeHead(status, headers).end(body);
  } catch (error) {
    response.writeHead(500).end(String(error.cause ?? error));
  }
});
server.listen(port, 'localhost', () => console.log('ready'));
