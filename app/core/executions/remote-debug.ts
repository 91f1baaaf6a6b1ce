/** SSH into a running job, as `exec run --debug-port --debug-key-file` asks for it (contract 1.6). Pure. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import type { Candidate } from './environment.ts';

/** Types of keys that the worker's server and today's clients have in common. */
const KEY =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,10000}={0,3}( [^\r\n]{0,1000})?$/;
const PORT = 'a port from 1024 to 65535 is needed';

export const RemoteDebug = z.object({
  debug_port: z.coerce.number(PORT).int(PORT).min(1024, PORT).max(65535, PORT),
  debug_key: z
    .string('a public key is needed')
    .trim()
    .regex(KEY, 'one public key is needed, as in a .pub file: ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp256'),
});

/** Who may enter, and where; null: nobody asked for it. Throws where it does not fit. */
export function remoteDebug(config: Record<string, unknown>): { port: number; key: string } | null {
  const asked = config.remote_debug ?? config['remote-debug'];
  if (asked === undefined || asked === null) return null;
  const parsed = RemoteDebug.safeParse(asked);
  if (parsed.success) return { port: parsed.data.debug_port, key: parsed.data.debug_key };
  const [issue] = parsed.error.issues;
  throw invalid('runtime_config', `remote_debug: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** A pod has no address that people reach; whoever runs the cluster enters it by its own means. */
export function requireEnterable({ slug, executor }: Pick<Candidate, 'slug' | 'executor'>): void {
  if (executor !== 'kubernetes') return;
  throw invalid(
    'runtime_config',
    `remote_debug: jobs of environment "${slug}" run in pods, which SSH does not reach; choose another environment, or ask the cluster's administrator for kubectl exec`,
  );
}
