/**
 * A worker stack as the installation that it joins knows it: created, changed and removed through that installation's own
 * API. The administrator's token is the engine's environment's (`COVE_TOKEN`), so that it is neither an input nor in a state.
 */
import { rootCertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  /** The installation's address. */
  apiUrl: z.url(),
  /** Name of the worker stack. */
  name: z.string(),
  /** By what its machines prove themselves; settings.ts has the shapes. */
  proof: z.looseObject({ kind: z.string() }),
  /** Of the token that its scaler has. */
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Its environments, as bootstrap is told an installation's own. */
  environments: z.array(z.looseObject({ slug: z.string() })),
  /** PEM texts of authorities to trust besides the public ones. */
  caPem: z.string().optional(),
});
export type WorkerStackInputs = z.infer<typeof inputs>;

const PATIENCE_MS = 30_000;
type Address = Pick<WorkerStackInputs, 'apiUrl' | 'name' | 'caPem'>;

export const workerStack: Kind<WorkerStackInputs> = {
  inputs,
  outputs: [],
  replaceOn: ['apiUrl', 'name'],
  unimportant: ['caPem'],
  async create(wanted) {
    await put(wanted);
    return { id: `${wanted.apiUrl}/${wanted.name}`, outputs: {} };
  },
  async read(_id, state) {
    const { status, body } = await ask('GET', state);
    if (status === 404) return null;
    if (status !== 200) throw refusal(state, status, body);
    return {};
  },
  // A preview may be had without the token; `up` looks, for it needs one anyway where something is to be done.
  look: async (id, state) =>
    process.env.COVE_TOKEN === undefined || (await workerStack.read(id, state, quiet)) !== null
      ? []
      : ['(gone)'],
  async update(_id, _olds, wanted) {
    await put(wanted);
    return {};
  },
  async delete(_id, state) {
    const { status, body } = await ask('DELETE', state);
    if (status >= 300 && status !== 404) throw refusal(state, status, body);
  },
};
const quiet = { urn: '', log: () => {} };

async function put(wanted: WorkerStackInputs): Promise<void> {
  const { proof, tokenSha256, environments } = wanted;
  const { status, body } = await ask('PUT', wanted, {
    proof,
    token_sha256: tokenSha256,
    environments,
  });
  if (status >= 300) throw refusal(wanted, status, body);
}

async function ask(method: 'GET' | 'PUT' | 'DELETE', { apiUrl, name, caPem }: Address, body?: object) {
  const token = process.env.COVE_TOKEN;
  if (token === undefined || token === '')
    throw new Error(
      `${apiUrl} takes or removes worker stack "${name}" only from an administrator. ` +
        'Run `export COVE_TOKEN=$(npx cove token -s HOME)`, where HOME is that installation, then run this again.',
    );
  const trusted = caPem === undefined ? {} : { connect: { ca: [...rootCertificates, caPem] } };
  const dispatcher = new Agent(trusted);
  try {
    const answer = await request(new URL(`/api/v0/worker-stacks/${name}/`, apiUrl), {
      method,
      dispatcher,
      headers: {
        authorization: `Token ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(
      `${apiUrl}, which worker stack "${name}" joins, does not answer (${code ?? message}). ` +
        'Mend that, or correct joins.url, then run this again.',
    );
  } finally {
    await dispatcher.close();
  }
}

/** What the installation's no means, and what to do about it. */
function refusal({ apiUrl, name }: Address, status: number, body: string): Error {
  const said = body.slice(0, 500);
  if (status === 401)
    return new Error(
      `${apiUrl} does not know the token in COVE_TOKEN. \`npx cove token -s HOME\` makes another.`,
    );
  if (status === 403)
    return new Error(
      `Whose token is in COVE_TOKEN may not change environments of ${apiUrl}: an administrator may.`,
    );
  if (status === 404 || status === 405)
    return new Error(`${apiUrl} knows nothing of worker stacks: upgrade that installation first.`);
  return new Error(`${apiUrl} refuses worker stack "${name}" (${status}): ${said}`);
}
