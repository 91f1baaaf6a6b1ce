/** A service account's token that Kubernetes projects into a pod, checked by the cluster's own keys. */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { type MachineProof, type ProofSettings, type ProvenMachine, refused } from './proof.ts';

const Claims = z.object({
  iat: z.number(),
  'kubernetes.io': z.object({
    namespace: z.string(),
    serviceaccount: z.object({ name: z.string() }),
    pod: z.object({ name: z.string(), uid: z.string() }),
  }),
});

export async function verifyKubernetes(
  settings: Extract<ProofSettings, { kind: 'kubernetes' }>,
  { token }: Extract<MachineProof, { kind: 'kubernetes' }>,
): Promise<ProvenMachine> {
  const { audience, issuer, keysUrl, namespace } = settings;
  const keys = createRemoteJWKSet(new URL(keysUrl));
  const payload = await jwtVerify(token, keys, { audience, issuer }).then(
    (verified): JWTPayload => verified.payload,
    (error: Error) => Promise.reject(refused(error.message)),
  );
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) throw refused('its token is not bound to a pod');
  const { namespace: found, pod } = parsed.data['kubernetes.io'];
  if (found !== namespace) throw refused(`it is of namespace ${found}, not ${namespace}`);
  return { id: pod.uid, since: new Date(parsed.data.iat * 1000) };
}
