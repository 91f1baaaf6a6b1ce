/** What of an image its registry has to send, by its manifest (OCI Distribution Specification 1.1; Docker's token protocol). */
import { Agent, ProxyAgent, request } from 'undici';
import { z } from 'zod';
import { guardedConnector, refuseInternal } from './guarded-connect.ts';
import { proxyFor } from './outbound.ts';

export const DOCKER_HUB = 'registry-1.docker.io';
const PATIENCE_MS = 5_000;
const MOST_BYTES = 4 * 2 ** 20;
const KINDS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** What Node calls processors, and what images do. */
const PROCESSORS: Record<string, string> = { x64: 'amd64', ia32: '386' };

const size = z.int().min(0);
const platform = z.object({ os: z.string(), architecture: z.string() });
const Index = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: platform.optional() })),
});
const Manifest = z.object({ layers: z.array(z.object({ digest: z.string(), size })) });
export type Layer = z.infer<typeof Manifest>['layers'][number];
const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

interface Limit {
  signal: AbortSignal;
  /** Null: any host may be asked. */
  trusted: readonly string[] | null;
}
interface Login {
  username: string;
  password: string;
}
export interface ImageName {
  host: string;
  name: string;
  /** A tag, or a digest. */
  reference: string;
}

/** As the Engine reads it: without a host it is Docker Hub's. Pure. */
export function parseImage(image: string): ImageName {
  const [, path = '', tag, digest] = /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(image) ?? [];
  const [first = '', ...rest] = path.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : DOCKER_HUB;
  const name = isHost ? rest.join('/') : path;
  const isOfficial = host === DOCKER_HUB && !name.includes('/');
  return { host, name: isOfficial ? `library/${name}` : name, reference: digest ?? tag ?? 'latest' };
}

/**
 * All layers, packed, for Linux on this machine's processor. Null where the registry does not tell: the pull will say why.
 * `login`: told to this registry, and to whom it names for its tokens; who registered it knows where they are. Without one,
 * neither may be inside, but for hosts that are `trusted`.
 */
export async function imageLayers(
  image: string,
  { login, signal, trusted = [] }: { login?: Login; signal?: AbortSignal; trusted?: readonly string[] },
): Promise<Layer[] | null> {
  const { host, name, reference } = parseImage(image);
  // The Engine, too, speaks plain HTTP to its own machine alone.
  const isOwn = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
  const base = `${isOwn ? 'http' : 'https'}://${host}/v2/${name}/manifests/`;
  const limit: Limit = {
    signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]),
    trusted: login === undefined && host !== DOCKER_HUB ? trusted : null,
  };
  try {
    const first = await get(base + reference, undefined, limit);
    const authorization =
      first.status === 401 ? await answer(first.challenge, { ...limit, login, isOwn }) : undefined;
    const found = first.status === 401 ? await get(base + reference, authorization, limit) : first;
    const index = Index.safeParse(found.body);
    if (!index.success) return layersOf(found.body);
    const own = index.data.manifests.find(
      (one) =>
        one.platform?.os === 'linux' &&
        one.platform.architecture === (PROCESSORS[process.arch] ?? process.arch),
    );
    return own === undefined ? null : layersOf((await get(base + own.digest, authorization, limit)).body);
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

const layersOf = (body: unknown): Layer[] => Manifest.parse(body).layers;

export const bytesOf = (layers: readonly Layer[]): number =>
  layers.reduce((total, { size }) => total + size, 0);

const basic = ({ username, password }: Login) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** What to say to `WWW-Authenticate`. Tokens are asked for over TLS alone, but where all is on this machine. */
async function answer(
  challenge: string,
  { login, isOwn, ...limit }: Limit & { login: Login | undefined; isOwn: boolean },
): Promise<string | undefined> {
  if (/^basic /i.test(challenge)) return login && basic(login);
  const parts = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = new URL(parts.get('realm') ?? '');
  if (realm.protocol !== 'https:' && !isOwn) return undefined;
  for (const key of ['service', 'scope']) realm.searchParams.set(key, parts.get(key) ?? '');
  const { token, access_token } = Token.parse((await get(realm.href, login && basic(login), limit)).body);
  return `Bearer ${token ?? access_token}`;
}

async function get(
  url: string,
  authorization: string | undefined,
  { signal, trusted }: Limit,
): Promise<{ status: number; challenge: string; body: unknown }> {
  const proxy = proxyFor(url);
  if (proxy !== null && trusted !== null) await refuseInternal(new URL(url), trusted);
  const connect = { timeout: PATIENCE_MS };
  const direct = () => new Agent({ connect: trusted ? guardedConnector(() => trusted, connect) : connect });
  const dispatcher = proxy === null ? direct() : new ProxyAgent(proxy);
  try {
    const { statusCode, headers, body } = await request(url, {
      headers: { accept: KINDS.join(', '), ...(authorization !== undefined && { authorization }) },
      signal,
      dispatcher,
    });
    let text = '';
    for await (const part of body.setEncoding('utf8')) {
      text += part;
      if (text.length > MOST_BYTES) throw new Error('it is too long');
    }
    return {
      status: statusCode,
      challenge: String(headers['www-authenticate'] ?? ''),
      body: statusCode === 200 ? JSON.parse(text) : null,
    };
  } finally {
    await dispatcher.close();
  }
}
