// What any command line on Node must cost: Node itself, doing nothing.
import { type Environment, run } from '../processes.ts';

const env: Environment = { PATH: process.env.PATH ?? '', HOME: '/' };

export const NODE = 'node -e 0';

export const nodeFloor = (): number => run([process.execPath, '-e', '0'], env).ms;
