/** One operation of the engine, told as it goes and explained when it fails. */
import type { EngineEvent, Stack } from '@pulumi/pulumi/automation/index.js';
import type { Places } from '../installation.ts';
import { countChanges, Findings, plannedLine, progressLine } from './events.ts';
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

async function watched<T>(
  operation: Operation,
  run: (options: CommonOptions) => Promise<T>,
  onEvent: (event: EngineEvent) => void = () => {},
): Promise<T> {
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
    return await run(options);
  } catch (error) {
    throw judgeFailure(error, {
      name: operation.stack.name,
      passphrase: operation.places.passphrase,
      findings,
    });
  }
}

/** Makes it so; returns the number of changes. The provider looks at what really is there, so it mends too. */
export async function up(operation: Operation): Promise<number> {
  const { summary } = await watched(operation, (options) => operation.stack.up(options));
  return countChanges(summary.resourceChanges);
}

/** Settles what a killed run left half-done: `up` makes it again. */
export async function settle(operation: Operation): Promise<void> {
  await watched(operation, (options) => operation.stack.refresh({ ...options, clearPendingCreates: true }));
}

/** What `up` would do: one line each, and how many. */
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

export async function destroy(operation: Operation): Promise<number> {
  const { summary } = await watched(operation, (options) => operation.stack.destroy(options));
  return countChanges(summary.resourceChanges);
}
