// The last step of a build: has V8 compile every bundle, all functions of it, and keeps what comes out beside it.
// `lazy` is V8's usual way, to compile a function when it is called first; it is part of what V8 compares, so it is as
// usual again before the result is taken.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { compiledFile, wrapped } from './wrapped.ts';

for (const name of readdirSync(__dirname)) {
  if (!name.endsWith('.cjs')) continue;
  const file = join(__dirname, name);
  setFlagsFromString('--no-lazy');
  const script = new Script(wrapped(readFileSync(file, 'utf8')), { filename: file });
  setFlagsFromString('--lazy');
  writeFileSync(compiledFile(file), script.createCachedData());
}
