/** One operation of the engine, told as it goes and explained when it fails. */
import type { EngineEvent, Stack } from '@pulumi/pulumi/automation/index.js';
import type { Places } from '../installation.ts';
import { type Change, changeOf } from '../plan/plan.ts';
import { type AddressOf, adopted, type Deployment } from './adopt.ts';
import { Findings, progressLine } from './events.ts';
import { judgeFailure } from './failure.ts';

export interface Operation {
  stack: Stack;
  places: Places;
  /** Told each passing step. */
  say: (line: string) => void;
  /** Ends the operation after the steps under way. */
  stop?: AbortSignal;
  /** Every event of the engine, for who shows more than passing lines. */
  onEvent?: (event: EngineEvent) => void;
  /** Folder or executable of a policy pack that has the last word. */
  policies?: string;
  /** URNs of all that may be changed. @default everything */
  target?: string[];
}

interface CommonOptions {
  onEvent: (event: EngineEvent) => void;
  color: 'never';
  signal?: AbortSignal;
  policyPacks?: string[];
}

/** Runs it and returns the number of changes. */
async function watched(
  operation: Operation,
  run: (options: CommonOptions) => Promise<unknown>,
  onEvent: (event: EngineEvent) => void = () => {},
): Promise<number> {
  const findings = new Findings();
  const options: CommonOptions = {
    color: 'never',
    onEvent(event) {
      findings.take(event);
      onEvent(event);
      operation.onEvent?.(event);
      const line = progressLine(event);
      if (line !== null) operation.say(line);
    },
  };
  if (operation.policies !== undefined) options.policyPacks = [operation.policies];
  if (operation.stop !== undefined) options.signal = operation.stop;
  try {
    await run(options);
    return findings.changes;
  } catch (error) {
    throw judgeFailure(error, {
      name: operation.stack.name,
      passphrase: operation.places.passphrase,
      findings,
    });
  }
}

/** Makes it so. The provider looks at what really is there, so it mends too. */
export const up = (operation: Operation): Promise<number> =>
  watched(operation, (options) =>
    operation.stack.up({ ...options, ...(operation.target && { target: operation.target }) }),
  );

/** Settles what a killed run left half-done: what came about is taken over where it can be found, `up` makes the rest again. */
export async function settle(operation: Operation, addressOf?: AddressOf): Promise<number> {
  await takeOver(operation.stack, addressOf);
  return watched(operation, (options) => operation.stack.refresh({ ...options, clearPendingCreates: true }));
}

/** Writes into the state what was asked for and may be there; the engine must look (refresh) before it is believed. */
export async function takeOver(stack: Stack, addressOf?: AddressOf): Promise<void> {
  if (addressOf === undefined) return;
  const state = await stack.exportStack();
  const deployment = await adopted(state.deployment as Deployment, addressOf);
  if (deployment !== null) await stack.importStack({ ...state, deployment });
}

/** What `up` would do. */
export async function preview(operation: Operation): Promise<Change[]> {
  const planned = new Map<string, Change>();
  await watched(
    operation,
    (options) => operation.stack.preview(options),
    (event) => {
      const change = changeOf(event);
      if (change !== undefined) planned.set(change.urn, change);
    },
  );
  return [...planned.values()];
}

/** `keep`: what is protected, and what it stands on, stays. */
export const destroy = (operation: Operation, keep = false): Promise<number> => {
  // A destroy runs no program, so no policy has a word in it.
  const { policies: _, ...plain } = operation;
  return watched(plain, (options) => {
    const { policyPacks: __, ...rest } = options;
    return operation.stack.destroy({ ...rest, ...(keep ? { excludeProtected: true } : {}) });
  });
};
