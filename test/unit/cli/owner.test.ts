import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stateFile } from '../../../app/cli/engine/state-file.ts';
import { refuseOthers } from '../../../app/cli/owner.ts';
import { lostFolders } from '../../../app/cli/up/lost-data.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cove owner '));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('another user is told whose the installation is; its owner and a folder that is not there are fine', () => {
  const own = process.getuid?.() ?? 0;
  expect(() => refuseOthers(home, own)).not.toThrow();
  expect(() => refuseOthers(join(home, 'none'), own + 1)).not.toThrow();
  expect(() => refuseOthers(home, 54_321)).toThrow(
    /cove owner .* belongs to user \S+, .* runs as user 54321/,
  );
});

test('data that the state knows and the disk does not is lost; nothing else is', async () => {
  const file = stateFile(home, 'lab');
  await mkdir(join(file, '..'), { recursive: true });
  const folder = (path: string, keep: boolean) => ({
    type: 'cove:local:Folder',
    outputs: { path: join(home, path), keep },
  });
  const resources = [
    folder('data', true),
    folder('data/store', true),
    folder('settings', false),
    { type: 'cove:local:PostgresCluster', outputs: { folder: join(home, 'data/postgres') } },
    { type: 'pulumi:pulumi:Stack' },
  ];
  await writeFile(file, JSON.stringify({ checkpoint: { latest: { resources } } }));
  await mkdir(join(home, 'data', 'postgres'), { recursive: true });
  // A folder without what makes it a database is none.
  const lost = [join(home, 'data/postgres'), join(home, 'data/store')];
  expect(lostFolders(home, 'lab')).toEqual(lost);

  await mkdir(join(home, 'data', 'store'));
  await writeFile(join(home, 'data/postgres/PG_VERSION'), '18\n');
  expect(lostFolders(home, 'lab')).toEqual([]);
  expect(lostFolders(home, 'other')).toEqual([]);
});
