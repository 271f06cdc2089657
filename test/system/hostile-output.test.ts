// A program that asks and never listens, or says that it is enormous: the supervisor stays as it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { home } from '../support/home.ts';

const memory = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('answers that the program does not read wait within a bound', async (t) => {
  const h = home(t);
  const asks = `stty raw -echo; printf 'begun\\r\\n'; i=0; while [ $i -lt 40 ]; do printf '%.0s\\033[6n' $(seq 20000); i=$((i + 1)); done; printf 'asked\\r\\n'; exec sleep 1000`;
  await h.ok('create', '-n', 'x', '--', 'sh', '-c', asks);
  await eventually('it has begun', async () => (await h.ok('logs', 'x')).includes('begun'));
  const { supervisor } = h.pids();
  const before = memory(supervisor);
  await eventually('it has asked 800,000 times', async () => (await h.ok('logs', 'x')).includes('asked'), 60_000);
  assert.equal(h.pids().supervisor, supervisor);
  const grown = memory(supervisor) - before;
  assert.ok(grown < 100, `${Math.round(grown)} MB more`);
});
