/** What the command of `cove worker join` tells a machine, as one word: where to join, with what, and where to keep it. */
import { z } from 'zod';
import { CoveError } from './errors.ts';

/** On the agent's container: by it the agent finds itself. Its value is the folder. */
export const AGENT_LABEL = 'cove.agent';

const Invitation = z.strictObject({
  /** The API's address, as the machine reaches it. */
  url: z.url(),
  /** Good for one machine. */
  code: z.string(),
  /** On the machine: token, jobs, cache. */
  folder: z.string().startsWith('/'),
  /** Jobs at the same time. */
  slots: z.int().min(1),
  /** PEM of the authorities that sign the API's certificate; absent with a public one. */
  authorities: z.string().optional(),
});
export type Invitation = z.infer<typeof Invitation>;

export const invitationText = (invitation: Invitation): string =>
  Buffer.from(JSON.stringify(invitation)).toString('base64url');

/** Throws `invalid` for what `cove worker join` did not print. */
export function readInvitation(text: string): Invitation {
  try {
    return Invitation.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    const cut = `"${text.slice(0, 20)}…" is no invitation`;
    throw new CoveError(
      'invalid',
      `--join ${cut}: copy the whole command that \`cove worker join\` prints, or make another`,
    );
  }
}
