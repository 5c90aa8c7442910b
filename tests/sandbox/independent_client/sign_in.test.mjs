// Sign in with Chutes as openid-client does it, a client that knows nothing of this project: what it refuses would be a
// defect of the sandbox.
import './web_crypto.mjs';

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as oauth from 'openid-client';

import { Sandbox } from './sandbox.mjs';

const scope = 'openid profile chutes:invoke';
let approving;
let declining;

before(async () => {
  [approving, declining] = await Promise.all([Sandbox.start('--approve', 'auto'), Sandbox.start('--approve', 'deny')]);
});
after(() => Promise.all([approving, declining].map((sandbox) => sandbox?.stop())));

// What the discovery document says, but with this sandbox for the service, which the document names whatever host asks.
async function metadataOf(sandbox) {
  const document = await (await fetch(`${sandbox.url}/.well-known/openid-configuration`)).text();
  return JSON.parse(document.replaceAll('https://api.chutes.ai', sandbox.url));
}

async function discover(sandbox, authentication = oauth.ClientSecretPost, secret = sandbox.variables.CHUTES_OAUTH_CLIENT_SECRET) {
  const configuration = new oauth.Configuration(
    await metadataOf(sandbox),
    sandbox.variables.CHUTES_OAUTH_CLIENT_ID,
    {},
    authentication(secret),
  );
  oauth.allowInsecureRequests(configuration); // plain http, but on loopback only
  return configuration;
}

