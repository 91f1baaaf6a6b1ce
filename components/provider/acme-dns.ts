/** A certificate from an ACME authority, proven through DNS (DNS-01) in two steps: what to write there, and the rest. */
import { Resolver } from 'node:dns/promises';
import https from 'node:https';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import acme from 'acme-client';

export interface Authority {
  directoryUrl: string;
  /** PEM to trust when talking to it, where it is a company's own. */
  authority?: string | undefined;
}
export interface Order {
  accountKey: string;
  accountUrl: string;
  orderUrl: string;
  /** Content of the TXT record `_acme-challenge.<name>`. */
  challenge: string;
}

const POLL_MS = 5000;

function clientOf(
  { directoryUrl, authority }: Authority,
  account: { accountKey: string; accountUrl?: string },
) {
  acme.axios.defaults.httpsAgent = new https.Agent(authority ? { ca: authority } : {});
  return new acme.Client({ directoryUrl, ...account });
}

/** Says what somebody has to write into DNS. Throws where the authority refuses or is away. */
export async function placeOrder(
  at: Authority & { name: string; email: string; accountKey?: string | undefined },
): Promise<Order> {
  const accountKey = at.accountKey ?? (await acme.crypto.createPrivateEcdsaKey()).toString();
  const client = clientOf(at, { accountKey });
  try {
    await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${at.email}`] });
    const order = await client.createOrder({ identifiers: [{ type: 'dns', value: at.name }] });
    const { challenge, answer } = await challengeOf(client, order);
    if (challenge === undefined) throw new Error('it offers no proof through DNS (DNS-01)');
    return { accountKey, accountUrl: client.getAccountUrl(), orderUrl: order.url, challenge: answer };
  } catch (error) {
    throw new Error(`${at.directoryUrl} takes no order for ${at.name}: ${(error as Error).message}`);
  }
}

async function challengeOf(client: acme.Client, order: acme.Order) {
  const [authorization] = await client.getAuthorizations(order);
  const challenge = authorization?.challenges.find(({ type }) => type === 'dns-01');
  const answer = challenge === undefined ? '' : await client.getChallengeKeyAuthorization(challenge);
  return { challenge, answer, proven: authorization?.status === 'valid' };
}

/** Whether the order has come to nothing: it was refused, or nobody went on for too long. */
export async function isLost(at: Authority, { accountKey, accountUrl, orderUrl }: Order): Promise<boolean> {
  try {
    const { status } = await clientOf(at, { accountKey, accountUrl }).getOrder({
      url: orderUrl,
    } as acme.Order);
    return status === 'invalid';
  } catch {
    // It is away, or forgot an order that was filled long ago.
    return false;
  }
}

export interface Fulfilment extends Authority, Omit<Order, 'challenge'> {
  name: string;
  /** Addresses of name servers to ask, as `host:port`. @default the system's */
  resolvers?: string[] | undefined;
  /** How long the record may take to be seen. */
  patienceMs: number;
  /** What is waited for, in words. */
  log: (line: string) => void;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/** Waits until the record is seen, has the authority look, and fetches the certificate. */
export async function fulfilOrder(wanted: Fulfilment): Promise<{ certificate: string; key: string }> {
  const { name, accountKey, accountUrl, orderUrl } = wanted;
  const client = clientOf(wanted, { accountKey, accountUrl });
  const order = await client.getOrder({ url: orderUrl } as acme.Order);
  if (order.status === 'invalid')
    throw new Error(`The order for ${name} has run out; run the command again, and a new one is placed.`);
  const { challenge, answer, proven } = await challengeOf(client, order);
  if (!proven && challenge !== undefined) {
    await seen(`_acme-challenge.${name}`, answer, wanted);
    await client.completeChallenge(challenge);
    await client.waitForValidStatus(challenge);
  }
  const [key, request] = await acme.crypto.createCsr({ commonName: name, altNames: [name] });
  const done = await client.finalizeOrder(order, request);
  return { certificate: await client.getCertificate(done), key: key.toString() };
}

async function seen(
  record: string,
  answer: string,
  { resolvers, patienceMs, log, signal }: Fulfilment,
): Promise<void> {
  const resolver = new Resolver();
  if (resolvers !== undefined) resolver.setServers(resolvers);
  const until = Date.now() + patienceMs;
  for (;;) {
    const found = await resolver.resolveTxt(record).catch(() => []);
    if (found.some((texts) => texts.join('') === answer)) return;
    if (Date.now() > until)
      throw new Error(
        `${record} does not hold ${answer} yet. Is the name delegated, as the records above say? Run the command again when it is.`,
      );
    log(`waits until ${record} is seen in DNS`);
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw new Error(`${record} was waited for when the run was ended; the next one goes on with it.`);
    });
  }
}

interface Forge {
  pki: { certificateFromPem(pem: string): unknown; privateKeyFromPem(pem: string): unknown };
  pkcs12: {
    toPkcs12Asn1(key: unknown, chain: unknown[], password: null, options: { algorithm: '3des' }): unknown;
  };
  asn1: { toDer(value: unknown): { getBytes(): string } };
}

/** Certificate, chain and key in one file (PKCS #12), in base64, as Azure takes them; without a password. */
export function pfxOf(certificate: string, key: string): string {
  const { pki, pkcs12, asn1 } = createRequire(import.meta.url)('node-forge') as Forge;
  const chain = certificate.split(/(?=-----BEGIN CERTIFICATE-----)/).filter((pem) => pem.trim() !== '');
  const packed = pkcs12.toPkcs12Asn1(
    pki.privateKeyFromPem(key),
    chain.map((pem) => pki.certificateFromPem(pem)),
    null,
    { algorithm: '3des' },
  );
  return Buffer.from(asn1.toDer(packed).getBytes(), 'binary').toString('base64');
}
