/** The proving run as part of `up` and as `cove run-example`. */
import { join } from 'node:path';
import { signedIn } from '../api-client.ts';
import { findEngine } from '../checks/docker.ts';
import { CliError } from '../errors.ts';
import { type Installation, version } from '../installation.ts';
import type { Io } from '../io.ts';
import { needsProof, type Proof, readProof, writeProof } from '../proving/proof.ts';
import { type ProvingRun, prove } from '../proving/prove.ts';
import { exampleCommit } from '../proving/repository.ts';
import { chooseVenue, containerTrouble } from '../proving/venue.ts';
import { size } from '../table.ts';
import { administrator } from '../vault.ts';

export interface Proven {
  run: ProvingRun | null;
  proof: Proof | null;
  /** Why no job has run in a container; null: one has. */
  missing: string | null;
}

/** Runs the example unless this version has been proven. `always`: run it anyway. */
export async function proveInstallation(
  io: Io,
  installation: Installation,
  { always }: { always: boolean },
): Promise<Proven> {
  const { config, places, urls } = installation;
  const proof = readProof(places.proof);
  if (!config.example) return { run: null, proof, missing: 'the configuration does not serve the example' };
  const commit = await exampleCommit(places.exampleRepository);
  const missing = await containerTrouble(await findEngine(config.dockerSocket), config.environments, io.say);
  const now = { version: version(), commit, containerPossible: missing === null };
  if (!always && !needsProof(proof, now))
    return { run: null, proof, missing: proof?.container ? null : missing };
  const venue = chooseVenue(config.environments, missing);
  if (venue === null) return { run: null, proof, missing };

  const request = {
    repositoryUrl: `${urls.local}/git/example.git`,
    commit,
    environment: venue.environment.slug,
    owner: config.administrator.username,
  };
  const run = await signedIn(urls.local, await administrator(places), (api) =>
    prove(api, request, io.say, ({ stream, message }) =>
      io.say(stream === 'status' ? `  * ${message}` : `  | ${message}`),
    ),
  );
  if (run.status !== 'complete') throw failed(run);
  report(io, run, places.data);
  const fresh: Proof = {
    version: now.version,
    commit,
    container: venue.missing === null,
    execution: run.execution,
    counter: run.counter,
    url: run.url,
    time: new Date().toISOString(),
  };
  await writeProof(places.proof, fresh);
  return { run, proof: fresh, missing: venue.missing };
}

function failed({ counter, status, statusDetail, url }: ProvingRun): CliError {
  const why = statusDetail === '' ? '' : `: ${statusDetail}`;
  return new CliError(`The proving run (execution ${counter} of project example) ended as ${status}${why}.`, {
    todo: `Its log stands above and at ${url}. The platform itself is up; \`npx cove run-example\` tries again.`,
  });
}

function report(io: Io, { counter, url, metrics, outputs, seconds }: ProvingRun, data: string): void {
  const took = seconds === null ? '' : ` in ${seconds.toFixed(1)} s`;
  const numbers = Object.entries(metrics).filter(([key]) => !key.startsWith('_'));
  io.say(`Execution ${counter} of project example is complete${took}: ${url}`);
  io.say(`  metrics: ${numbers.map(([key, value]) => `${key} ${value}`).join(', ')}`);
  io.say(`  outputs: ${outputs.map((output) => `${output.name} (${size(output.size)})`).join(', ')}`);
  io.say(`           on that page, and in the object store at ${join(data, 'store')}`);
}
