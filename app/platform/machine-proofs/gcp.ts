/** The identity token of a Compute Engine machine, asked of its metadata server with `format=full`. */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { type MachineProof, type ProofSettings, type ProvenMachine, refused } from './proof.ts';

const KEYS = 'https://www.googleapis.com/oauth2/v3/certs';
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
const Claims = z.object({
  google: z.object({
    compute_engine: z.object({
      project_id: z.string(),
      instance_id: z.string(),
      instance_creation_timestamp: z.number(),
    }),
  }),
});

export async function verifyGcp(
  settings: Extract<ProofSettings, { kind: 'gcp' }>,
  { token }: Extract<MachineProof, { kind: 'gcp' }>,
): Promise<ProvenMachine> {
  const { audience, projectId, keysUrl } = settings;
  const keys = createRemoteJWKSet(new URL(keysUrl ?? KEYS));
  const payload = await jwtVerify(token, keys, { audience, issuer: ISSUERS, algorithms: ['RS256'] }).then(
    (verified): JWTPayload => verified.payload,
    (error: Error) => Promise.reject(refused(error.message)),
  );
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) throw refused('its token does not tell the machine: ask for it with format=full');
  const { project_id, instance_id, instance_creation_timestamp } = parsed.data.google.compute_engine;
  if (project_id !== projectId) throw refused(`it is of project ${project_id}, not ${projectId}`);
  return { id: instance_id, since: new Date(instance_creation_timestamp * 1000) };
}
