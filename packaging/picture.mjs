// Takes the picture in README.md of a real sign-in (see packaging/picture.sh). The client runs in a terminal (tmux), Chromium
// plays the user at the sandbox; the screen and the two pages are placed side by side.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { World, client, eventually } from '../tests/browser/world.mjs';

const picture = resolve(process.argv[2]);
const size = { columns: 92, lines: 29 };

class Terminal {
  constructor(folder, environment) {
    this.socket = join(folder, 'tmux');
    this.environment = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: folder };
    const programs = join(folder, 'bin');
    mkdirSync(programs);
    symlinkSync(client, join(programs, 'chutes-login'));
    const shell = { ...environment, PATH: `${programs}:${process.env.PATH}`, PS1: '\\[\\e[36m\\]$\\[\\e[m\\] ', LC_ALL: 'C.UTF-8',
      TERM: 'screen-256color', DISPLAY: '' };
    this.tmux('-f', '/dev/null', 'new-session', '-d', '-x', size.columns, '-y', size.lines, 'env', '-i',
      ...Object.entries(shell).map(([name, value]) => `${name}=${value}`), 'bash', '--norc', '--noprofile');
  }

  tmux(...words) {
    return execFileSync('tmux', ['-u', '-S', this.socket, ...words.map(String)], { env: this.environment, encoding: 'utf8' });
  }

  screen(...more) {
    return this.tmux('capture-pane', '-p', ...more);
  }

  // Types a line when the shell is ready for one.
  async type(line) {
    await eventually(() => /\$ ?$/.test(this.screen().trimEnd()), 'the shell waits for a command');
    this.tmux('send-keys', '-l', '--', line);
    this.tmux('send-keys', 'Enter');
  }

  html() {
    return execFileSync('aha', ['--no-header', '--black'], { input: this.screen('-e').trimEnd(), encoding: 'utf8' });
  }

  close() {
    this.tmux('kill-server');
  }
}

const imageOf = (bytes) => `data:image/png;base64,${bytes.toString('base64')}`;

function composed(terminal, pages) {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 20px; background: #eceff4; display: flex; gap: 20px; align-items: flex-start; font-family: sans-serif }
    pre { margin: 0; padding: 18px; background: #16181d; color: #d8dee9; border-radius: 8px;
          font: 13px/1.38 "DejaVu Sans Mono", monospace; flex: none; width: ${size.columns}ch }
    div { display: flex; flex-direction: column; gap: 20px } img { width: 300px; border-radius: 8px; border: 1px solid #c5cad3 }
  </style><pre>${terminal}</pre><div>${pages.map((page) => `<img src="${imageOf(page)}">`).join('')}</div>`;
}

const world = await World.create();
try {
  const { environment, opened } = await world.newcomer('default', 'Terminal of Ada');
  const terminal = new Terminal(dirname(environment.BROWSER), environment);
  try {
    await terminal.type('chutes-login login');
    const page = await world.window({ viewport: { width: 560, height: 560 } });
    await page.goto(await eventually(opened, 'the browser is opened'));
    await world.fillIn(page);
    const pages = [await page.screenshot({ fullPage: true })];
    await world.press(page, 'allow');
    await page.setViewportSize({ width: 560, height: 320 });
    pages.push(await page.screenshot());
    await terminal.type('chutes-login whoami');
    await terminal.type('chutes-login balance');
    await terminal.type('chutes-login invoke -m deepseek-ai/DeepSeek-V3.2-TEE "What is Sign in with Chutes?"');
    await eventually(() => /\$ ?$/.test(terminal.screen().trimEnd()), 'the answer is complete');
    const sheet = await world.window({ viewport: { width: 1118, height: 100 } });
    await sheet.setContent(composed(terminal.html(), pages));
    writeFileSync(picture, await sheet.screenshot({ fullPage: true }));
  } finally {
    terminal.close();
  }
} finally {
  await world.destroy();
}
execFileSync('pngquant', ['--force', '--strip', '--output', picture, '64', picture]);
console.log(`${picture}: ${readFileSync(picture).length} bytes`);
