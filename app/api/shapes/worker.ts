import { z } from 'zod';
import { stateOf, WORKER_STATES, type WorkerView } from '../../core/workers/list.ts';
import { time, timeOrNull } from './time.ts';

export const Worker = z.object({
  id: z.uuid(),
  name: z.string(),
  environment: z.object({ id: z.uuid(), slug: z.string() }),
  state: z.enum(WORKER_STATES),
  reason: z.string().describe('For people: why it takes no job; empty where it does.'),
  running: z.int().describe('Executions that it holds.'),
  last_seen: z.iso.datetime().nullable(),
  joined: z.iso.datetime(),
  version: z.string().nullable().describe('Null: it has not told yet.'),
  hostname: z.string().nullable(),
  cpus: z.number().nullable(),
  memory: z.int().nullable().describe('In bytes.'),
  instance_id: z.string().nullable(),
  by_code: z.boolean().describe('Whether it came by `cove worker join`, and may be removed.'),
});

export function workerShape(worker: WorkerView): z.infer<typeof Worker> {
  const { id, name, environment, running, told, instance_id, by_code } = worker;
  const state = stateOf(worker);
  return {
    id,
    name,
    environment,
    state,
    reason: reasonOf(worker, state),
    running,
    last_seen: timeOrNull(worker.last_seen),
    joined: time(worker.joined),
    version: told.version ?? null,
    hostname: told.hostname ?? null,
    cpus: told.cpus ?? null,
    memory: told.memory ?? null,
    instance_id,
    by_code,
  };
}

function reasonOf({ told, drain_reason, draining_at }: WorkerView, state: string): string {
  if (state === 'new') return 'it has not been heard of yet';
  if (draining_at !== null) return drain_reason ?? '';
  return state === 'unready' ? (told.unready ?? '') : '';
}
