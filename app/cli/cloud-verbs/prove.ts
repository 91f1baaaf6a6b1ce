/** The proving run on a real worker of the installation. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from '../errors.ts';
import { type CloudInstallation, version } from '../installation.ts';
import type { Io } from '../io.ts';
import { needsProof, type Proof, readProof, writeProof } from '../proving/proof.ts';
import { prove } from '../proving/prove.ts';
import { addressOf, asAdministrator } from './reach.ts';

/** A group that stands at no machine at all has to start one. */
export const PICKUP_MS = 12 * 60_000;

/** Null: the installation serves no example. */
export async function proveCloud(
  io: Io,
  installation: CloudInstallation,
  { always }: { always: boolean },
): Promise<Proof | null> {
  const { config, places } = installation;
  const commit = await exampleCommit(`${addressOf(installation)}/git/example.git`);
  if (commit === null) return null;
  const proof = readProof(places.proof);
  const now = { version: version(), commit, containerPossible: true };
  if (!always && !needsProof(proof, now)) return proof;
  const environment = config.environments[0]!.slug;
  // The installation knows itself by its public name, whatever way leads to it from here.
  const repositoryUrl = `${installation.url}/git/example.git`;
  const run = await asAdministrator(installation, (api, owner) =>
    prove(
      api,
      { repositoryUrl, commit, environment, owner, pickupMs: PICKUP_MS },
      io.say,
      ({ stream, message }) => io.say(stream === 'status' ? `  * ${message}` : `  | ${message}`),
    ),
  );
  if (run.status !== 'complete') {
    throw new CliError(
      `The proving run (execution ${run.counter} of project example) ended as ${run.status}: ${run.statusDetail}`,
      { todo: `Its log stands above; \`npx cove run-example\` tries again.` },
    );
  }
  const { execution, counter } = run;
  const url = new URL(new URL(run.url).pathname, installation.url).href;
  const fresh = {
    version: now.version,
    commit,
    container: true,
    execution,
    counter,
    url,
    time: new Date().toISOString(),
  };
  await mkdir(dirname(places.proof), { recursive: true, mode: 0o700 });
  await writeProof(places.proof, fresh);
  return fresh;
}

/** The newest commit of a repository served over smart HTTP. Null: there is none. */
export async function exampleCommit(url: string): Promise<string | null> {
  const answer = await fetch(`${url}/info/refs?service=git-upload-pack`);
  if (!answer.ok) return null;
  return /([0-9a-f]{40}) HEAD\b/.exec(await answer.text())?.[1] ?? null;
}
