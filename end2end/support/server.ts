// A server of its own for each test that wants one: the real binary on a free port.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const binary = process.env.GATEWATCH ?? fileURLToPath(new URL('../../target/release/gatewatch', import.meta.url));

export class Server {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    readonly output: string[],
  ) {}

  // Starts `gatewatch serve` with the given arguments and waits for the line that says where it listens.
  static async start(args: string[], port = 0): Promise<Server> {
    const child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const output: string[] = [];
    const url = await new Promise<string>((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error(`no address after 20 s: ${output.join('')}`)), 20_000);
      child.stderr.setEncoding('utf8');
      child.stderr.on('data', (text: string) => {
        output.push(text);
        const found = /on (http:\/\/[^\s]+)/.exec(output.join(''));
        if (found) {
          clearTimeout(giveUp);
          resolve(found[1]);
        }
      });
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`gatewatch ended with ${code}: ${output.join('')}`)));
    });
    return new Server(url, child, output);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  // Ends the server as an orchestrator would; resolves with its exit code.
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.on('exit', (code) => resolve(code)));
    this.child.kill(signal);
    return ended;
  }
}
