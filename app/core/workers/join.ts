/** A machine that nobody knows yet becomes a worker: of its group's environment by its cloud's proof, or by a code. */
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Joining } from '../../platform/join.ts';
import { type ProvenMachine, verifyProof } from '../../platform/machine-proofs/proof.ts';
import type { StackReport } from '../../platform/machines/report.ts';
import { withTransaction } from '../../platform/postgres.ts';
import { type JoinRequest, type JoinResponse, PROTOCOL_VERSION } from '../../protocol/worker.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { joinByCode } from './join-code.ts';

/** Clocks of clouds and databases differ by less. */
const SKEW_MS = 5 * 60_000;

export async function join(
  context: Context,
  input: z.infer<typeof JoinRequest>,
): Promise<z.infer<typeof JoinResponse>> {
  if (input.protocol !== PROTOCOL_VERSION) {
    const cure =
      input.proof.kind === 'code'
        ? '`cove worker join` with the image of its version'
        : 'make its group anew';
    const message = `The machine speaks protocol ${input.protocol}, the API ${PROTOCOL_VERSION}: ${cure}.`;
    throw new CoveError('conflict', message, { reason: 'protocol' });
  }
  const { proof } = input;
  const tokenHash = Buffer.from(input.token_sha256, 'hex');
  if (proof.kind === 'code') {
    const made = await joinByCode(context, { code: proof.code, host: proof.hostname, tokenHash });
    return { ...made, image: null, registry: null };
  }
  const { joining } = context.platform;
  if (!joining) throw refused('Machines join this installation by a code: `cove worker join` makes one');
  const site = await siteOf(context, input.stack);
  const machine = await site.verify(proof);
  const environment = await environmentOf(context, machine.id, site);
  await admit(context, { machine, environment, tokenHash });
  const registry = await joining.registryLogin();
  const { slug } = environment;
  return { worker: { name: machine.id }, environment: { slug }, image: joining.settings.image, registry };
}

const refused = (message: string) => new CoveError('unauthenticated', message);
interface Environment {
  id: string;
  slug: string;
}

/** Where a machine is: whom to believe, and who knows its group. */
interface Site extends Pick<Joining, 'verify' | 'groupOf'> {
  stackId: string | null;
}

async function siteOf({ platform }: Context, stack: string | undefined): Promise<Site> {
  if (stack === undefined) return { ...platform.joining!, stackId: null };
  const found = await platform.db
    .selectFrom('worker_stacks')
    .select(['id', 'proof', 'report', 'signer'])
    .where('name', '=', stack)
    .executeTakeFirst();
  if (!found) throw refused(`There is no worker stack ${stack} here: run \`cove up\` for it`);
  return {
    stackId: found.id,
    verify: (proof) => verifyProof(found.proof, proof, found.signer),
    groupOf: async (machineId) => groupIn(found.report, machineId),
  };
}

/** A machine that has only just started is in the next report: it asks again. Pure. */
export function groupIn(report: StackReport, machineId: string): string | null {
  const has = ([, look]: [string, StackReport[string]]) =>
    'machines' in look &&
    look.machines.some(({ id, state, stray }) => id === machineId && state !== 'ending' && !stray);
  return Object.entries(report).find(has)?.[0] ?? null;
}

/** The one whose group the machine is in, as its cloud tells at this moment. */
async function environmentOf({ platform }: Context, machineId: string, site: Site): Promise<Environment> {
  const group = await site.groupOf(machineId);
  if (!group) throw refused(`Machine ${machineId} belongs to no group`);
  const found = await platform.db
    .selectFrom('environments')
    .select(['id', 'slug'])
    .where(sql`machine_group->>'group'`, '=', group)
    .where('worker_stack_id', site.stackId === null ? 'is' : '=', site.stackId)
    .executeTakeFirst();
  if (found) return found;
  throw refused(`Machine ${machineId} belongs to group ${group}, which serves no environment here`);
}

/** The first token a machine shows is its own for good; the same one again is the answer that was lost. */
async function admit(
  context: Context,
  {
    machine,
    environment,
    tokenHash,
  }: { machine: ProvenMachine; environment: Environment; tokenHash: Buffer },
): Promise<void> {
  const { db, joining } = context.platform;
  const { id, slug } = environment;
  await withTransaction(db, async (tx) => {
    const made = await tx
      .insertInto('workers')
      .values({ environment_id: id, name: machine.id, instance_id: machine.id, token_hash: tokenHash })
      .onConflict((on) => on.columns(['environment_id', 'name']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made) {
      requireYoung(machine, joining?.settings.withinMinutes ?? 0);
      return audit(tx, context, 'worker.join', made, { name: machine.id, environment: slug });
    }
    const query = tx.selectFrom('workers').select('token_hash').where('name', '=', machine.id);
    const known = await query.where('environment_id', '=', id).executeTakeFirstOrThrow();
    if (known.token_hash.equals(tokenHash)) return;
    throw refused(
      `Machine ${machine.id} has joined before, with another token: end it, and its group makes another`,
    );
  });
}

/** A proof does not expire by itself: what somebody copied from an old machine is worth nothing. */
function requireYoung({ id, since }: { id: string; since: Date }, minutes: number): void {
  const age = Date.now() - since.getTime();
  if (age <= minutes * 60_000 && age >= -SKEW_MS) return;
  const found = age < 0 ? 'begins in the future' : `is ${Math.round(age / 60_000)} minutes old`;
  throw refused(`Machine ${id} ${found}; it may join within ${minutes} minutes of its start`);
}
