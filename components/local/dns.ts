/** Names: what people type, and every name and address that the certificate is made out to. */
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import * as pulumi from '@pulumi/pulumi';
import type { LocalConfig } from '../../config/schema.ts';

export interface Names {
  names: string[];
  addresses: string[];
}

/** The public name first; then what this machine is called by itself and by its neighbours. */
export function certificateNames(
  { publicName, listen }: Pick<LocalConfig, 'publicName' | 'listen'>,
  host: string,
): Names {
  const everywhere = listen === '0.0.0.0' || listen === '::';
  const all = [publicName, 'localhost', '127.0.0.1', '::1', host, ...(everywhere ? [] : [listen])];
  const unique = [...new Set(all.map((name) => name.toLowerCase()).filter((name) => name !== ''))];
  return {
    names: unique.filter((name) => isIP(name) === 0),
    addresses: unique.filter((name) => isIP(name) !== 0),
  };
}

/** An address in a URL. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** Where plain HTTP listens: on this machine alone, whoever HTTPS is open to (policy TLS-01). */
export const onlyHere = (listen: string): string =>
  /^127\.|^::1$/.test(listen) ? listen : isIP(listen) === 6 ? '::1' : '127.0.0.1';

export interface DnsArgs {
  config: LocalConfig;
  /** @default this machine's name */
  hostname?: string;
}

/** Nobody serves names for one machine: they are only known here. */
export class Dns extends pulumi.ComponentResource {
  readonly certificateNames: Names;
  readonly httpUrl: pulumi.Output<string>;
  readonly publicUrl: pulumi.Output<string>;

  constructor(name: string, { config, hostname: host }: DnsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Dns', name, {}, options);
    this.certificateNames = certificateNames(config, host ?? hostname());
    const port = config.httpsPort === 443 ? '' : `:${config.httpsPort}`;
    this.httpUrl = pulumi.output(`http://${inUrl(onlyHere(config.listen))}:${config.httpPort}`);
    this.publicUrl = pulumi.output(`https://${inUrl(config.publicName)}${port}`);
    this.registerOutputs({ httpUrl: this.httpUrl, publicUrl: this.publicUrl });
  }
}
