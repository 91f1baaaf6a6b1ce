/** The engine's failures as a person needs them: what was found and what to do, with the right exit code. */
import { CliError, EXIT, needsAPerson, systemTrouble } from '../errors.ts';
import { cureOf } from '../plan/refusal.ts';
import type { Findings } from './events.ts';

export interface Circumstances {
  name: string;
  passphrase: string;
  findings: Findings;
}

/** The state is encrypted with a passphrase that is not here. Without it nothing in the state can be changed. */
export class StateUnreadable extends CliError {
  constructor(what: string, name: string) {
    super(what, {
      exitCode: EXIT.person,
      todo: `Put the right file back from your backup; or, if nothing in it is wanted, \`npx cove destroy --purge ${name}\`.`,
    });
  }
}

/** Another engine has the stack, or begins at the same moment: of this operation nothing was done. */
export class StackLocked extends CliError {
  constructor(name: string) {
    super(`Installation "${name}" is being changed by another process.`, {
      exitCode: EXIT.person,
      todo: 'Wait until it has ended, then run this again.',
    });
  }
}

/** Lines that the engine adds to every failure and that say nothing. */
const NOISE =
  /^(update|preview|refresh|destroy|resource .*|operation) failed|^error: (update|preview|destroy) failed/i;

export function judgeFailure(error: unknown, { name, passphrase, findings }: Circumstances): CliError {
  if (error instanceof CliError) return error;
  const trouble = systemTrouble(error);
  if (trouble !== undefined) return needsAPerson(trouble, 'Mend that, then run the same command again.');
  const output = error instanceof Error ? error.message : String(error);
  if (/incorrect passphrase|could not decrypt|cipher: message authentication failed/i.test(output)) {
    return new StateUnreadable(
      `The passphrase in ${passphrase} is not the one that the state of installation "${name}" was encrypted with.`,
      name,
    );
  }
  if (findings.refusals.length > 0) {
    const list = findings.refusals.map((line) => `  - ${line}`).join('\n');
    return new CliError(`A policy forbids this:\n${list}`, {
      exitCode: EXIT.refused,
      todo: 'Change the configuration so that it fits the policy.',
    });
  }
  if (/currently locked by/i.test(output)) return new StackLocked(name);
  if (/no space left on device|ENOSPC/i.test([output, ...findings.errors].join('\n'))) {
    return needsAPerson(
      `The disk ran full while installation "${name}" was being changed.`,
      'Free some space, or make that disk larger, then run the same command again: it goes on where this one ended.',
    );
  }
  const reasons = findings.errors.filter((line) => !NOISE.test(line));
  const message = reasons.length > 0 ? reasons.join('\n') : lastWords(output);
  const cure = cureOf(message) ?? 'Mend that.';
  return new CliError(message, {
    todo: `${cure} Then run the same command again: it goes on where this one ended.`,
    cause: error,
  });
}

/** The engine's own `error:` lines, else its last line. */
function lastWords(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const errors = lines.filter((line) => /^error:/.test(line)).map((line) => line.replace(/^error:\s*/, ''));
  return errors.length > 0
    ? [...new Set(errors)].join('\n')
    : (lines.at(-1) ?? 'The engine failed without a word.');
}
