/** What sizes of Azure's machines hold, read from their names. Pure. Source: Azure, "Virtual machine sizes naming conventions". */

export interface MachineSize {
  vcpus: number;
  gib: number;
  gpus: number;
  /** Arm processors: the `p` after the number. */
  arm: boolean;
}

const SHAPE = /^Standard_([A-Z]+?)(\d+)(?:-\d+)?([a-z]*)(?:_([A-Z][A-Za-z0-9]+))??(?:_v(\d+))?$/;
/** GiB for each vCPU. */
const PER_VCPU: Record<string, number> = { B: 4, D: 4, E: 8, F: 2, L: 8, M: 28, NC: 8, ND: 19, NG: 8, NV: 9 };
/** The small ones do not follow the rule. */
const BURSTABLE: Record<string, [vcpus: number, gib: number]> = {
  B1ls: [1, 0.5],
  B1s: [1, 1],
  B1ms: [1, 2],
  B2s: [2, 4],
  B2ls: [2, 4],
  B2ats: [2, 1],
  B2ts: [2, 1],
};
/** vCPUs of one GPU, by what is built in: a machine of fewer has a part of one. */
const PER_GPU: Record<string, number> = { T4: 16, A100: 24, H100: 40, H200: 40, A10: 36, V620: 32 };

/** Undefined for a name that follows no rule we know. */
export function machineSize(name: string): MachineSize | undefined {
  const match = SHAPE.exec(name);
  if (match === null) return undefined;
  const [, family = '', count = '', features = '', accelerator] = match;
  const perVcpu = PER_VCPU[family];
  if (perVcpu === undefined) return undefined;
  const [vcpus, gib] = BURSTABLE[`${family}${count}${features}`] ?? [Number(count), Number(count) * perVcpu];
  return { vcpus, gib, gpus: gpusOf(family, vcpus, accelerator), arm: features.includes('p') };
}

function gpusOf(family: string, vcpus: number, accelerator: string | undefined): number {
  if (!family.startsWith('N')) return 0;
  // Sixteen vCPUs have one T4, and sixty-four have all four.
  if (family === 'ND') return 8;
  return Math.max(1, Math.floor(vcpus / (PER_GPU[accelerator ?? ''] ?? vcpus)));
}

/** Whether machines of the size have NVIDIA's GPUs. */
export const isGpu = (name: string): boolean => /^Standard_N[CDGV]\d/.test(name) && !/_V620_/.test(name);

/** GiB of a SKU of Azure Managed Redis; undefined where it is not known. Source: Azure Managed Redis, "Service tiers". */
export function redisGib(sku: string): number | undefined {
  const match = /^(Balanced_B|MemoryOptimized_M|ComputeOptimized_X)(\d+)$/.exec(sku);
  if (match === null) return undefined;
  const number = Number(match[2]);
  return { 0: 0.5, 1: 1, 3: 3, 5: 6, 10: 12 }[number] ?? (number / 10) * 12;
}
