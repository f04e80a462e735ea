import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const program = process.env.ECOCENTRE_EDGE ?? join(root, 'src/Ecocentre.Edge/bin/Debug/net10.0/ecocentre-edge.dll');
if (!existsSync(program)) throw new Error(`There is no ${program}: build src/Ecocentre.Edge first, or start tests/dashboard/run.`);

// A busy machine needs its time to start a gateway and sixty simulated desks.
const READY_MAX = 120_000;

/** Waits until a question has an answer that is true; fails with its words after so many milliseconds. */
export async function until(what, question, milliseconds = 60_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Not within ${milliseconds} ms: ${what}`);
    await new Promise((go) => setTimeout(go, 100));
  }
}

/** A port nobody listens on at this moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a verb of the program to its end: its exit code and all it said. */
export async function run(...verb) {
  try {
    const { stdout, stderr } = await promisify(execFile)('dotnet', [program, ...verb]);
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, said: error.stdout + error.stderr };
  }
}

/** A demo gateway as a process of its own, with site and log in a scratch folder. */
export class Gateway {
  static async start(...more) {
    const gateway = new Gateway();
    gateway.folder = await mkdtemp(join(tmpdir(), 'ecocentre-dashboard-'));
    gateway.port = await freePort();
    gateway.base = `http://127.0.0.1:${gateway.port}`;
    gateway.more = more;
    await gateway.begin();
    return gateway;
  }

  /** Starts it, or starts it again at the same address with the same log. */
  async begin() {
    this.process = spawn('dotnet', [program, 'demo', '--folder', this.folder, '--http', `127.0.0.1:${this.port}`, ...this.more], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = createWriteStream(join(this.folder, 'gateway.txt'), { flags: 'a' });
    this.process.stdout.pipe(said, { end: false });
    this.process.stderr.pipe(said, { end: false });
    this.ended = once(this.process, 'exit');
    await until('the gateway answers', async () => {
      if (this.process.exitCode !== null) throw new Error(`The gateway ended with ${this.process.exitCode}; see ${this.folder}/gateway.txt`);
      return fetch(`${this.base}/health/ready`).then((answer) => answer.ok, () => false);
    }, READY_MAX);
  }

  /** Waits until verdicts are there: they come when the log was taken up, and until then pages are told 503. */
  judged(token) {
    return until('verdicts', () => this.get('label', token).then(() => true, () => false), READY_MAX);
  }

  /** Ends it in good order. */
  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM');
    const patience = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    await this.ended;
    clearTimeout(patience);
  }

  async dispose() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** GET as a program would. */
  async get(path, token) {
    const answer = await fetch(`${this.base}/api/v1/${path}`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Makes a token with the program's own verb. */
  async token(name, role) {
    const { said } = await run('token', 'add', name, '--role', role, '--site', join(this.folder, 'site.json'));
    return /ecoedge_\S+/.exec(said)[0];
  }

  async revoke(token) {
    const { code, said } = await run('token', 'revoke', token.split('_')[1], '--site', join(this.folder, 'site.json'));
    if (code !== 0) throw new Error(said);
  }
}
