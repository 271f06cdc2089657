// Debian's supervisor: programs are written into its configuration, and taken up by `update`.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { must } from '../processes.ts';
import type { Maker } from '../system.ts';
import { found, said } from './found.ts';

export const supervisor: Maker = (place) => {
  const bin = found('supervisorctl') ?? 'supervisorctl';
  const daemon = found('supervisord') ?? 'supervisord';
  const env = { PATH: process.env.PATH ?? '', HOME: place, LC_ALL: 'C.UTF-8' };
  const file = `${place}/supervisord.conf`;
  writeFileSync(
    file,
    `[unix_http_server]\nfile=${place}/sock\n[supervisord]\nlogfile=${place}/log\npidfile=${place}/pid\nchildlogdir=${place}\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix://${place}/sock\n`,
  );
  let isUp = false;
  return {
    name: 'supervisor',
    version: found('supervisord') && said(daemon, '--version'),
    env,
    redraws: false,
    replaces: true,
    create(name, command) {
      writeFileSync(`${place}/${name}.sh`, `${command}\n`);
      appendFileSync(file, `[program:${name}]\ncommand=/bin/sh ${place}/${name}.sh\nstartsecs=0\n`);
      if (isUp) return [bin, '-c', file, 'update'];
      isUp = true;
      return [daemon, '-c', file];
    },
    list: [bin, '-c', file, 'status'],
    restart: (name) => [bin, '-c', file, 'restart', name],
    pids: () => [Number(readFileSync(`${place}/pid`, 'utf8'))],
    end() {
      if (isUp) must([bin, '-c', file, 'shutdown'], env);
    },
  };
};
