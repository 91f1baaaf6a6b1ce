/** A local installation, read from what its settings files will hold. */
import { isLoopback } from '../facts.ts';
import type { Resource } from '../resource.ts';
import { parseJson } from './text.ts';

export interface Listener {
  /** `api`, `postgres`, `redis`, `vault`. */
  service: string;
  host: string;
  port: number;
  tls: boolean;
}

export const isFile = ({ kind }: Resource) => kind === 'cove.File';
const content = ({ props }: Resource): string => String(props.content ?? '');

/** `name = value` and `name value` lines, quotes taken off. */
export function conf(text: string): Record<string, string> {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^\s*([a-z][\w.-]*)(?:\s*=\s*|\s+)(.*?)\s*$/i.exec(line);
    return match === null ? [] : [[match[1] ?? '', (match[2] ?? '').replace(/^(['"])(.*)\1$/, '$2')]];
  });
  return Object.fromEntries(lines);
}

/** What listens where, by the settings that this file holds. */
export function listeners(resource: Resource): Listener[] {
  const text = content(resource);
  switch (resource.name) {
    case 'postgresql.conf': {
      const { listen_addresses: host = 'localhost', port = '5432', ssl } = conf(text);
      return [{ service: 'postgres', host, port: Number(port), tls: ssl === 'on' }];
    }
    case 'redis.conf': {
      const { bind: host = '0.0.0.0', port = '6379', 'tls-port': tlsPort } = conf(text);
      const plain = { service: 'redis', host, port: Number(port), tls: false };
      return port === '0' ? [{ ...plain, port: Number(tlsPort), tls: true }] : [plain];
    }
    case 'vault.json':
      return (parseJson(text)?.listener ?? []).flatMap(({ tcp }: { tcp?: Record<string, unknown> }) => {
        const [, host = '', port = '0'] = /^(.*):(\d+)$/.exec(String(tcp?.address)) ?? [];
        return [{ service: 'vault', host, port: Number(port), tls: tcp?.tls_disable !== true }];
      });
    default: {
      const { role, http, https } = parseJson(text) ?? {};
      if (role !== 'api') return [];
      const of = (at: typeof http, tls: boolean) =>
        at === undefined ? [] : [{ service: 'api', host: at.host, port: at.port, tls }];
      return [...of(http, false), ...of(https, true)];
    }
  }
}

export const show = ({ service, host, port }: Listener): string => `${service} listens on ${host}:${port}`;
export const leavesMachine = ({ host }: { host: string }): boolean => !isLoopback(host);
