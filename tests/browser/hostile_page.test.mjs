// Another site's page in the same browser throws everything a page can at the waiting port. It even knows the sign-in's
// state, which no page should: then only how a request was made tells it from the service's redirect.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { eventually, World } from './world.mjs';

const rebound = 'rebound.test'; // a name of the attacker's that has come to mean 127.0.0.1

// Every way of a page to make a request without the person going anywhere: the way's name, which is the code it brings, and
// the markup.
const ways = {
  image: (url) => `<img src="${url}">`,
  imageWithCors: (url) => `<img crossorigin src="${url}">`,
  script: (url) => `<script src="${url}"></script>`,
  moduleScript: (url) => `<script type="module" src="${url}"></script>`,
  stylesheet: (url) => `<link rel="stylesheet" href="${url}">`,
  prefetch: (url) => `<link rel="prefetch" href="${url}">`,
  prefetchedDocument: (url) => `<link rel="prefetch" as="document" href="${url}">`,
  preload: (url) => `<link rel="preload" as="fetch" crossorigin href="${url}">`,
  speculation: (url) => `<script type="speculationrules">${JSON.stringify({
    prefetch: [{ source: 'list', urls: [url], eagerness: 'immediate' }],
    prerender: [{ source: 'list', urls: [url], eagerness: 'immediate' }] })}</script>`,
  iframe: (url) => `<iframe src="${url}"></iframe>`,
  sandboxedIframe: (url) => `<iframe sandbox src="${url}"></iframe>`,
  object: (url) => `<object data="${url}"></object>`,
  embed: (url) => `<embed src="${url}">`,
  video: (url) => `<video src="${url}"></video>`,
  svgImage: (url) => `<svg><image href="${url}"/></svg>`,
  formIntoFrame: (url) => `<iframe name="one"></iframe><form method="get" target="one" action="${url.split('?')[0]}">
    ${[...new URL(url).searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`).join('')}</form>`,
  postIntoFrame: (url) => `<iframe name="two"></iframe><form method="post" target="two" action="${url}"></form>`,
};

// And by script, once the page is there.
const script = (target, state) => `
  const to = (code) => '${target}?code=' + code + '&state=${state}';
  const settled = (start) => new Promise((resolve) => start(resolve));
  const attempts = [
    fetch(to('fetch')),
    fetch(to('fetchNoCors'), { mode: 'no-cors' }),
    fetch(to('fetchWithCookies'), { mode: 'no-cors', credentials: 'include' }),
    fetch(to('fetchPreflighted'), { headers: { 'X-Hostile': '1' } }),
    fetch('${target}', { method: 'POST', mode: 'no-cors', body: 'code=post&state=${state}' }),
    settled((resolve) => {
      const socket = new WebSocket(to('socket').replace('http', 'ws'));
      socket.onerror = resolve;
    }),
    settled((resolve) => {
      const events = new EventSource(to('events'));
      events.onerror = () => (events.close(), resolve());
    }),
    settled((resolve) => {
      const request = new XMLHttpRequest();
      request.onloadend = resolve;
      request.open('GET', to('xhr'));
      request.send();
    }),
  ];
  navigator.sendBeacon(to('beacon'), 'x');
  for (const form of document.forms) form.submit();
  Promise.allSettled(attempts).then((outcomes) => {
    window.readable = outcomes.filter(({ value }) => value instanceof Response && value.type !== 'opaque').length;
  });`;

function hostilePage(target, state) {
  const markup = Object.entries(ways).map(([name, way]) => way(`${target}?code=${name}&state=${state}`));
  return `<!doctype html><title>hostile</title>${markup.join('\n')}<script>${script(target, state)}</script>`;
}

// The codes that the page's requests bring, each its way's name.
const codes = [...Object.keys(ways), 'fetch', 'fetchNoCors', 'fetchWithCookies', 'fetchPreflighted', 'xhr', 'events', 'beacon'];

describe('a hostile page in the same Chromium', { timeout: 120_000 }, () => {
  let world;
  before(async () => (world = await World.create({ rules: `MAP ${rebound} 127.0.0.1` })));
  after(async () => world?.destroy());

  // A window that notes which codes it brought to the waiting port, and every answer of that port that a page may know of.
  async function watchedWindow(port, options) {
    const page = await world.window(options);
    const answers = [];
    const ended = new Set();
    const isAtPort = (request) => new URL(request.url()).port === String(port);
    const end = (request) => isAtPort(request) && ended.add(new URL(request.url()).searchParams.get('code'));
    page.context().on('response', (response) => {
      if (isAtPort(response)) answers.push(response);
      end(response);
    });
    page.context().on('requestfinished', end);
    page.context().on('requestfailed', (request) => {
      // Refused by the network, it would not have come to the port at all.
      assert.doesNotMatch(request.failure().errorText, /CONNECTION|ADDRESS|NAME|BLOCKED_BY_CLIENT|PRIVATE|LOCAL/);
      end(request);
    });
    return { page, answers, ended };
  }

  async function attack(page, ended, wanted = codes) {
    await page.waitForFunction(() => window.readable !== undefined);
    await eventually(() => wanted.every((code) => ended.has(code)), `all of these have come: ${wanted}`);
  }

  async function assertUnharmed(running, exchanges) {
    assert.equal(running.process.exitCode, null, running.stderr);
    assert.equal((await world.log('/idp/token')).length, exchanges);
  }

  async function assertCompletes(running, url) {
    const person = await world.window();
    await person.goto(url.href);
    await world.fillIn(person);
    await world.press(person, 'allow');
    assert.match(await person.textContent('body'), /signed in/i);
    assert.equal(await running.ended, 0, running.stderr);
  }

  it('can neither end nor complete a sign-in, even if it knows the state, and the sign-in then completes', async () => {
    const exchanges = (await world.log('/idp/token')).length;
    const { running, start, port } = await world.signIn('attacked');
    const url = await world.authorizationUrl(start);
    const site = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(hostilePage(`http://127.0.0.1:${port}/callback`, url.searchParams.get('state')));
    }).listen(0, 'localhost');
    await once(site, 'listening');
    try {
      const { page, answers, ended } = await watchedWindow(port);
      await page.goto(`http://localhost:${site.address().port}/`, { waitUntil: 'commit' });
      await attack(page, ended);
      assert.equal(await page.evaluate(() => window.readable), 0);
      for (const answer of answers) {
        assert.ok([204, 400, 403, 405].includes(answer.status()), `${answer.url()}: ${answer.status()}`);
        assert.equal(answer.headers()['access-control-allow-origin'], undefined);
      }
      await assertUnharmed(running, exchanges);
      await assertCompletes(running, url);
    } finally {
      site.closeAllConnections?.();
      site.close();
    }
  });

  it('gets nowhere by taking the person to the port without the right state', async () => {
    const exchanges = (await world.log('/idp/token')).length;
    const { running, start, port } = await world.signIn('taken-along');
    const { page } = await watchedWindow(port);
    for (const query of ['code=x&state=forged', 'error=access_denied&state=forged', 'error=access_denied', 'code=x', '']) {
      const response = await page.goto(`http://127.0.0.1:${port}/callback?${query}`);
      assert.equal(response.status(), 400, query);
    }
    await assertUnharmed(running, exchanges);
    await assertCompletes(running, await world.authorizationUrl(start));
  });

  it('gets nowhere by a name of its own that has come to mean 127.0.0.1', async () => {
    const exchanges = (await world.log('/idp/token')).length;
    const { running, start, port } = await world.signIn('rebound');
    const url = await world.authorizationUrl(start);
    const state = url.searchParams.get('state');
    const { page, answers, ended } = await watchedWindow(port, { bypassCSP: true }); // our own page's policy would help us
    const origin = `http://${rebound}:${port}`;
    const started = await page.goto(`${origin}${new URL(start).pathname}`);
    assert.equal(started.status(), 421);
    const navigation = await page.goto(`${origin}/callback?code=navigated&state=${state}`);
    assert.equal(navigation.status(), 421);

    // To the browser the port is the attacker's own origin now, and what the attacker served there before goes on.
    answers.length = 0;
    await page.evaluate((html) => {
      document.open();
      document.write(html);
      document.close();
    }, hostilePage(`${origin}/callback`, state));
    await attack(page, ended, codes.filter((code) => code !== 'speculation')); // which is for secure origins
    assert.deepEqual(answers.filter((answer) => answer.status() !== 421).map((answer) => [answer.url(), answer.status()]), []);
    await assertUnharmed(running, exchanges);
    await assertCompletes(running, url);
  });
});
