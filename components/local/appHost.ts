/** The platform's services on this machine: API and scheduler, each with an identity of its own (design 3). */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { ApiSettings, SchedulerSettings } from '../../app/settings.ts';
import type {
  AppHostParts,
  CertificateParts,
  DatabaseParts,
  QueueParts,
  StorageParts,
  VaultParts,
} from '../contract.ts';
import { PLATFORM_DATABASE } from './bootstrap.ts';
import { inUrl, onlyHere } from './dns.ts';
import type { Identity } from './identity.ts';
import type { Machine } from './machine.ts';
import { nodeService } from './node-service.ts';
import { File, GitRepository, type Service } from './resources.ts';
import { filesBelow, hashOfFiles, outboundOf, type Site } from './site.ts';

export interface AppHostArgs {
  site: Site;
  machine: Machine;
  identity: Identity;
  database: DatabaseParts;
  queue: QueueParts;
  storage: StorageParts & { kind: 'fs' };
  vault: VaultParts;
  certificate: CertificateParts;
  /** Another value when the certificate is another: the API reads it at start. */
  certificateFingerprint: pulumi.Input<string>;
  httpUrl: pulumi.Output<string>;
  publicUrl: pulumi.Output<string>;
  /** What has to be there first. */
  after: pulumi.Resource[];
}

/** Roles in PostgreSQL and users in Redis that the bootstrap makes. */
const LOGIN = { api: 'cove_api', scheduler: 'cove_scheduler' } as const;
const QUEUE_USER = { api: 'api', scheduler: 'scheduler' } as const;

export class AppHost extends pulumi.ComponentResource {
  readonly parts: AppHostParts;
  readonly api: Service;
  readonly scheduler: Service;

  constructor(name: string, args: AppHostArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:AppHost', name, {}, options);
    const { site, machine, certificateFingerprint, database, after } = args;
    const { config, places } = site;
    const example = config.example ? this.#example(site, machine) : undefined;
    const settings = (role: 'api' | 'scheduler', content: pulumi.Output<string>) =>
      new File(
        `${role}.json`,
        { path: join(places.settings, `${role}.json`), content },
        { parent: this, dependsOn: machine },
      );
    const api = settings('api', apiSettings(args, example?.path));
    const scheduler = settings('scheduler', schedulerSettings(args));
    const within = { parent: this, dependsOn: [machine, ...after] };
    this.api = nodeService(
      'api',
      {
        site,
        settings: api,
        heapMegabytes: 192,
        rank: 30,
        startSeconds: 90,
        watch: { certificate: certificateFingerprint, database: database.generation },
        probe: {
          kind: 'http',
          url: `http://${inUrl(onlyHere(config.listen))}:${config.httpPort}/readyz`,
        },
      },
      within,
    );
    this.scheduler = nodeService(
      'scheduler',
      {
        site,
        settings: scheduler,
        heapMegabytes: 96,
        rank: 30,
        startSeconds: 60,
        watch: { database: database.generation },
      },
      within,
    );
    this.parts = { httpUrl: args.httpUrl, publicUrl: args.publicUrl };
    this.registerOutputs(this.parts);
  }

  #example(site: Site, machine: Machine): GitRepository {
    return new GitRepository(
      'example',
      {
        path: site.places.example,
        source: join(site.root, 'app', 'example'),
        files: hashOfFiles(site.root, filesBelow('app/example')),
        branch: 'main',
        message: 'Example: tell three kinds of iris apart',
      },
      { parent: this, dependsOn: machine },
    );
  }
}

/** What API and scheduler are told alike. */
function shared({ site, identity, database, queue, storage, vault }: AppHostArgs, role: 'api' | 'scheduler') {
  return pulumi.all([database, queue, storage, vault.address]).apply(([db, redis, store, address]) => ({
    installation: site.name,
    vault: { address, appRoleFile: identity.appRoles[role] },
    database: { host: db.host, port: db.port, name: PLATFORM_DATABASE, user: LOGIN[role], tls: db.tls },
    queue: { host: redis.host, port: redis.port, user: QUEUE_USER[role], tls: redis.tls },
    storage: store,
    ...outboundOf(site.config),
  }));
}

function apiSettings(
  args: AppHostArgs,
  exampleRepository: pulumi.Input<string> | undefined,
): pulumi.Output<string> {
  const { listen, httpPort, httpsPort, trustedGitHosts, trustedStoreHosts, trustedInputHosts } =
    args.site.config;
  return pulumi
    .all([shared(args, 'api'), args.publicUrl, args.certificate, pulumi.output(exampleRepository)])
    .apply(([common, publicUrl, certificate, example]) => {
      const settings: ApiSettings = {
        role: 'api',
        ...common,
        publicUrl,
        http: { host: onlyHere(listen), port: httpPort },
        https: {
          host: listen,
          port: httpsPort,
          certificateFile: certificate.certificate,
          keyFile: certificate.key,
        },
        scratch: join(args.site.places.data, 'scratch'),
        trustedGitUrls: trustedGitHosts,
        trustedStoreHosts,
        trustedInputHosts,
        ...(example === undefined ? {} : { exampleRepository: example }),
      };
      return `${JSON.stringify(settings, null, 2)}\n`;
    });
}

function schedulerSettings(args: AppHostArgs): pulumi.Output<string> {
  return shared(args, 'scheduler').apply((common) => {
    const settings: SchedulerSettings = { role: 'scheduler', ...common };
    return `${JSON.stringify(settings, null, 2)}\n`;
  });
}
