// What the browser tests share: a sandbox, a chutes-login that waits for its browser, a Chromium, a place for pictures.
// Run it under packaging/private-keyring.sh (ctest does): the client keeps its session in the keyring of that bus.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const client = process.env.CHUTES_LOGIN_PROGRAM ?? join(root, 'build/tests/src/chutes-login');
const sandboxProgram = process.env.CHUTES_SANDBOX_PROGRAM ?? join(root, 'build/tests/src/sandbox/chutes-sandbox');
const pictures = join(root, 'tests/output/browser');
const patience = 30_000;

// The parts of this process's environment that the programs may see.
export function bareEnvironment() {
  const kept = ['PATH', 'DBUS_SESSION_BUS_ADDRESS', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'];
  return Object.fromEntries(kept.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
}

export async function eventually(condition, what) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${patience} ms in vain until ${what}`);
}

export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 18_000);
    const server = createServer();
    const free = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
}

// A program that has been started, with what it has said so far.
export class Running {
  constructor(program, parameters, environment, folder) {
    this.stdout = '';
    this.stderr = '';
    this.process = spawn(program, parameters, { env: environment, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout.on('data', (data) => (this.stdout += data));
    this.process.stderr.on('data', (data) => (this.stderr += data));
    this.ended = once(this.process, 'close').then(([code]) => code);
  }

  async stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}

export class World {
  signIns = [];

  // `rules` are Chromium's --host-resolver-rules.
  static async create({ rules } = {}) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), 'chutes-browser-test.'));
    mkdirSync(pictures, { recursive: true });
    world.sandbox = new Running(sandboxProgram, ['--approve', 'ask'], bareEnvironment());
    await eventually(() => world.sandbox.stdout.includes('# ready') || world.sandbox.process.exitCode !== null,
      'the sandbox is ready');
    const lines = world.sandbox.stdout.matchAll(/^export (\w+)='(.*)'$/gm);
    world.variables = Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
    world.fingerprint = world.sandbox.stderr.match(/\b[A-Za-z0-9]{32}\b/)[0];
    world.chromium = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', ...(rules ? [`--host-resolver-rules=${rules}`] : [])],
    });
    return world;
  }

  async destroy() {
    await this.chromium?.close();
    for (const running of this.signIns) await running.stop();
    await this.sandbox?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async log(path) {
    const entries = await (await fetch(`${this.variables.CHUTES_API_URL}/_sandbox/log`)).json();
    return entries.filter((entry) => path === undefined || entry.path === path);
  }

  // Registers an app, and makes a home whose browser only writes down the address it is given. Returns the surroundings of
  // a client that is to sign in there.
  async newcomer(profile, name) {
    const port = await freePort();
    const registered = `http://127.0.0.1:${port}/callback`;
    const answer = await fetch(`${this.variables.CHUTES_API_URL}/idp/apps`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.variables.CHUTES_API_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: name ?? `Browser ${port} ${profile}`, redirect_uris: [registered],
        description: 'The terminal client, as a person meets it.' }),
    });
    if (!answer.ok) throw new Error(`no app: ${answer.status} ${await answer.text()}`);
    const app = await answer.json();
    const home = mkdtempSync(join(this.folder, 'home.'));
    const opened = join(home, 'opened');
    const browser = join(home, 'browser');
    writeFileSync(browser, `#!/bin/sh\nprintf '%s' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
      { mode: 0o755 });
    const { CHUTES_API_KEY: _, ...service } = this.variables;
    const environment = { ...bareEnvironment(), ...service, HOME: home, BROWSER: browser,
      CHUTES_OAUTH_CLIENT_ID: app.client_id, CHUTES_OAUTH_CLIENT_SECRET: app.client_secret,
      CHUTES_OAUTH_REDIRECT_URI: registered };
    return { port, environment, opened: () => existsSync(opened) && readFileSync(opened, 'utf8') };
  }

  // Starts a sign-in and returns it together with the address it gave its browser.
  async signIn(profile, { redirectUri, parameters = [] } = {}) {
    const { port, environment, opened } = await this.newcomer(profile);
    const running = new Running(client, ['login', '--profile', profile, ...parameters],
      redirectUri ? { ...environment, CHUTES_OAUTH_REDIRECT_URI: redirectUri } : environment);
    this.signIns.push(running);
    const start = await eventually(() => {
      if (running.process.exitCode !== null) throw new Error(`login ended: ${running.stderr}`);
      return opened();
    }, 'the browser is opened');
    return { running, start, port };
  }

  // Where the start address leads: the service, with this sign-in's state. Uses the address up.
  async authorizationUrl(start) {
    const [answer] = await once(get(start), 'response'); // fetch would say that it is no navigation
    answer.resume();
    return new URL(answer.headers.location);
  }

  // A window of a person who has never been here: no cookies. Notes everything the pages complain of or fetch elsewhere.
  async window(options = {}) {
    const context = await this.chromium.newContext({ viewport: { width: 1000, height: 760 }, ...options });
    const page = await context.newPage();
    page.complaints = [];
    page.strangers = [];
    page.on('console', (message) => {
      if (message.type() === 'error') page.complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!['127.0.0.1', 'localhost'].includes(url.hostname) && url.protocol !== 'data:') page.strangers.push(url.href);
    });
    return page;
  }

  async picture(page, name) {
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  // Types the fingerprint into the login page and sends it.
  async fillIn(page, fingerprint = this.fingerprint) {
    await page.fill('input[name=fingerprint]', fingerprint);
    await Promise.all([page.waitForNavigation(), page.press('input[name=fingerprint]', 'Enter')]);
  }

  async press(page, answer) {
    await Promise.all([page.waitForNavigation(), page.click(`button[name=action][value=${answer}]`)]);
  }
}
