/** Looks for a secret where it must never be, all the while that something is done to the platform, and afterwards. */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Breakable } from './breakable.ts';
import { ADMIN, ADMIN_PASSWORD } from './redis-server.ts';

const LOOK_MS = 50;

/** As it might be written: itself, in base64 (but for its end, which hangs on what follows), in an address. */
export const formsOf = (value: string): string[] => [
  value,
  Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -2),
  encodeURIComponent(value),
  encodeURIComponent(value).replaceAll('%20', '+'),
];

export interface Search {
  /** What a part has said so far, which is forgotten when it is started again. */
  note(): void;
  /** Ends it and gives the places where it was found. */
  places(): Promise<string[]>;
}

/** Every command that Redis is sent, every process's argument list, every word of every part, every file of the installation. */
export async function searchFor(at: Breakable, forms: readonly string[]): Promise<Search> {
  const found = new Set<string>();
  const look = (where: string, text: string) => {
    if (forms.some((form) => text.includes(form))) found.add(where);
  };
  const redis = new Redis({ ...at.at.redis.address, username: ADMIN, password: ADMIN_PASSWORD });
  const monitor = await redis.monitor();
  let commands = 0;
  monitor.on('monitor', (_time: string, args: string[]) => {
    commands += 1;
    look(`what Redis is told by ${args[0]}`, args.join(' '));
  });
  let looks = 0;
  const timer = setInterval(async () => {
    looks += 1;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      look(`the arguments of ${text.split('\0')[0]}`, text);
    }
  }, LOOK_MS);
  const parts = () => [...Object.values(at.parts), ...at.lanes.flatMap(({ workers }) => workers)];
  const note = () => {
    for (const part of parts()) look(`what ${part.name} writes`, part.output());
  };
  return {
    note,
    async places() {
      clearInterval(timer);
      monitor.disconnect();
      redis.disconnect();
      note();
      for (const file of await filesWith(at.at.folder, forms)) found.add(`the file ${file}`);
      // Else it would prove nothing.
      if (commands === 0 || looks === 0) found.add('a search that saw nothing');
      return [...found];
    },
  };
}

/** With the database's own files, in which every row is that was ever written. */
async function filesWith(folder: string, forms: readonly string[]): Promise<string[]> {
  const list = join(tmpdir(), `forms-${randomUUID()}`);
  await writeFile(list, forms.join('\n'), { mode: 0o600 });
  try {
    return await new Promise((resolve, reject) => {
      execFile('grep', ['-rlaF', '-f', list, folder], { maxBuffer: 16 << 20 }, (error, stdout) =>
        // 1: nowhere; 2: a file went meanwhile, or is no file.
        error && typeof error.code !== 'number' ? reject(error) : resolve(stdout.split('\n').filter(Boolean)),
      );
    });
  } finally {
    await rm(list);
  }
}
