/** A PostgreSQL data folder. It outlives the resource: data goes only with `--purge`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { stopService } from '../../local/supervisor/stop.ts';
import { makeFolder, readIfThere, sha256, writeWhole } from '../files.ts';
import type { Context, Kind } from '../kind.ts';
import { asOrdinaryUser } from '../unprivileged.ts';

const inputs = z.strictObject({
  folder: z.string().startsWith('/'),
  /** Folder with PostgreSQL's `bin/`. */
  programs: z.string().startsWith('/'),
  superuser: z.string(),
  superuserPasswordFile: z.string().startsWith('/'),
  /** Time at which the password was made. */
  passwordMade: z.string(),
  /** The installation's folder and the service that uses the data. */
  installation: z.string().startsWith('/'),
  service: z.string(),
});
export type PostgresClusterInputs = z.infer<typeof inputs>;
type Outputs = {
  /** Major version, e.g. `18`. */
  version: string;
  /** Another value after the folder was made anew, so that what lay in it is made anew too. */
  made: string;
};

const ROOT_ADVICE =
  '\nPostgreSQL refuses to run as root, so it is given a user namespace of its own (unshare --user). Where the system ' +
  'forbids that, run cove as an ordinary user.';
const MARK = 'cove.json';

interface Mark {
  made: string;
  /** Of a random password of 256 bits: it tells nothing, but whether the file is still the right one. */
  password: string;
}

async function initialise({ folder, programs, superuser, superuserPasswordFile }: PostgresClusterInputs) {
  await makeFolder(dirname(folder));
  await removeDrafts(folder);
  // Under another name until it is complete, so that a killed run leaves no half a cluster.
  const draft = await mkdtemp(`${folder}.draft-`);
  const [command, ...args] = asOrdinaryUser([
    join(programs, 'bin', 'initdb'),
    ...['-D', draft, '-U', superuser, `--pwfile=${superuserPasswordFile}`],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions', '--data-checksums'],
  ]);
  await promisify(execFile)(command, args, { env: { PATH: process.env.PATH, LC_ALL: 'C' } }).catch(
    (error) => {
      throw new Error(
        `initdb failed: ${error.stderr || error.message}${command === 'unshare' ? ROOT_ADVICE : ''}`,
      );
    },
  );
  const password = sha256((await readIfThere(superuserPasswordFile)) ?? '');
  const mark: Mark = { made: new Date().toISOString(), password };
  await writeWhole(join(draft, MARK), JSON.stringify(mark));
  await rename(draft, folder);
}

async function removeDrafts(folder: string): Promise<void> {
  const name = folder.slice(dirname(folder).length + 1);
  for (const entry of await readdir(dirname(folder))) {
    if (entry.startsWith(`${name}.draft-`))
      await rm(join(dirname(folder), entry), { recursive: true, force: true });
  }
}

async function describe(wanted: PostgresClusterInputs): Promise<Outputs> {
  const { folder, superuserPasswordFile } = wanted;
  const version = ((await readIfThere(join(folder, 'PG_VERSION'))) ?? '').trim();
  const mark = JSON.parse((await readIfThere(join(folder, MARK))) ?? '{}') as Partial<Mark>;
  const password = sha256((await readIfThere(superuserPasswordFile)) ?? '');
  if (mark.password !== undefined && mark.password !== password) {
    throw new Error(
      `${superuserPasswordFile} is not the password that the database in ${folder} was made with. ` +
        'Put that file back from your backup; or, if the data is not wanted, remove that folder.',
    );
  }
  return { version, made: mark.made ?? '' };
}

async function ensureCluster(wanted: PostgresClusterInputs, { log }: Context): Promise<Outputs> {
  if (!existsSync(join(wanted.folder, 'PG_VERSION'))) {
    log(`making a database in ${wanted.folder}`, { passing: true });
    // One that still runs on a folder that was deleted writes its old control file, by path, into the new one.
    await stopService(wanted.installation, wanted.service);
    await initialise(wanted);
  }
  return describe(wanted);
}

export const postgresCluster: Kind<PostgresClusterInputs, Outputs> = {
  inputs,
  outputs: ['version', 'made'],
  replaceOn: ['folder', 'superuser'],
  async create(wanted, context) {
    return { id: wanted.folder, outputs: await ensureCluster(wanted, context) };
  },
  async read(folder) {
    return existsSync(join(folder, 'PG_VERSION')) ? {} : null;
  },
  update: (_folder, _olds, wanted, context) => ensureCluster(wanted, context),
  async delete() {},
};
