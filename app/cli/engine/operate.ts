/** One operation of the engine, told as it goes and explained when it fails. */
import type { EngineEvent, Stack } from '@pulumi/pulumi/automation/index.js';
import type { Places } from '../installation.ts';
import { Findings, plannedLine, progressLine } from './events.ts';
import { judgeFailure } from './failure.ts';

export interface Operation {
  stack: Stack;
  places: Places;
  /** Told each passing step. */
  say: (line: string) => void;
  /** Ends the operation after the steps under way. */
  stop?: AbortSignal;
}

interface CommonOptions {
  onEvent: (event: EngineEvent) => void;
  color: 'never';
  signal?: AbortSignal;
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
      const line = progressLine(event);
      if (line !== null) operation.say(line);
    },
  };
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
  watched(operation, (options) => operation.stack.up(options));

/** Settles what a killed run left half-done: `up` makes it again. */
export const settle = (operation: Operation): Promise<number> =>
  watched(operation, (options) => operation.stack.refresh({ ...options, clearPendingCreates: true }));

/** What `up` would do, one line each. */
export async function preview(operation: Operation): Promise<string[]> {
  const planned: string[] = [];
  await watched(
    operation,
    (options) => operation.stack.preview(options),
    (event) => {
      const line = plannedLine(event);
      if (line !== null) planned.push(line);
    },
  );
  return planned;
}

export const destroy = (operation: Operation): Promise<number> =>
  watched(operation, (options) => operation.stack.destroy(options));
