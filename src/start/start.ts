// Where each of our processes begins (cli.cjs, keeper.cjs, supervisor.cjs are this same file): runs the bundle of its own
// name in code/, and those that it asks for. Beside each lies what V8 had made of it when it was built (compile.ts), so
// that nothing is compiled at every start. V8 refuses what another Node has made, and compiles as usual.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';
import { compiledFile, wrapped } from './wrapped.ts';

const CODE = join(__dirname, 'code');

const loaded = new Map<string, { exports: object }>();

function load(name: string): object {
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const file = join(CODE, name);
  const script = new Script(wrapped(readFileSync(file, 'utf8')), { filename: file, cachedData: compiled(file) });
  const requires = (wanted: string) => (wanted.endsWith('.cjs') ? load(basename(wanted)) : require(wanted));
  script.runInThisContext()(module.exports, requires, module, file, __dirname);
  return module.exports;
}

function compiled(file: string): Buffer | undefined {
  try {
    return readFileSync(compiledFile(file));
  } catch {
    return undefined; // it is compiled as usual
  }
}

load(basename(__filename));
