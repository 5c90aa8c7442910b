// What a careful script of Node's does: batch.mjs URL JOBS FILE sends the file's lines, as many at once, over kept
// connections, and prints an answer a line.
import { readFileSync } from "node:fs";
import { Pool } from "undici";

const [url, jobs, file] = process.argv.slice(2);
const { origin, pathname: path } = new URL(url);
const bodies = readFileSync(file, "utf8").trimEnd().split("\n");
const pool = new Pool(origin, { connections: Number(jobs), pipelining: 1 });
const headers = { authorization: "Bearer bench", "content-type": "application/json" };

let next = 0;
async function worker() {
  while (next < bodies.length) {
    const body = bodies[next++];
    const answer = await pool.request({ method: "POST", path, headers, body });
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    process.stdout.write((await answer.body.text()) + "\n");
  }
}
await Promise.all(Array.from({ length: Number(jobs) }, worker));
await pool.close();
