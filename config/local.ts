/** The target `local`: this machine, or one's own server. */
import { z } from 'zod';
import type { Complain } from './checks/complain.ts';
import { repeated } from './checks/environments.ts';
import { absolute, ip, outbound, PolicyException, port, slug } from './parts.ts';

/** A kind of machine that jobs are queued for. */
export const Environment = z
  .strictObject({
    slug: slug.describe('Name of the queue; jobs are sent to it by this name'),
    name: z.string().min(1).describe('What people read'),
    description: z.string().default('').describe('One line about it'),
    executor: z
      .enum(['docker', 'process'])
      .describe(
        '`docker` runs every job in a container. `process` runs it as an ordinary process of this machine, without isolation',
      ),
    slots: z.int().min(1).max(64).default(1).describe('Jobs that run at the same time'),
    mounts: z
      .array(
        z.strictObject({
          source: z
            .string()
            .regex(/^([A-Za-z0-9.-]+:)?\/[^,\s]+$/, 'a folder (`/path`) or an NFS export (`host:/path`)')
            .describe('A folder of this machine, or an NFS export as `host:/path`'),
          readOnly: z.boolean().default(true).describe('False: jobs may write there'),
        }),
      )
      .default([])
      .describe('What a step may mount by `mounts`, said just so; everything else is refused'),
  })
  .describe('A kind of machine that jobs are queued for');

const OwnAuthority = z
  .strictObject({ kind: z.literal('own-authority') })
  .describe('A certificate authority of this installation alone, made with it');
const Files = z
  .strictObject({
    kind: z.literal('files'),
    certificateFile: absolute.describe('PEM file with the certificate and its chain'),
    keyFile: absolute.describe('PEM file with the private key, readable by the installing user alone'),
  })
  .describe('A certificate that you have');
const Acme = z
  .strictObject({
    kind: z.literal('acme'),
    email: z.email().describe('Where the authority writes to'),
    directoryUrl: z
      .url()
      .default('https://acme-v02.api.letsencrypt.org/directory')
      .describe("The authority's directory"),
    challengePort: port
      .default(80)
      .describe(
        'Where the authority knocks (HTTP-01); free while `cove up` runs, and reachable as port 80 from outside',
      ),
    authorityFile: absolute
      .optional()
      .describe("PEM file to trust when talking to the authority, where it is your company's own"),
  })
  .describe('A certificate from an authority that speaks ACME, such as Let’s Encrypt');

const proving = [
  { slug: 'local', name: 'This machine', executor: 'docker' as const },
  {
    slug: 'local-process',
    name: 'This machine, without containers',
    description: 'For the proving run, and for machines without a container engine',
    executor: 'process' as const,
  },
];

/** This machine, or one's own server. */
export const LocalConfig = z
  .strictObject({
    target: z.literal('local').describe('Where the installation lives'),
    organization: slug.default('cove').describe('Name of the first organisation'),
    administrator: z
      .strictObject({
        username: slug.default('admin'),
        email: z.email().default('admin@cove.internal'),
      })
      .prefault({})
      .describe('The first user, owner of the organisation. `cove password` tells the password'),
    listen: ip
      .default('127.0.0.1')
      .describe('Address to listen on. 127.0.0.1: only this machine; 0.0.0.0: everybody who can reach it'),
    httpPort: port.default(8000).describe('Plain HTTP, for clients and workers on this machine'),
    httpsPort: port.default(8443).describe('HTTPS with HTTP/2'),
    publicName: z
      .string()
      .regex(/^[A-Za-z0-9.:-]+$/, 'a host name or an IP address')
      .default('localhost')
      .describe('The name people type into their browser'),
    certificate: z
      .discriminatedUnion('kind', [OwnAuthority, Files, Acme])
      .default({ kind: 'own-authority' })
      .describe('Where the certificate of the public name comes from'),
    environments: z
      .array(Environment)
      .min(1)
      .prefault(proving)
      .describe('Kinds of machine that jobs are queued for'),
    trustedGitHosts: z
      .array(z.string().min(1))
      .default([])
      .describe('Git hosts in internal networks that projects may fetch from: `host`, or `host:port`'),
    trustedStoreHosts: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Hosts of object stores in internal networks that data stores may name: `host`, or `host:port`',
      ),
    trustedInputHosts: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Hosts in internal networks that inputs may be fetched from over HTTP, and images without a registered login: `host`, or `host:port`',
      ),
    ...outbound,
    dockerSocket: absolute.default('/var/run/docker.sock').describe("The container engine's socket"),
    example: z.boolean().default(true).describe('Whether the example project is served, for the proving run'),
    policyExceptions: z
      .array(PolicyException)
      .default([])
      .describe('Policies that may be broken, each for a time'),
  })
  .describe('An installation on one machine: this one, or a server of your own');

export type LocalConfig = z.infer<typeof LocalConfig>;

/** What no single key shows. */
export function checkLocal(config: LocalConfig, complain: Complain): void {
  if (config.httpPort === config.httpsPort) {
    complain(['httpsPort'], `is ${config.httpsPort}, as httpPort is; the two need ports of their own`);
  }
  repeated(config.environments, 'slug', ['environments'], 'an environment', complain);
}
