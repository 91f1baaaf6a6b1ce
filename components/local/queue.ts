/** Redis: the doorbell and a short memory for live logs. Who may touch what is a matter of its ACL users. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Address, QueueParts } from '../contract.ts';
import type { Secret } from './identity.ts';
import type { Machine } from './machine.ts';
import { programPath } from './programs.ts';
import { File, Folder, Service } from './resources.ts';
import type { Site } from './site.ts';

const ADMIN = 'admin';
const PING = Buffer.from('PING\r\n').toString('base64');

/** `redis.conf`. Pure. */
export function redisSettings(host: string, port: number, folder: string): string {
  const settings: [string, ...(string | number)[]][] = [
    ['bind', host],
    ['port', port],
    ['dir', quoted(folder)],
    ['aclfile', quoted(join(folder, 'users.acl'))],
    ['appendonly', 'yes'],
    ['save', '""'],
    ['maxmemory', '256mb'],
    // A queue that forgets would be worse than one that refuses.
    ['maxmemory-policy', 'noeviction'],
    ['databases', 1],
    ['daemonize', 'no'],
  ];
  return settings.map((line) => `${line.join(' ')}\n`).join('');
}
const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** The first users; the bootstrap adds the services' and the workers'. Pure. */
export const firstUsers = (adminPasswordFile: string): string =>
  `user default off\nuser ${ADMIN} on #\${sha256:${adminPasswordFile}} ~* &* +@all\n`;

export interface QueueArgs {
  site: Site;
  machine: Machine;
  address: Address;
  admin: Secret;
}

export class Queue extends pulumi.ComponentResource {
  readonly parts: QueueParts;
  readonly service: Service;

  constructor(
    name: string,
    { site, machine, address, admin }: QueueArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:local:Queue', name, {}, options);
    const within = { parent: this, dependsOn: machine };
    const data = new Folder('redis-data', { path: join(site.places.data, 'redis'), keep: true }, within);
    const users = new File(
      'redis-users',
      {
        path: join(site.places.data, 'redis', 'users.acl'),
        content: admin.file.apply(firstUsers),
        seed: true,
        triggers: [admin.made],
      },
      { parent: this, dependsOn: data },
    );
    const settings = new File(
      'redis.conf',
      {
        path: join(site.places.settings, 'redis.conf'),
        content: pulumi
          .all([address.host, address.port, data.path])
          .apply(([host, port, folder]) => redisSettings(host, port, folder)),
      },
      within,
    );
    this.service = new Service(
      'redis',
      {
        installation: site.places.folder,
        name: 'redis',
        command: programPath('redis-server'),
        args: [settings.path],
        rank: 10,
        startSeconds: 60,
        // While it still loads its file it says so.
        probe: {
          kind: 'talk',
          host: address.host,
          port: address.port,
          send: PING,
          expect: '^(\\+PONG|-NOAUTH)',
        },
        watch: { settings: settings.sha256, users: users.written },
      },
      { parent: this, dependsOn: machine },
    );
    // Users that the bootstrap added are lost when the file was written anew.
    this.parts = {
      ...address,
      generation: users.written,
      users: 'bootstrap',
      adminUser: pulumi.output(ADMIN),
      adminPassword: admin.file,
      tls: false,
    };
    this.registerOutputs({});
  }
}
