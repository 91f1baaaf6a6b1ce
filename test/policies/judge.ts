/** One config under the policies: its whole stack, made by the real engine on a fake cloud, without credentials. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineEvent } from '@pulumi/pulumi/automation/index.js';
import { loadConfig } from '../../config/load.ts';
import { policies } from '../../policies/catalog.ts';
import { factsOf } from '../../policies/facts.ts';
import { levelFor } from '../../policies/policy.ts';
import { program } from '../../stacks/index.ts';
import { root } from '../../toolchain/root.js';
import { FakeStack } from '../fakes/cloud/with.ts';

/** The pack as the engine starts it by itself, and as a folder that it asks our language host to run. */
export const PACK = join(root, 'policies', 'pack');
export const PACK_FOLDER = join(root, 'policies');

export interface Remark {
  policy: string;
  /** Name of the resource; empty where something is missing from the whole. */
  resource: string;
  message: string;
}
export interface Verdict {
  name: string;
  file: string;
  target: string;
  profile: string;
  /** What forbids the installation. */
  violations: Remark[];
  /** What is only advised. */
  advice: Remark[];
  seconds: number;
}

/** Throws ConfigError, and what the engine says where the stack cannot be made at all. */
export async function judge(file: string, pack = PACK): Promise<Verdict> {
  const start = Date.now();
  const installation = loadConfig({ file });
  const { config } = installation;
  const facts = factsOf(installation);
  const said = new Map<string, Remark>();
  const stack = await FakeStack.open({
    name: installation.name,
    env: { COVE_CONFIG: installation.file, COVE_ROOT: root },
  });
  try {
    // Where DNS lies elsewhere, somebody has made the records that prove the certificate.
    if ('publicName' in config && config.target !== 'local')
      stack.cloud.elsewhere.add(`_validation.${config.publicName}`);
    // Everything is only advised here, so that all is said at once; how strict each is, we know ourselves.
    const mild = join(stack.folder, 'mild.json');
    await writeFile(mild, JSON.stringify({ all: 'advisory' }));
    const engine = await stack.stack(program({ ...installation, images: IMAGES }));
    await engine.up({
      policyPacks: [pack],
      policyPackConfigs: [mild],
      onEvent: ({ policyEvent }: EngineEvent) => {
        if (policyEvent === undefined) return;
        const remark = remarkOf(policyEvent);
        said.set(JSON.stringify(remark), remark);
      },
    });
  } finally {
    await stack.close();
  }
  const levels = new Map(policies.map((policy) => [policy.id, levelFor(policy, facts)]));
  const remarks = [...said.values()].filter(({ policy }) => levels.get(policy) !== '-');
  const isAdvice = ({ policy }: Remark) => levels.get(policy) === 'advisory';
  return {
    name: installation.name,
    file: installation.file,
    target: facts.target,
    profile: facts.target === 'local' ? '' : facts.profile,
    violations: remarks.filter((remark) => !isAdvice(remark)),
    advice: remarks.filter(isAdvice),
    seconds: (Date.now() - start) / 1000,
  };
}

/** Which images they are makes no difference to the policies, only that they are pinned; so none has to be built. */
const pinned = (name: string) => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const reference = `registry.example.org/cove/${name}@${digest}`;
  return { digest, source: { kind: 'reference' as const, reference, login: { kind: 'none' as const } } };
};
const IMAGES = { platform: pinned('platform'), vault: pinned('vault') };

const remarkOf = ({ policyName, resourceUrn, message }: NonNullable<EngineEvent['policyEvent']>): Remark => ({
  policy: policyName,
  resource: resourceUrn?.includes('::pulumi:pulumi:Stack::') ? '' : (resourceUrn?.split('::').at(-1) ?? ''),
  // The engine adds its marks of colour, and the pack's description above our words.
  message: message
    .replace(/<\{%.*?%\}>/g, '')
    .trim()
    .split('\n')
    .at(-1)!
    .trim(),
});
