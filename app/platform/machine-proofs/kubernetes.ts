/** A service account's token that Kubernetes projects into a pod, checked by the cluster's own keys. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JSONWebKeySet,
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

/** Who signs a cluster's tokens, as the scaler of a worker stack there tells it. The same form as in the protocol. */
export interface ClusterSigner {
  issuer: string;
  keys: JSONWebKeySet;
}

/** `signer`: of another cluster than ours; null: its scaler has not told yet. */
export async function verifyKubernetes(
  settings: Extract<ProofSettings, { kind: 'kubernetes' }>,
  { token }: Extract<MachineProof, { kind: 'kubernetes' }>,
  { signer, address }: { signer?: ClusterSigner | null | undefined; address?: ClusterAddress } = {},
): Promise<ProvenMachine> {
  const { audience, namespace } = settings;
  if (signer === null) throw refused('the scaler of its worker stack has not told yet who signs there');
  const { issuer, keys } =
    signer === undefined
      ? await signerOf(settings, address)
      : { issuer: signer.issuer, keys: createLocalJWKSet(signer.keys) };
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
    const own = await signerOfCluster(cluster);
    return { issuer: issuer ?? own.issuer, keys: createLocalJWKSet(own.keys) };
  } finally {
    await cluster.close();
  }
}

/** What a cluster says of itself to every service account. */
export async function signerOfCluster(cluster: Cluster): Promise<ClusterSigner> {
  const { issuer } = await cluster.ask('/.well-known/openid-configuration');
  return { issuer, keys: await cluster.ask('/openid/v1/jwks') };
}
