// An OpenID provider that knows nothing of this project (npm's oidc-provider) on a free loopback port, with two doors for
// tests: GET /_log says what it was asked, POST /_lie makes it tamper with the ID tokens it gives. Prints its issuer once it
// listens. Everybody who comes is Ada, and she agrees to everything.
//
//     provider.mjs ALGORITHM
import { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';

globalThis.crypto ??= webcrypto; // which Node 18 has, but not as a global
const jose = await import('jose');
const { Provider } = await import('oidc-provider');

const algorithm = process.argv[2];
const redirectUri = 'http://127.0.0.1/callback/127.0.0.1';
const log = [];
let lie = '';
let keySetsGiven = 0;

async function newKey(alg, kid) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { ...(await jose.exportJWK(privateKey)), alg, kid, use: 'sig' };
}

const keys = await Promise.all(['RS256', 'PS256', 'ES256', 'EdDSA'].map((alg) => newKey(alg, `${alg}-1`)));
const unpublished = await newKey(algorithm, 'unpublished');
const ownKey = keys.find((key) => key.alg === algorithm);

function client(id, method, fields = {}) {
  return {
    client_id: id,
    token_endpoint_auth_method: method,
    application_type: 'native',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: algorithm,
    ...fields,
  };
}

// Signs the claims of `token` anew, altered.
async function signedAnew(token, changes, key = ownKey) {
  const claims = { ...jose.decodeJwt(token), ...changes };
  const header = { alg: key.alg, kid: key.kid };
  return new jose.SignJWT(claims).setProtectedHeader(header).sign(await jose.importJWK(key, key.alg));
}

function parts(token) {
  return token.split('.').map((part) => Buffer.from(part, 'base64url'));
}

const past = Math.floor(Date.now() / 1000) - 7200;
const lies = {
  signature: (token) => token.slice(0, -8) + (token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'),
  payload: (token) => {
    const [header, , signature] = token.split('.');
    const claims = { ...jose.decodeJwt(token), sub: 'mallory' };
    return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
  },
  none: (token) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`,
  hs256: async (token) => {
    const { d, p, q, dp, dq, qi, ...published } = ownKey;
    const header = { alg: 'HS256', kid: ownKey.kid };
    const secret = Buffer.from(JSON.stringify(published));
    return new jose.SignJWT(JSON.parse(parts(token)[1])).setProtectedHeader(header).sign(secret);
  },
  unpublished: (token) => signedAnew(token, {}, unpublished),
  nonce: (token) => signedAnew(token, { nonce: 'of-another-sign-in' }),
  'no nonce': (token) => signedAnew(token, { nonce: undefined }),
  expired: (token) => signedAnew(token, { iat: past, exp: past + 3600 }),
  future: (token) => signedAnew(token, { iat: past + 14400, exp: past + 18000 }),
  audience: (token) => signedAnew(token, { aud: 'another-client' }),
  issuer: (token) => signedAnew(token, { iss: 'https://idp.example.org' }),
  at_hash: (token) => signedAnew(token, { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  subject: (token) => signedAnew(token, { sub: 'mallory' }),
  'no token': () => undefined,
};

function configuration() {
  return {
    clients: [
      client('basic', 'client_secret_basic', { client_secret: 'a b:c+d/e%&=' }),
      client('post', 'client_secret_post', { client_secret: 'of-post' }),
      client('public', 'none'),
    ],
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    cookies: { keys: ['of the test'] },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: 'ada' }) }),
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    rotateRefreshToken: true,
    ttl: { AccessToken: 3600, RefreshToken: 86400, Grant: 86400, Session: 3600, Interaction: 600, IdToken: 3600 },
  };
}

async function agree(provider, ctx) {
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  const grant = new provider.Grant({ accountId: 'user-1', clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId: 'user-1' }, consent: { grantId: await grant.save() } };
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }));
}

function note(ctx) {
  const { grant_type, token_type_hint, client_id, client_secret } = ctx.oidc?.params ?? {};
  log.push({
    path: ctx.path,
    status: ctx.status,
    grant_type,
    token_type_hint,
    secret: ctx.headers.authorization?.startsWith('Basic ') ? 'header' : client_secret ? 'body' : 'none',
    client_id,
  });
}

async function readBody(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text;
}

async function doors(ctx, next) {
  if (ctx.path === '/_log') ctx.body = log;
  else if (ctx.path === '/_lie') {
    lie = await readBody(ctx.req);
    keySetsGiven = 0;
    ctx.body = {};
  } else await next();
}

async function tamper(ctx, next) {
  await next();
  if (ctx.path === '/token' && ctx.body?.id_token && lies[lie]) ctx.body.id_token = await lies[lie](ctx.body.id_token);
  if (ctx.path === '/jwks' && lie === 'late key' && ++keySetsGiven === 1)
    ctx.body = { keys: ctx.body.keys.filter((key) => key.kid !== ownKey.kid) };
  if (ctx.path === '/me' && lie === 'userinfo') ctx.body = { ...ctx.body, sub: 'mallory' };
  note(ctx);
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  provider.use(doors);
  provider.use(tamper);
  provider.use((ctx, next) => (ctx.path.startsWith('/interaction/') ? agree(provider, ctx) : next()));
  server.on('request', provider.callback());
  console.log(issuer);
});
