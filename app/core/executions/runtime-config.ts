/** What an execution's machine is told beside the job itself (contract 1.6): preset, step and request in one. Pure. */
import { z } from 'zod';
import { CacheVolume } from '../../protocol/worker.ts';
import type { Step } from '../../yaml/index.ts';
import type { FieldError } from '../errors.ts';
import { RemoteDebug } from './remote-debug.ts';
import { fieldErrors } from './step.ts';

type Values = Record<string, unknown>;
const cores = z.number().positive().max(100_000);
const mebibytes = z
  .int()
  .positive()
  .max(2 ** 31);

const path = z
  .string()
  .min(1)
  .max(4096)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just these are refused.
  .regex(/^[^\u0000-\u001f]+$/, 'must have no control characters');
const Mount = z.object({
  source: path,
  destination: path.startsWith('/'),
  readonly: z.boolean().default(false),
  type: z.string().max(50).nullable().default(null),
  options: z
    .record(z.string().max(100), z.union([z.string().max(200), z.number(), z.boolean(), z.null()]))
    .default({}),
});

/** Keys that mean something here; others are kept as they came. */
export const RuntimeConfig = z.looseObject({
  remote_debug: RemoteDebug.optional(),
  autorestart: z.boolean().optional(),
  no_output_timeout: z.coerce.number().positive().nullish(),
  /** Whether they are allowed, the worker's own settings say. */
  mounts: z.array(Mount).max(50).optional(),
  kubernetes: z
    .looseObject({
      containers: z
        .looseObject({
          workload: z
            .looseObject({
              resources: z
                .looseObject({
                  requests: z.looseObject({ cpu: cores.optional(), memory: mebibytes.optional() }).optional(),
                  limits: z
                    .looseObject({
                      cpu: cores.optional(),
                      memory: mebibytes.optional(),
                      /** What it may write; not a word of the official `valohai.yaml`. */
                      disk: mebibytes.optional(),
                      /** None at all is not the same as none told. */
                      devices: z.record(z.string(), z.int().min(1)).optional(),
                    })
                    .optional(),
                })
                .optional(),
            })
            .optional(),
        })
        .optional(),
      cache_volumes: z
        .array(z.looseObject({ pvc_name: CacheVolume }))
        .max(20)
        .optional(),
    })
    .optional(),
});

/** The later one's values over the earlier one's. Lists and devices are one value each: naming none takes all away. */
export function runtimeConfig(...layers: readonly Values[]): Values {
  const config = layers.reduce((below, above) => overlay(below, above), {});
  const parsed = RuntimeConfig.safeParse(config);
  if (parsed.success) return config;
  const complaints = parsed.error.issues.map(
    (issue): FieldError => ({
      message: `${issue.path.join('.')}: ${issue.message}`,
      code: 'invalid',
    }),
  );
  throw fieldErrors('runtime_config', complaints);
}

/** What the client makes of a step by itself, for those who do not (contract 1.6). */
export function configOfStep({ resources, cacheVolumes, autorestart, mounts }: Step): Values {
  const { cpu, memory, devices } = resources;
  const requests = given({ cpu: cpu?.min, memory: memory?.min });
  const limits = given({ cpu: cpu?.max, memory: memory?.max, devices });
  const kubernetes = {
    ...(requests || limits ? { containers: { workload: { resources: given({ requests, limits }) } } } : {}),
    ...(cacheVolumes.length > 0 ? { cache_volumes: cacheVolumes.map((pvc_name) => ({ pvc_name })) } : {}),
  };
  return {
    ...(Object.keys(kubernetes).length > 0 ? { kubernetes } : {}),
    ...(autorestart === null ? {} : { autorestart }),
    ...(mounts.length > 0 ? { mounts: mounts.map(mountOf) } : {}),
  };
}

/** `/source:/destination` in short; the first colon parts them, as in the official library. */
function mountOf(mount: Step['mounts'][number]) {
  if (typeof mount !== 'string') return mount;
  const at = mount.indexOf(':');
  return { source: mount.slice(0, at), destination: mount.slice(at + 1) };
}

/**
 * What its worker is told of it: mounts, caches, and what the job takes at least and at most, in cores and bytes. What was kept
 * before it was checked says nothing.
 */
export function forWorker(config: Values) {
  const { data } = RuntimeConfig.safeParse(config);
  const { limits = {}, requests = {} } = data?.kubernetes?.containers?.workload?.resources ?? {};
  const bytes = (memory: number | undefined) => (memory === undefined ? null : memory * 2 ** 20);
  return {
    limits: { cpus: limits.cpu ?? null, memory: bytes(limits.memory), disk: bytes(limits.disk) },
    requests: { cpus: requests.cpu ?? null, memory: bytes(requests.memory) },
    devices: limits.devices ?? null,
    mounts: data?.mounts ?? [],
    cache_volumes: [...new Set(data?.kubernetes?.cache_volumes?.map(({ pvc_name }) => pvc_name))],
  };
}

function overlay(below: Values, above: Values): Values {
  const merged = { ...below };
  for (const [key, value] of Object.entries(above)) {
    // Assigned, it would turn the object inside out.
    if (key === '__proto__') continue;
    const under = merged[key];
    merged[key] = key !== 'devices' && isValues(under) && isValues(value) ? overlay(under, value) : value;
  }
  return merged;
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without what is undefined; undefined where nothing is left. */
function given(values: Values): Values | undefined {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
