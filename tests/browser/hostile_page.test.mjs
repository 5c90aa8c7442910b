// Another site's page in the same browser knows the port and throws everything a page can at the waiting listener.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { World } from './world.mjs';

function hostilePage(port) {
  const target = `http://127.0.0.1:${port}/callback`;
  return `<!doctype html><title>hostile</title><link rel="icon" href="data:,">
<img src="${target}?code=image&state=forged">
<img src="${target}?error=access_denied&state=forged">
<iframe src="${target}?code=iframe&state=forged"></iframe>
<iframe name="sink"></iframe>
<link rel="prefetch" href="${target}?code=prefetch&state=forged">
<script src="${target}?code=script&state=forged"></script>
<form id="post" method="post" target="sink" action="${target}"><input name="code" value="form"></form>
<form id="get" method="get" target="sink" action="${target}"><input name="error" value="access_denied"></form>
<script>
  const attempts = [
    fetch('${target}?code=fetch&state=forged', { mode: 'no-cors' }),
    fetch('${target}?code=cors&state=forged'),
    fetch('${target}', { method: 'POST', mode: 'no-cors', body: 'code=fetched&state=forged' }),
    new Promise((resolve) => {
      const socket = new WebSocket('${target.replace('http', 'ws')}?code=socket&state=forged');
      socket.onerror = resolve;
    }),
  ];
  document.getElementById('post').submit();
  document.getElementById('get').submit();
  navigator.sendBeacon('${target}?code=beacon&state=forged', 'x');
  Promise.allSettled(attempts).then((outcomes) => {
    document.title = 'done ' + outcomes.filter((outcome) => outcome.value && outcome.value.type === 'basic').length;
  });
</script>`;
}

describe('a hostile page in the same Chromium', { timeout: 120_000 }, () => {
  let world;
  before(async () => (world = await World.create()));
  after(async () => world?.destroy());

  it('can neither end nor take part in a sign-in, which then completes', async () => {
    const { running, start, port } = await world.signIn('attacked');
    const site = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(hostilePage(port));
    }).listen(0, 'localhost');
    await once(site, 'listening');
    try {
      const page = await world.window();
      await page.goto(`http://localhost:${site.address().port}/`);
      await page.waitForFunction(() => document.title.startsWith('done'));
      assert.equal(await page.title(), 'done 0');
      assert.equal(running.process.exitCode, null, running.stderr);

      // Even a true navigation to the port is nothing without the right state.
      const response = await page.goto(`http://127.0.0.1:${port}/callback?code=navigated&state=forged`);
      assert.equal(response.status(), 400);
      assert.equal(running.process.exitCode, null, running.stderr);

      assert.equal((await world.log('/idp/token')).length, 0);
      const person = await world.window();
      await person.goto(start);
      await world.fillIn(person);
      await world.press(person, 'allow');
      assert.equal(await running.ended, 0, running.stderr);
    } finally {
      site.closeAllConnections?.();
      site.close();
    }
  });
});
