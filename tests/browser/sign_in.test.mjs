// The sign-in as a person sees it, in a real Chromium: pages, address bar, back button.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { World } from './world.mjs';

const secretInAddress = /[?&#](code|state|error)=/;

describe('signing in with Chromium', { timeout: 120_000 }, () => {
  let world;
  before(async () => (world = await World.create()));
  after(async () => world?.destroy());

  it('goes from the login form over the consent page to a page that says who is signed in', async () => {
    const { running, start } = await world.signIn('person');
    const page = await world.window();
    await page.goto(start);
    await world.picture(page, '1-login');
    await world.fillIn(page);
    assert.match(await page.textContent('body'), /Browser \d+ person/);
    await world.picture(page, '2-consent');
    await world.press(page, 'allow');
    assert.match(await page.textContent('body'), /signed in/i);
    await world.picture(page, '3-signed-in');
    assert.equal(await running.ended, 0, running.stderr);
    assert.doesNotMatch(page.url(), secretInAddress);
    assert.deepEqual(page.complaints.filter((text) => !text.includes('favicon')), []);
    assert.deepEqual(page.strangers, []);
  });

  it('leaves no code and no state in the history of the browser', async () => {
    const { running, start } = await world.signIn('history');
    const page = await world.window();
    await page.goto(start);
    await world.fillIn(page);
    await world.press(page, 'allow');
    await running.ended;
    const devtools = await page.context().newCDPSession(page);
    const { entries } = await devtools.send('Page.getNavigationHistory');
    const callbacks = entries.map((entry) => entry.url).filter((url) => url.includes('/callback'));
    assert.deepEqual(callbacks.filter((url) => secretInAddress.test(url)), []);
  });

  it('is not disturbed by the back button afterwards', async () => {
    const { running, start } = await world.signIn('back');
    const page = await world.window();
    await page.goto(start);
    await world.fillIn(page);
    await world.press(page, 'allow');
    assert.equal(await running.ended, 0, running.stderr);
    const exchanges = (await world.log('/idp/token')).length;
    for (let step = 0; step < 3; step += 1) {
      await page.goBack({ timeout: 3000, waitUntil: 'commit' }).catch(() => undefined);
      await page.goForward({ timeout: 3000, waitUntil: 'commit' }).catch(() => undefined);
    }
    assert.equal((await world.log('/idp/token')).length, exchanges);
  });

  it('says on the login page that a fingerprint is wrong, and lets the person try again', async () => {
    const { running, start } = await world.signIn('mistake');
    const page = await world.window();
    await page.goto(start);
    await world.fillIn(page, 'x'.repeat(32));
    assert.match(await page.textContent('body'), /Invalid fingerprint/);
    await world.picture(page, '4-wrong-fingerprint');
    await world.fillIn(page);
    await world.press(page, 'allow');
    assert.equal(await running.ended, 0, running.stderr);
  });

  it('ends with exit code 4 and a page that says so when the person presses deny', async () => {
    const { running, start } = await world.signIn('denied');
    const page = await world.window();
    await page.goto(start);
    await world.fillIn(page);
    await world.press(page, 'deny');
    await world.picture(page, '5-denied');
    assert.equal(await running.ended, 4, running.stderr);
    const text = await page.textContent('body');
    assert.doesNotMatch(text, /you are signed in/i);
    assert.match(text, /denied|declined|not signed in/i);
    assert.doesNotMatch(page.url(), secretInAddress);
  });

  it('shows the service\'s own page when the redirect URI is not registered', async () => {
    const { running, start } = await world.signIn('unregistered',
      { redirectUri: 'http://127.0.0.1:19999/elsewhere', parameters: ['--wait', '20s'] });
    const page = await world.window();
    const response = await page.goto(start);
    assert.equal(response.status(), 400);
    assert.match(await page.textContent('body'), /Redirect URI not registered for this application/);
    await world.picture(page, '6-unregistered');
    running.process.kill('SIGINT');
    assert.equal(await running.ended, 130, running.stderr);
  });

  it('fits a telephone and a dark room', async () => {
    const { running, start } = await world.signIn('small');
    const page = await world.window({ viewport: { width: 360, height: 640 }, colorScheme: 'dark' });
    const overflows = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    await page.goto(start);
    await world.picture(page, '7-login-small');
    assert.equal(await overflows(), false);
    await world.fillIn(page);
    await world.picture(page, '8-consent-small');
    assert.equal(await overflows(), false);
    await world.press(page, 'allow');
    await world.picture(page, '9-signed-in-small');
    assert.equal(await overflows(), false);
    assert.equal(await running.ended, 0, running.stderr);
  });
});
