/** A service account's token that Kubernetes projects into a pod, checked by the cluster's own keys. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { z } from 'zod';
import { Cluster, type ClusterAddress, ownCluster } from '../cluster.ts';
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
  address?: ClusterAddress,
): Promise<ProvenMachine> {
  const { audience, namespace } = settings;
  const { issuer, keys } = await signerOf(settings, address);
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

interface Signer {
  issuer: string;
  keys: JWTVerifyGetKey;
}

/** As the settings say, or as the cluster says of itself to every service account (OIDC discovery). */
async function signerOf(
  { issuer, keysUrl }: { issuer?: string | undefined; keysUrl?: string | undefined },
  address?: ClusterAddress,
): Promise<Signer> {
  if (issuer !== undefined && keysUrl !== undefined)
    return { issuer, keys: createRemoteJWKSet(new URL(keysUrl)) };
  const cluster = new Cluster(address ?? (await ownCluster()));
  try {
    const { issuer: own } = await cluster.ask('/.well-known/openid-configuration');
    return { issuer: issuer ?? own, keys: createLocalJWKSet(await cluster.ask('/openid/v1/jwks')) };
  } finally {
    await cluster.close();
  }
}
