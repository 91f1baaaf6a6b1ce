/** Valkey or Redis: the doorbell and a short memory for live logs. In the cluster, with TLS and users; or one that is there. */
import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { sizeOf } from '../../config/checks/kubernetes-sizes.ts';
import type { QueueParts } from '../contract.ts';
import { authorityOf } from './authorities.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import type { Registry } from './registry.ts';
import { type Entry, givenEntry, passwordEntry } from './secret.ts';
import { guarded, inside, type Site } from './site.ts';
import { SECRETS, stateful, TLS } from './stateful.ts';

export interface QueueArgs {
  site: Site;
  network: Network;
  identity: Identity;
  registry: Registry;
}

const ADMIN = 'admin';
const PORT = 6379;

/** `redis.conf`, which Valkey reads too. Pure. */
export const redisSettings = (memoryGb: number): string =>
  [
    'bind * -::*',
    'port 0',
    `tls-port ${PORT}`,
    `tls-cert-file ${TLS.certificate}`,
    `tls-key-file ${TLS.key}`,
    'tls-auth-clients no',
    'tls-protocols "TLSv1.2 TLSv1.3"',
    'dir /data',
    'aclfile /data/users.acl',
    'appendonly yes',
    'save ""',
    `maxmemory ${Math.round(memoryGb * 1024 * 0.75)}mb`,
    // A queue that forgets would be worse than one that refuses.
    'maxmemory-policy noeviction',
    'databases 1',
    '',
  ].join('\n');

/** The first users; the bootstrap adds the services'. Pure. */
export const firstUsers = (password: string): string =>
  `user default off\nuser ${ADMIN} on #${createHash('sha256').update(password).digest('hex')} ~* &* +@all\n`;

export class Queue extends pulumi.ComponentResource {
  readonly parts: QueueParts;
  readonly password: Entry;
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: QueueArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Queue', name, {}, options);
    const { site, network, identity, registry } = args;
    const { queue } = site.config;
    if (queue.kind === 'existing') {
      this.password = givenEntry(queue.passwordSecret, 'password');
      this.ready = [];
      this.parts = {
        host: pulumi.output(queue.host),
        port: pulumi.output(queue.port),
        generation: pulumi.output(queue.host),
        users: 'bootstrap',
        adminUser: pulumi.output(queue.adminUser),
        adminPassword: this.password.secret,
        tls: true,
        authority: authorityOf(queue.certificateAuthority),
      };
    } else {
      const within = { parent: this, dependsOn: network.ready };
      this.password = passwordEntry(
        'queue',
        { site, component: 'queue' },
        { ...within, ...guarded(site, 'queue') },
        (password) => ({ 'users.acl': firstUsers(password) }),
      );
      const size = sizeOf(site.config, 'queue');
      const made = stateful(
        'queue',
        {
          site,
          identity,
          registry,
          image: queue.image,
          size,
          storageClass: queue.storageClass,
          port: PORT,
          settings: { 'redis.conf': redisSettings(size.memoryGb) },
          dataPath: '/data',
          scratch: ['/tmp'],
          password: this.password,
          args: ['redis-server', '/etc/cove/redis.conf'],
          // Users that the bootstrap added stay.
          prepare: ['sh', '-c', `test -e /data/users.acl || cp ${SECRETS}/queue/users.acl /data/users.acl`],
          probe: ['sh', '-c', `redis-cli --tls --insecure ping | grep -E 'PONG|NOAUTH'`],
        },
        within,
      );
      this.ready = [made.pods, made.service];
      this.parts = {
        host: pulumi.output(inside(site, 'queue')),
        port: pulumi.output(PORT),
        generation: made.volume.metadata.uid,
        users: 'bootstrap',
        adminUser: pulumi.output(ADMIN),
        adminPassword: this.password.secret,
        tls: true,
        authority: identity.authority.pem,
      };
    }
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
