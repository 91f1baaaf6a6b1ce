/** How a run ended, told truthfully. Pure. */
import { type Exit, JobFailure } from './executors/executor.ts';
import { size } from './steps/checksums.ts';

/** Why a run is ended from outside, before its command came to its own end. */
export type Ending =
  | { kind: 'stop' }
  | { kind: 'time_limit'; seconds: number }
  | { kind: 'no_output'; seconds: number }
  | { kind: 'disk'; limit: number; bytes: number; files: number }
  /** `room`: files that the disk could still hold when it began. */
  | { kind: 'files'; files: number; room: number }
  | { kind: 'shutdown' };

export interface Outcome {
  status: 'complete' | 'error' | 'crashed' | 'stopped';
  exitCode: number | null;
  /** One line for a person. */
  reason: string;
}

/** `exit` is null where the command never began. */
export function outcomeOf(exit: Exit | null, ending: Ending | null): Outcome {
  const exitCode = exit?.code ?? null;
  if (ending !== null) return { ...endedBy(ending, exit === null), exitCode };
  if (exit === null) return { status: 'crashed', exitCode, reason: 'The command never began' };
  if (exit.lost !== undefined)
    return { status: 'crashed', exitCode, reason: `The run was lost: ${exit.lost}` };
  if (exit.over !== undefined)
    return { status: 'error', exitCode, reason: `Ended by its system: ${exit.over}` };
  if (exit.outOfMemory) {
    const reason = `Out of memory: the machine's kernel ended the job, the command exited with code ${exit.code}`;
    return { status: 'error', exitCode, reason };
  }
  // Docker Engine misses about one end by the kernel in a hundred; 137 is a shell's word for SIGKILL.
  const killed = exit.code === 137 ? ': it was killed, probably as it was out of memory' : '';
  const reason = `The command exited with code ${exit.code}${killed}`;
  return { status: exit.code === 0 ? 'complete' : 'error', exitCode, reason };
}

function endedBy(ending: Ending, early: boolean): Pick<Outcome, 'status' | 'reason'> {
  switch (ending.kind) {
    case 'stop':
      return { status: 'stopped', reason: early ? 'Stopped before the command began' : 'Stopped' };
    case 'time_limit':
      return { status: 'error', reason: `Ended: the time limit of ${ending.seconds} s was reached` };
    case 'no_output':
      return { status: 'error', reason: `Ended: no output for ${ending.seconds} s` };
    case 'disk': {
      const wrote = `it wrote ${size(ending.bytes)} in ${ending.files} files to the machine's disk, its limit is ${size(ending.limit)}`;
      const cure = 'A file counts as 4 KiB at least. Raise limits.disk, or write less';
      return { status: 'error', reason: `Ended: ${wrote}. ${cure}` };
    }
    case 'files': {
      const made = `it made ${ending.files} files, more than half of the ${ending.room} that the machine's disk could hold`;
      return { status: 'error', reason: `Ended: ${made} when it began. Make fewer, or pack them` };
    }
    case 'shutdown':
      return { status: 'crashed', reason: 'The worker was shut down while the job ran' };
  }
}

/** A failure before, or instead of, the command. */
export function outcomeOfFailure(error: Error): Outcome {
  const status = error instanceof JobFailure && error.fault === 'job' ? 'error' : 'crashed';
  return { status, exitCode: null, reason: error.message };
}

/** A run whose outputs are not all there is not complete, whatever its command said. */
export function withMissingOutputs(outcome: Outcome, missing: readonly string[]): Outcome {
  if (missing.length === 0) return outcome;
  const count = missing.length === 1 ? 'An output' : `${missing.length} outputs`;
  const lost = `${count} could not be stored: ${missing[0]}`;
  if (outcome.status === 'complete') return { ...outcome, status: 'crashed', reason: lost };
  return { ...outcome, reason: `${outcome.reason}. ${lost}` };
}
