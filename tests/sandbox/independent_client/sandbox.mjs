// A chutes-sandbox of the test's own: started on a free port, asked to end, and its output at start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const patience = 20_000;

// The parts of this process's environment that the program may see.
function bareEnvironment() {
  const kept = ['PATH', 'TMPDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'];
  return Object.fromEntries(kept.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
}

export class Sandbox {
  #process;
  #ended;
  variables = {};

  static async start(...options) {
    const program = process.env.CHUTES_SANDBOX_PROGRAM;
    if (!program) throw new Error('CHUTES_SANDBOX_PROGRAM has to name the program');
    const sandbox = new Sandbox();
    sandbox.#process = spawn(program, options, { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'ignore'] });
    sandbox.#ended = once(sandbox.#process, 'close');
    await sandbox.#readVariables();
    return sandbox;
  }

  get url() {
    return this.variables.CHUTES_API_URL;
  }

  get redirectUri() {
    return this.variables.CHUTES_OAUTH_REDIRECT_URI.split(' ')[0];
  }

  async advance(seconds) {
    const answer = await fetch(`${this.url}/_sandbox/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ advance: seconds }),
    });
    if (answer.status !== 200) throw new Error(`the clock answered ${answer.status}`);
  }

  async log() {
    return (await fetch(`${this.url}/_sandbox/log`)).json();
  }

  // Resolves to the exit code.
  async stop() {
    this.#process.kill('SIGTERM');
    const [code] = await this.#ended;
    return code;
  }

  async #readVariables() {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), patience);
    for await (const line of createInterface({ input: this.#process.stdout })) {
      const variable = /^export ([A-Z_]+)='([^']*)'$/.exec(line);
      if (variable) this.variables[variable[1]] = variable[2];
      if (line === '# ready') {
        clearTimeout(timer);
        return;
      }
    }
    throw new Error('the sandbox ended before it was ready');
  }
}
