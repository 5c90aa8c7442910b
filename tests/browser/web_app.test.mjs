// A web application with the official SDK's flow, registered by this program and used in a real Chromium. Its addresses are
// those of the service; the recipe of the sandbox's manual leads them to the sandbox.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { World, Running, bareEnvironment, client, eventually, freePort } from './world.mjs';

const manual = readFileSync(new URL('../../man/chutes-sandbox.1', import.meta.url), 'utf8');
const [, recipe] = manual.match(/^cat >sandbox-hosts\.mjs <<END\n([^]*?)^END$/m);
const [, unset] = manual.match(/^unset (.*)$/m);
const program = fileURLToPath(new URL('web_app.mjs', import.meta.url));

describe('a web application with the flow of the official SDK', { timeout: 120_000 }, () => {
  let world;
  const applications = [];
  let service; // the variables of a shell in which the manual's lines have been typed
  before(async () => {
    world = await World.create();
    service = { ...bareEnvironment(), ...world.variables };
    for (const name of unset.split(' ')) delete service[name];
  });
  after(async () => {
    for (const application of applications) await application.stop();
    await world?.destroy();
  });

  // Registers an application with these words, in a folder of its own.
  async function register(port, ...words) {
    const folder = mkdtempSync(join(world.folder, 'shop.'));
    writeFileSync(join(folder, 'sandbox-hosts.mjs'), recipe);
    const registering = new Running(client, words, { ...service, HOME: folder }, folder);
    assert.equal(await registering.ended, 0, registering.stderr);
    return { folder, port };
  }

  const setUp = (port) =>
    register(port, 'setup', '--web', '--no-input', '--name', `Shop ${port}`, '--homepage-url', `http://localhost:${port}`);
  const create = (port) =>
    register(port, 'app', 'create', '--name', `Shop ${port}`, '--redirect-uri',
      `http://localhost:${port}/api/auth/chutes/callback`, '--secret-to', 'env-file:.env.local');

  // Starts the application as its developer would who has read the manual, and opens it.
  async function open({ folder, port }, variables = {}) {
    const running = new Running('node', [program, port],
      { ...service, NODE_OPTIONS: '--import ./sandbox-hosts.mjs', ...variables }, folder);
    applications.push(running);
    await eventually(() => running.stdout.includes('ready') || running.process.exitCode !== null, 'the application listens');
    const page = await world.window();
    await page.goto(`http://localhost:${port}`);
    return page;
  }

  const says = (page, text) => page.waitForFunction((wanted) => document.body.innerText.includes(wanted), text);

  async function signIn(page, answer) {
    await Promise.all([page.waitForNavigation(), page.click('#in')]);
    if (await page.$('input[name=fingerprint]')) await world.fillIn(page);
    await world.press(page, answer);
  }

  for (const [how, registered, variables] of [
    ['setup --web', setUp, { CHUTES_IDP_BASE_URL: undefined }], // it is in the file
    ['app create --secret-to env-file:', create, {}],
  ]) {
    it(`signs people in, calls a model for them and signs them out, with what ${how} writes`, async () => {
      const page = await open(await registered(await freePort()), variables);
      await says(page, 'Not signed in');
      await signIn(page, 'allow');
      await says(page, 'Signed in as ada');
      await page.click('#ask');
      await says(page, 'You said: Say hello!');
      await world.picture(page, `web-app-${how.split(' ')[0]}`);
      await page.reload();
      await says(page, 'Signed in as ada');
      assert.equal(await page.evaluate(() => document.cookie), '');
      await page.click('#out');
      await says(page, 'Not signed in');
      assert.deepEqual(page.strangers, []);
      assert.deepEqual(page.complaints.filter((text) => !text.includes('favicon')), []);
    });
  }

  it('is told when the person denies access', async () => {
    const page = await open(await setUp(await freePort()));
    await signIn(page, 'deny');
    assert.deepEqual(JSON.parse(await page.innerText('body')),
      { error: 'access_denied', errorDescription: 'User denied the request' });
  });

  it('cannot sign anybody in with the secret of another application', async () => {
    const registered = await setUp(await freePort());
    const page = await open(registered, { CHUTES_OAUTH_CLIENT_SECRET: `csc_${'a'.repeat(48)}` });
    await signIn(page, 'allow');
    assert.deepEqual(JSON.parse(await page.innerText('body')), { error: 'invalid_client' });
  });
});
