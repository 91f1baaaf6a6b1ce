/** What the scenarios need to know of a target. */
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import type { FakeCloud, FakeCloudOptions } from '../../fakes/cloud/cloud.ts';
import type { Need } from '../../support/machine.ts';

/** Shapes of an installation that an operator may choose. */
export const VARIANTS = [
  'one environment',
  'three environments',
  'dev profile',
  'existing network',
  'private mode',
] as const;
export type Variant = (typeof VARIANTS)[number];

export interface Change {
  what: string;
  /** A program that differs in one value from that of the first variant. */
  program: PulumiFn;
  /** Everything that the engine may do for it, as `update aws:rds/instance:Instance database`. */
  expected: RegExp[];
}

export interface Target {
  name: string;
  /** Region and account of its fake cloud. */
  cloud: { account?: string; region?: string; zoneName?: string };
  /** What the machine must have for that. */
  needs?: Need;
  /** Starts what its fake cloud stands before, anew for every scenario. @default nothing */
  open?(): Promise<{ options: FakeCloudOptions; close: () => Promise<void> }>;
  /** Puts there what the program finds: a zone, an existing network, images. Returns nothing of its own. */
  prepare(cloud: FakeCloud): void;
  /** Where a thing is; as `cove up` asks the cloud's own folder. */
  addressOf?(type: string, inputs: Record<string, unknown>, cloud: FakeCloud): string | undefined;
  /** What a kill may leave twice: it costs nothing, and what is used is the later one. @default nothing */
  harmlessTwice?: RegExp;
  /** Variants that it does not have are left out of the table. */
  programs: Partial<Record<Variant, PulumiFn>> & { 'one environment': PulumiFn };
  /** With so many environments; benchmarks alone ask for it. */
  environments?(count: number): PulumiFn;
  /** Without what the cloud itself guards: brought up before a destroy, as `cove destroy` does. */
  leaving?: PulumiFn;
  /** With everything unprotected that `destroy --purge` names. */
  purging: PulumiFn;
  changes: Change[];
  /** A type whose things somebody deletes behind the engine's back; nothing stands on them. */
  vanishing: string;
  /** A type that there may be fewer of than the program wants. */
  scarce: string;
}
