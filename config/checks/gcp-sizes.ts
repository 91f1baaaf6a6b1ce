/** What machine types of Google Cloud hold, read from their names. Pure. Source: Compute Engine, "Machine families". */

export interface MachineSize {
  vcpus: number;
  gib: number;
  gpus: number;
  /** Arm processors: C4A, N4A and T2A. */
  arm: boolean;
}

/** GiB for each vCPU, by series and kind; what is not named here follows `ALL`. */
const ALL: Record<string, number> = { standard: 4, highmem: 8, highcpu: 1 };
const PER_VCPU: Record<string, Record<string, number>> = {
  n1: { standard: 3.75, highmem: 6.5, highcpu: 0.9 },
  c2: { standard: 4 },
  c3: { standard: 4, highmem: 8, highcpu: 2 },
  c3d: { standard: 4, highmem: 8, highcpu: 2 },
  c4: { standard: 3.75, highmem: 7.75, highcpu: 2 },
  c4a: { standard: 4, highmem: 8, highcpu: 2 },
  c4d: { standard: 3.875, highmem: 7.875, highcpu: 1.875 },
  n4: { standard: 4, highmem: 8, highcpu: 2 },
  n4a: { standard: 4, highmem: 8, highcpu: 2 },
  g2: { standard: 4 },
};
const SHARED: Record<string, [vcpus: number, gib: number]> = {
  'e2-micro': [2, 1],
  'e2-small': [2, 2],
  'e2-medium': [2, 4],
  'f1-micro': [1, 0.6],
  'g1-small': [1, 1.7],
};
/** L4s by the vCPUs of a g2 machine. */
const L4: Record<number, number> = { 4: 1, 8: 1, 12: 1, 16: 1, 24: 2, 32: 1, 48: 4, 96: 8 };
const ARM = ['t2a', 'c4a', 'n4a'];
/** vCPUs and GiB for each GPU of the types that are named after their number of GPUs. */
const ACCELERATED: Record<string, [vcpus: number, gib: number]> = {
  'a2-highgpu': [12, 85],
  'a2-ultragpu': [12, 170],
  'a3-highgpu': [26, 234],
  'a3-megagpu': [26, 234],
};

/** Undefined for a name that follows no rule we know. */
export function machineSize(name: string): MachineSize | undefined {
  const shared = SHARED[name];
  if (shared) return { vcpus: shared[0], gib: shared[1], gpus: 0, arm: false };
  const custom = /^(?:([a-z]\d[a-z]?)-)?custom-(\d+)-(\d+)(-ext)?$/.exec(name);
  if (custom) return { vcpus: Number(custom[2]), gib: Number(custom[3]) / 1024, gpus: 0, arm: false };
  const accelerated = /^(a\d-[a-z]+)-(\d+)g$/.exec(name);
  if (accelerated) {
    const each = ACCELERATED[accelerated[1] ?? ''];
    const gpus = Number(accelerated[2]);
    return each && { vcpus: each[0] * gpus, gib: each[1] * gpus, gpus, arm: false };
  }
  const [, series = '', kind = '', count = ''] = /^([a-z]\d[a-z]?)-([a-z]+)-(\d+)$/.exec(name) ?? [];
  const perVcpu = (PER_VCPU[series] ?? ALL)[kind];
  if (perVcpu === undefined) return undefined;
  const vcpus = Number(count);
  const gpus = series === 'g2' ? (L4[vcpus] ?? 1) : 0;
  return { vcpus, gib: vcpus * perVcpu, gpus, arm: ARM.includes(series) };
}

/** Of a tier of Cloud SQL. Source: Cloud SQL for PostgreSQL, "Machine series overview". */
export function tierSize(tier: string): { vcpus: number; gib: number } | undefined {
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(tier);
  if (custom) return { vcpus: Number(custom[1]), gib: Number(custom[2]) / 1024 };
  return machineSize(tier.replace(/^db-/, ''));
}