// What the browser does: ends on the redirection endpoint with the authorization response.
async function authorize(sandbox, configuration, parameters = {}) {
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const request = oauth.buildAuthorizationUrl(configuration, {
    redirect_uri: sandbox.redirectUri,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  const answer = await fetch(request, { redirect: 'manual' });
  assert.equal(answer.status, 302, await answer.text());
  return { response: new URL(answer.headers.get('Location')), verifier, state };
}

function exchange(configuration, { response, verifier, state }) {
  return oauth.authorizationCodeGrant(configuration, response, { pkceCodeVerifier: verifier, expectedState: state });
}

async function signIn(sandbox, authentication) {
  const configuration = await discover(sandbox, authentication);
  return { configuration, tokens: await exchange(configuration, await authorize(sandbox, configuration)) };
}

// The token endpoint's refusal: 400 with this error code and nothing else, as the service words it.
const refusedWith = (error) => (thrown) => {
  assert.equal(thrown.name, 'ResponseBodyError', thrown.stack);
  assert.deepEqual({ status: thrown.status, body: thrown.cause }, { status: 400, body: { error } });
  return true;
};

test('the discovery document names the service, and leads to its endpoints', async () => {
  const document = await (await fetch(`${approving.url}/.well-known/openid-configuration`)).json();
  assert.equal(document.issuer, 'https://api.chutes.ai');
  const endpoints = ['authorization', 'token', 'userinfo', 'revocation', 'introspection'];
  assert.deepEqual(
    endpoints.map((name) => document[`${name}_endpoint`]),
    ['/idp/authorize', '/idp/token', '/idp/userinfo', '/idp/token/revoke', '/idp/token/introspect'].map(
      (path) => document.issuer + path,
    ),
  );
});

test('the discovery document advertises what the service then refuses', async () => {
  const metadata = (await discover(approving)).serverMetadata();
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['client_secret_post', 'client_secret_basic', 'none']);
  assert.deepEqual(metadata.code_challenge_methods_supported, ['plain', 'S256']);
  assert.equal(metadata.jwks_uri, undefined);
  assert.equal(metadata.scopes_supported.includes('openid'), false);
});

test('a code is exchanged for a pair of tokens, and no ID token', async () => {
  const { tokens } = await signIn(approving);
  assert.match(tokens.access_token, /^cak_[0-9a-f-]{36}\.[A-Za-z0-9]{48}$/);
  assert.match(tokens.refresh_token, /^crt_[0-9a-f-]{36}\.[A-Za-z0-9]{48}$/);
  assert.equal(tokens.token_type, 'bearer'); // openid-client lower-cases it
  assert.equal(tokens.expires_in, 3600);
  assert.equal(tokens.scope, scope);
  assert.equal(tokens.id_token, undefined);
});

test('a client secret in a Basic header is refused if its underscore is escaped, because the service decodes nothing', async () => {
  await assert.rejects(signIn(approving, oauth.ClientSecretBasic), refusedWith('invalid_client'));
  const asItIs = (secret) => (server, client, body, headers) =>
    headers.set('Authorization', `Basic ${Buffer.from(`${client.client_id}:${secret}`).toString('base64')}`);
  assert.ok((await signIn(approving, asItIs)).tokens);
});

test('userinfo says who signed in, and no e-mail address', async () => {
  const { configuration, tokens } = await signIn(approving);
  const user = await oauth.fetchUserInfo(configuration, tokens.access_token, oauth.skipSubjectCheck);
  assert.deepEqual(Object.keys(user), ['sub', 'username', 'created_at']);
  assert.match(user.created_at, /\+00:00$/);
});

test('a refresh gives a new pair and leaves the old access token alive', async () => {
  const { configuration, tokens } = await signIn(approving);
  const next = await oauth.refreshTokenGrant(configuration, tokens.refresh_token);
  assert.notEqual(next.access_token, tokens.access_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  for (const token of [tokens.access_token, next.access_token])
    assert.equal((await oauth.tokenIntrospection(configuration, token)).active, true);
});

test('a refresh token is good for once, and its replay does not harm the newer pair', async () => {
  const { configuration, tokens } = await signIn(approving);
  const next = await oauth.refreshTokenGrant(configuration, tokens.refresh_token);
  await assert.rejects(oauth.refreshTokenGrant(configuration, tokens.refresh_token), refusedWith('invalid_grant'));
  assert.equal((await oauth.tokenIntrospection(configuration, next.refresh_token)).active, true);
});

test('a wrong client secret does not spend the refresh token', async () => {
  const { configuration, tokens } = await signIn(approving);
  const stranger = await discover(approving, oauth.ClientSecretPost, `csc_${'x'.repeat(48)}`);
  await assert.rejects(oauth.refreshTokenGrant(stranger, tokens.refresh_token), refusedWith('invalid_client'));
  assert.ok(await oauth.refreshTokenGrant(configuration, tokens.refresh_token));
});

test('introspection tells both kinds of token apart', async () => {
  const { configuration, tokens } = await signIn(approving);
  const access = await oauth.tokenIntrospection(configuration, tokens.access_token);
  const refresh = await oauth.tokenIntrospection(configuration, tokens.refresh_token);
  assert.deepEqual([access.token_type, refresh.token_type], ['access_token', 'refresh_token']);
  assert.deepEqual([access.exp - access.iat, refresh.exp - refresh.iat], [3600, 30 * 86400]);
  assert.equal(access.client_id, approving.variables.CHUTES_OAUTH_CLIENT_ID);
  assert.equal(access.scope, scope);
});

test('introspection with a wrong client secret is a 401', async () => {
  const { tokens } = await signIn(approving);
  const stranger = await discover(approving, oauth.ClientSecretPost, `csc_${'x'.repeat(48)}`);
  await assert.rejects(oauth.tokenIntrospection(stranger, tokens.access_token), (thrown) => {
    assert.deepEqual({ status: thrown.status, body: thrown.cause }, { status: 401, body: { error: 'invalid_client' } });
    return true;
  });
});

test('a revocation ends that one token', async () => {
  const { configuration, tokens } = await signIn(approving);
  await oauth.tokenRevocation(configuration, tokens.refresh_token);
  await assert.rejects(oauth.refreshTokenGrant(configuration, tokens.refresh_token), refusedWith('invalid_grant'));
  assert.equal((await oauth.tokenIntrospection(configuration, tokens.access_token)).active, true);
  await oauth.tokenRevocation(configuration, tokens.access_token);
  assert.deepEqual(await oauth.tokenIntrospection(configuration, tokens.access_token), { active: false });
});

test('a wrong code verifier is refused and spends the code', async () => {
  const configuration = await discover(approving);
  const answer = await authorize(approving, configuration);
  const wrong = { ...answer, verifier: oauth.randomPKCECodeVerifier() };
  await assert.rejects(exchange(configuration, wrong), refusedWith('invalid_grant'));
  await assert.rejects(exchange(configuration, answer), refusedWith('invalid_grant'));
});

test('an exchange without client secret is refused, whatever the discovery document says', async () => {
  const configuration = await discover(approving, oauth.None);
  const answer = await authorize(approving, configuration);
  await assert.rejects(exchange(configuration, answer), refusedWith('invalid_client'));
});

test('a person who declines sends the client home with access_denied', async () => {
  const configuration = await discover(declining);
  const answer = await authorize(declining, configuration);
  await assert.rejects(exchange(configuration, answer), (thrown) => {
    assert.equal(thrown.name, 'AuthorizationResponseError');
    assert.deepEqual([thrown.error, thrown.error_description], ['access_denied', 'User denied the request']);
    return true;
  });
});

test('a scope that cannot be granted comes back as invalid_scope', async () => {
  const configuration = await discover(approving);
  const answer = await authorize(approving, configuration, { scope: 'openid chutes:invoke:123' });
  await assert.rejects(exchange(configuration, answer), (thrown) => {
    assert.deepEqual(
      [thrown.error, thrown.error_description],
      ['invalid_scope', 'Unknown scope: chutes:invoke:123'],
    );
    return true;
  });
});

test('an access token ends with its hour, and its refresh token lives on', async () => {
  const sandbox = await Sandbox.start('--approve', 'auto');
  try {
    const { configuration, tokens } = await signIn(sandbox);
    await sandbox.advance(3601);
    await assert.rejects(oauth.fetchUserInfo(configuration, tokens.access_token, oauth.skipSubjectCheck));
    const next = await oauth.refreshTokenGrant(configuration, tokens.refresh_token);
    assert.ok(await oauth.fetchUserInfo(configuration, next.access_token, oauth.skipSubjectCheck));
  } finally {
    await sandbox.stop();
  }
});

test('the log names grants and clients, and no secret', async () => {
  const { tokens } = await signIn(approving);
  const log = await approving.log();
  const request = log.filter((entry) => entry.path === '/idp/token').at(-1);
  assert.equal(request.grant_type, 'authorization_code');
  assert.equal(request.client_id, approving.variables.CHUTES_OAUTH_CLIENT_ID);
  const text = JSON.stringify(log);
  for (const secret of [tokens.access_token, tokens.refresh_token, approving.variables.CHUTES_OAUTH_CLIENT_SECRET])
    assert.equal(text.includes(secret), false);
});

test('SIGTERM ends the sandbox with 0 while a client keeps its connection', async () => {
  const sandbox = await Sandbox.start('--approve', 'auto');
  await signIn(sandbox); // fetch keeps the connection alive
  assert.equal(await sandbox.stop(), 0);
});
