/** The engine's part of `up`: the stack, made to be what the configuration says. */
import { setTimeout as delay } from 'node:timers/promises';
import { program } from '../../../stacks/index.ts';
import { cloudOf } from '../clouds/index.ts';
import type { AddressOf } from '../engine/adopt.ts';
import { Findings } from '../engine/events.ts';
import { judgeFailure, StackLocked } from '../engine/failure.ts';
import { type Operation, settle, up } from '../engine/operate.ts';
import { openStack } from '../engine/stack.ts';
import { restoreStackFile } from '../engine/stack-file.ts';
import { pendingOperations } from '../engine/state-file.ts';
import { takeStack } from '../engine/take-stack.ts';
import { CliError } from '../errors.ts';
import { type AnyStack, isElsewhere } from '../installation.ts';
import { onInterrupt } from '../interrupt.ts';
import type { Io } from '../io.ts';
import { seatOf } from '../seat.ts';

export interface Choices {
  /** What the stack's program is told beside the config: names of what may go although the cloud guards it. */
  purge?: string[];
  /** The engine's own guard of what holds data is passed by. @default false */
  ignoreProtect?: boolean;
}

const LOCK_TRIES = 5;
const LOCK_PAUSE_MS = 2_000;

/** Runs `work` on the stack that nobody else is changing; again, from its beginning, where somebody else was faster. */
export async function onStack<T>(
  io: Io,
  installation: AnyStack,
  pulumi: string,
  say: (line: string) => void,
  work: (operation: Operation) => Promise<T>,
  { ignoreProtect = false, ...choices }: Choices = {},
): Promise<T> {
  const { name, places } = installation;
  const { store, backend } = await seatOf(installation);
  await takeStack(io, store, name);
  if (backend !== undefined) await restoreStackFile(places.project, name, await store.latest(name));
  const interrupt = onInterrupt(io);
  try {
    const stack = await openStack(
      { ...installation, pulumi, ignoreProtect, ...(backend && { backend }) },
      program({ ...installation, ...choices }),
    ).catch((error: unknown) => {
      throw judgeFailure(error, { name, passphrase: places.passphrase, findings: new Findings() });
    });
    const operation = { stack, places, say, stop: interrupt.signal };
    for (let tries = 1; ; tries++) {
      try {
        return await work(operation);
      } catch (error) {
        if (!(error instanceof StackLocked) || tries === LOCK_TRIES) throw error;
        // Engines that lock in the same moment see each other's lock and all give up: by chance one is first next time.
        await delay(Math.random() * LOCK_PAUSE_MS);
        await takeStack(io, store, name);
      }
    }
  } catch (error) {
    if (interrupt.wasAsked()) {
      throw new CliError('Interrupted.', {
        todo: 'Run the same command again: it goes on where this one ended.',
        cause: error,
      });
    }
    throw error;
  } finally {
    interrupt.dispose();
  }
}

/** Returns the number of changes. What a killed run left half-done is settled first. */
export function apply(
  io: Io,
  installation: AnyStack,
  pulumi: string,
  say: (line: string) => void,
  more: Pick<Operation, 'onEvent' | 'policies' | 'target'> = {},
  choices: Choices = {},
): Promise<number> {
  return onStack(
    io,
    installation,
    pulumi,
    say,
    async (operation) => {
      const { store } = await seatOf(installation);
      const pending = pendingOperations(await store.latest(installation.name));
      if (pending.length > 0) {
        say(`settling ${pending.length} operation(s) that an earlier run left half-done`);
        await settle(operation, await addressesOf(installation));
      }
      return up({ ...operation, ...more });
    },
    choices,
  );
}

/** How names lead to things, where the cloud of the installation is one that tells. */
async function addressesOf(installation: AnyStack): Promise<AddressOf | undefined> {
  if (!isElsewhere(installation)) return undefined;
  const { name, config } = installation;
  const { addressOf } = await cloudOf(config);
  return addressOf && ((...thing) => addressOf(name, config, ...thing));
}
