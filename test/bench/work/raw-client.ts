// A client that is nothing but a socket: it greets, asks for the list, and blocks until the answer is there.
import { closeSync, readSync, writeSync } from 'node:fs';
import { CONTROL, encodeFrame } from '../../../src/protocol/frame.ts';
import { PROTOCOL } from '../../../src/protocol/messages.ts';
import { checked } from '../../../src/system/libc.ts';

const socket = checked('int socket(int, int, int)');
const connect = checked('int connect(int, void*, uint)');

/** Blocks until whoever listens at `path` has answered. */
export function serves(path: string): void {
  const fd = socket(1 /* AF_UNIX */, 1 /* SOCK_STREAM */, 0);
  try {
    const address = Buffer.alloc(2 + path.length + 1);
    address.writeUInt16LE(1, 0);
    address.write(path, 2);
    connect(fd, address, address.length);
    for (const message of [
      { is: 'hello', protocol: PROTOCOL, version: 'bench' },
      { is: 'list', id: 'bench', usage: false },
    ])
      writeSync(fd, encodeFrame(CONTROL, Buffer.from(JSON.stringify(message))));
    const buffer = Buffer.alloc(65536);
    let text = '';
    while (!text.includes('"re":"bench"')) {
      const length = readSync(fd, buffer);
      if (length === 0) throw new Error('hung up');
      text += buffer.toString('latin1', 0, length);
    }
  } finally {
    closeSync(fd);
  }
}
