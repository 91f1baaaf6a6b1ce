/** Parts of a config that more than one target is made of. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { networkProblem } from './cidr.ts';

export const port = z.int().min(1).max(65535);
export const slug = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and hyphens, beginning with a letter');
export const absolute = z.string().startsWith('/', 'an absolute path, beginning with /');
export const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?=.*[a-z])([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/,
    'a full host name in small letters, such as cove.example.org',
  );
/** An IPv4 network in CIDR notation; says what is wrong with one that is not. */
export const cidr = z.string().superRefine((text, context) => {
  const problem = networkProblem(text);
  if (problem !== undefined)
    context.addIssue({ code: 'custom', message: `is "${text}"; ${problem}`, continue: false });
});
export const ip = z
  .string()
  .refine((text) => isIP(text) !== 0, 'an IP address, such as 127.0.0.1 or 0.0.0.0');

export const imageReference = z
  .string()
  .regex(
    /^[a-z0-9.-]+(:\d+)?\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/,
    'an image by digest: registry/name@sha256:…',
  );

export const Profile = z
  .enum(['dev', 'prod'])
  .default('prod')
  .describe(
    '`prod`: spread over zones, standbys, long backups, minimum sizes enforced. `dev`: small, one of each, cheap',
  );

export const CloudAdministrator = z
  .strictObject({
    username: slug.default('admin').describe('What they sign in with'),
    email: z.email().describe('Their address'),
  })
  .describe('The first user, owner of the organisation. `cove password` tells the password');

export const Tags = z
  .record(z.string().min(1).max(128), z.string().max(256))
  .default({})
  .describe('Further tags (labels) on everything that is made, such as cost-center or owner');

export const PolicyException = z
  .strictObject({
    policy: z.string().regex(/^[A-Z0-9]{2,4}-\d{2}$/, 'the id of a policy, such as NET-01'),
    resource: z.string().min(1).optional().describe('Name of one resource; left out: all'),
    reason: z.string().min(10, 'a reason that a stranger understands').describe('Why it is right here'),
    until: z.iso.date().describe('Last day that it holds, such as 2027-03-31; afterwards it fails'),
  })
  .describe('A policy that may be broken, for a reason and for a time');

export const HttpProxy = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).describe('Such as http://proxy.example.org:3128'),
    noProxy: z
      .array(z.string().min(1))
      .default([])
      .describe('Hosts, .domains and networks reached directly; the installation’s own are always'),
  })
  .describe(
    'The HTTP proxy that everything goes through: application, workers, Git, registries, stores, jobs',
  );

/** How an installation reaches the world from inside a company. */
export const outbound = {
  certificateAuthorities: z
    .array(z.string().min(1))
    .default([])
    .describe('PEM files of your own authorities (with intermediates), beside this file; trusted everywhere'),
  proxy: HttpProxy.optional(),
};

export const Access = z
  .strictObject({
    internal: z.boolean().default(false).describe('Reachable from inside the network alone'),
    allowedCidrs: z
      .array(cidr)
      .min(1)
      .default(['0.0.0.0/0'])
      .describe('Who may reach the web address (port 443)'),
  })
  .prefault({})
  .describe('Who can reach it');

export const Reachable = z
  .strictObject({
    name: slug.describe('What it is called here'),
    cidr: cidr.describe('Its addresses, such as 10.1.2.0/24 or 10.1.2.3/32'),
    port: port.describe('Its port, such as 5432 or 443'),
  })
  .describe('A database or warehouse that jobs may reach');

/** The first port that is nobody's privilege. */
const DOORS_FROM = 1024;

export const JobAccess = z
  .strictObject({
    allowedCidrs: z
      .array(cidr)
      .min(1)
      .describe('Networks that people come from, such as that of your VPN: 10.0.0.0/16'),
    ports: z
      .strictObject({ from: port.min(DOORS_FROM).default(2222), to: port.min(DOORS_FROM).default(2299) })
      .refine(({ from, to }) => from <= to, 'has a first port (`from`) that is above its last one (`to`)')
      .prefault({})
      .describe('Ports of each worker that are opened to them; every job that is entered takes one'),
  })
  .optional()
  .describe(
    'Who may enter running jobs (SSH) and notebooks, on the workers themselves. Left out: nobody can',
  );

