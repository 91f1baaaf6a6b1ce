/** A supervised process. A dead one is told as gone, so that `refresh` sees it and `up` mends it. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { askSupervisor } from '../../local/supervisor/client.ts';
import { lastLines } from '../../local/supervisor/daemon.ts';
import { logFile, specFile, supervisorPlaces } from '../../local/supervisor/places.ts';
import { probe } from '../../local/supervisor/probe.ts';
import type { ServiceSpec } from '../../local/supervisor/spec.ts';
import { serviceReport } from '../../local/supervisor/status.ts';
import { removeService } from '../../local/supervisor/stop.ts';
import { writeWhole } from '../files.ts';
import type { Context, Kind } from '../kind.ts';

const probes = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcp'), host: z.string(), port: z.int() }),
  z.strictObject({ kind: z.literal('http'), url: z.url(), expect: z.array(z.int()).optional() }),
  z.strictObject({
    kind: z.literal('talk'),
    host: z.string(),
    port: z.int(),
    send: z.base64(),
    expect: z.string(),
  }),
]);
const inputs = z.strictObject({
  /** The installation's folder, whose supervisor runs it. */
  installation: z.string().startsWith('/'),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  command: z.string().min(1),
  args: z.array(z.string()),
  environment: z.record(z.string(), z.string()).optional(),
  rank: z.int(),
  stopSignal: z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT']).optional(),
  stopSeconds: z.number().positive().optional(),
  probe: probes.optional(),
  staleFiles: z.array(z.string()).optional(),
  /** How long it may take to be well. */
  startSeconds: z.number().positive(),
  watch: z.record(z.string(), z.string()),
});
export type ServiceInputs = z.infer<typeof inputs>;

const ENDS_BEFORE_GIVING_UP = 5;
const PROBE_MS = 200;

async function run(wanted: ServiceInputs, context: Context): Promise<void> {
  const { installation, startSeconds: _, ...spec } = wanted;
  const places = supervisorPlaces(installation);
  await writeWhole(specFile(places, wanted.name), JSON.stringify(spec satisfies ServiceSpec, null, 2));
  await askSupervisor(installation, { action: 'apply', name: wanted.name });
  await untilWell(wanted, context);
}

/** Waits until it answers as it should; gives up when time is over or it keeps ending. */
async function untilWell(wanted: ServiceInputs, { log }: Context): Promise<void> {
  const end = Date.now() + wanted.startSeconds * 1000;
  const before = (await serviceReport(wanted.installation, wanted.name)).restarts;
  for (let found: string | null = ''; ; await delay(PROBE_MS)) {
    const report = await serviceReport(wanted.installation, wanted.name);
    if (report.state === 'running') {
      found = wanted.probe === undefined ? null : await probe(wanted.probe);
      if (found === null) return;
      log(`waiting for ${wanted.name}`, { passing: true });
    }
    const ends = report.restarts - before;
    if (ends < ENDS_BEFORE_GIVING_UP && Date.now() < end) continue;
    const why = ends > 0 ? `it ended ${ends} times, last with ${report.lastEnd}` : found;
    const file = logFile(supervisorPlaces(wanted.installation), wanted.name);
    throw new Error(
      `Service ${wanted.name} does not get well: ${why}.\nLast lines of ${file}:\n${lastLines(file)}`,
    );
  }
}

export const service: Kind<ServiceInputs, Record<never, never>> = {
  inputs,
  outputs: [],
  replaceOn: ['installation', 'name'],
  async create(wanted, context) {
    try {
      await run(wanted, context);
    } catch (error) {
      // Nothing in the state would remember it, so it must not go on failing behind everybody's back.
      await removeService(wanted.installation, wanted.name).catch(() => {});
      throw error;
    }
    return { id: wanted.name, outputs: {} };
  },
  async read(name, { installation }) {
    return (await serviceReport(installation, name)).state === 'running' ? {} : null;
  },
  // A service that runs but does not answer is waited for: `up` ends when all is well, or says what is not.
  async look(name, { installation, probe: how }) {
    if ((await serviceReport(installation, name)).state !== 'running') return ['(gone)'];
    return how !== undefined && (await probe(how)) !== null ? ['(not well)'] : [];
  },
  async update(_name, _olds, wanted, context) {
    await run(wanted, context);
    return {};
  },
  delete: (name, { installation }) => removeService(installation, name),
};
