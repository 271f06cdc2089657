// Floors: what any command line on Node must cost (Node itself, doing nothing), and what a Node that does a part of it alone can do.
import { join } from 'node:path';
import { type Environment, must, run } from '../processes.ts';

const env: Environment = { PATH: process.env.PATH ?? '', HOME: '/' };

export const NODE = 'node -e 0';

export const nodeFloor = (): number => run([process.execPath, '-e', '0'], env).ms;

/** A Node that begins a program, and does nothing else. */
const begins = ([file, ...argv]: string[]): string[] => [
  process.execPath,
  '-e',
  `require('child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(argv)}, { detached: true, stdio: 'ignore' }).unref()`,
];

/** Three, of which each begins the next and the last the program, as client, keeper and supervisor are. */
export const bareChain = (program: string[]) => begins(begins(begins(program)));

const BARE = join(__dirname, 'bare.cjs');

/** A Node that stands between two terminals. */
export const bareEcho = [process.execPath, BARE, 'echo'];

/** Two, as a supervisor and its client are. */
export const bareRelay = (command: string) => [process.execPath, BARE, 'relay', command];

/** One that does all of that itself. */
export const bareDirect = (command: string) => [process.execPath, BARE, 'direct', command];

/** ms that a Node takes to read what `count` programs put out, which each print `file`. */
export const bareFlood = (file: string, count: number, keep: boolean): number =>
  Number(must([process.execPath, BARE, 'flood', file, `${count}`, ...(keep ? ['keep'] : [])], env));