/** What every environment in a cloud has; a target adds its machine types. */
export const cloudEnvironment = {
  slug: slug.max(32).describe('Name of the queue; jobs are sent to it by this name'),
  name: z.string().min(1).describe('What people read'),
  description: z.string().default('').describe('One line about it'),
  spot: z
    .boolean()
    .default(false)
    .describe('Cheaper machines that the cloud may take back; their jobs start again'),
  diskGb: z
    .int()
    .min(30)
    .max(16_000)
    .default(100)
    .describe('Disk of a machine, in GiB: images, inputs, outputs'),
  ceiling: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Most machines at once, whatever the application asks for. Owned by this file'),
  serviceAccount: slug
    .optional()
    .describe(
      'Which of `serviceAccounts` its jobs act as. Left out: none, and jobs reach no metadata service',
    ),
};

/** A second one in another zone, of a service that keeps data. */
export const highAvailability = (what: string) =>
  z.boolean().optional().describe(`${what} in another zone. Left out: yes, in dev no`);

export const databaseVersion = z.enum(['16', '17']).default('17').describe('Major version of PostgreSQL');

/** Object storage of a cloud. */
export const cloudStorage = (service: string, mostOldVersionDays = 3650) =>
  z
    .strictObject({
      oldVersionDays: z
        .int()
        .min(1)
        .max(mostOldVersionDays)
        .default(30)
        .describe('Days that overwritten and deleted objects are kept'),
      coldAfterDays: z
        .int()
        .min(30)
        .max(3650)
        .default(30)
        .describe('Days until commit snapshots move to a cheaper class'),
    })
    .prefault({})
    .describe(`Object storage (${service})`);

/** Where secrets are kept. `appRoleSecret`: what names an entry of the cloud's own secret store. */
export const cloudVault = (appRoleSecret: z.ZodString) =>
  z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('own') }).describe('OpenBao on the application host'),
      z
        .strictObject({
          kind: z.literal('existing'),
          address: z.url({ protocol: /^https$/ }).describe('Such as https://vault.example.org:8200'),
          appRoleSecret,
        })
        .describe('A Vault or OpenBao that you run'),
    ])
    .default({ kind: 'own' })
    .describe('Where secrets are kept');

/** What every shared file system has; a target adds where it comes from. */
export const mount = {
  name: slug.describe('What it is called here'),
  path: absolute.describe('Where jobs find it, such as /mnt/shared'),
  readOnly: z.boolean().default(false).describe('Whether jobs may only read it'),
  environments: z.array(slug).optional().describe('Slugs of the environments that have it. Left out: all'),
};

/** The address of the installation that a worker stack belongs to. */
export const joins = z
  .strictObject({
    url: z
      .url({ protocol: /^https$/, hostname: z.regexes.hostname })
      .regex(/^https:\/\/[^/?#]+$/, 'an address without a path, such as https://cove.example.org')
      .describe('Its public address, such as https://cove.example.org'),
  })
  .describe(
    'The installation that these machines work for; it needs no login to this cloud and no way into it',
  );

/** What every stack in a cloud has, whether it is an installation or joins one. */
const anyStack = {
  profile: Profile,
  reachable: z.array(Reachable).default([]).describe('Databases and warehouses that jobs may reach'),
  ...outbound,
  logDays: z.int().min(1).max(3650).optional().describe('Days that logs are kept. Left out: 30, in dev 7'),
  alarms: z
    .strictObject({ email: z.email().describe('Who is written to') })
    .optional()
    .describe('Who hears of trouble. Left out: alarms are made, and nobody is written to'),
  budget: z
    .strictObject({ monthlyUsd: z.int().min(1).describe('US dollars a month') })
    .optional()
    .describe('What it should cost at most; at 80 % the alarms’ address is written to'),
  tags: Tags,
  policyExceptions: z
    .array(PolicyException)
    .default([])
    .describe('Policies that may be broken, each for a time'),
};

/** What every worker stack has, whichever the cloud. */
export const workerStack = {
  ...anyStack,
  alarms: anyStack.alarms.describe('Who is written to when the budget nears its end'),
  images: z
    .strictObject({ platform: imageReference.optional().describe('The platform’s image, of the scaler') })
    .prefault({})
    .describe('Images by digest in another registry. Left out: what `npm run image` built on this machine'),
};

/** What every cloud installation has, whichever the cloud. */
export const cloudInstallation = {
  publicName: hostName.describe('The name people type into their browser'),
  administrator: CloudAdministrator,
  organization: slug.default('cove').describe('Name of the first organisation'),
  access: Access,
  ...anyStack,
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
  images: z
    .strictObject({
      platform: imageReference.optional().describe('The platform’s image'),
      vault: imageReference.optional().describe('OpenBao’s image'),
    })
    .prefault({})
    .describe('Images by digest in another registry. Left out: what `npm run image` built on this machine'),
  backupDays: z
    .int()
    .min(7)
    .max(35)
    .optional()
    .describe('Days that backups are kept. Left out: 14, in dev 7'),
};
