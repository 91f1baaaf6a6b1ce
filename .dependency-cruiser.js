/**
 * The house: which room may import which (the table of the design, chapter 1). A file of the project may import from
 * its own room, and from the rooms listed here, and from no other. What a room may take from npm is said below.
 */

/** Every place in the project that a rule may speak of. */
const PROJECT = '^(app|components|config|policies|stacks|test|toolchain)/';
const SETTINGS = '^app/settings\\.ts$';

/**
 * @typedef {object} Room
 * @property {string} name
 * @property {string} path where its files are
 * @property {string[]} may what they may import besides themselves
 * @property {string[]} [types] what they may import types from, and nothing else
 * @property {string} [except] files that belong to another row
 */

/** @type {Room[]} */
const rooms = [
  { name: 'config', path: '^config/', may: [] },
  {
    name: 'components-local',
    path: '^components/local/',
    may: ['^components/', '^config/', '^toolchain/'],
    types: [SETTINGS],
  },
  {
    name: 'components',
    path: '^components/',
    except: '^components/local/',
    may: ['^config/'],
    types: [SETTINGS],
  },
  { name: 'stacks', path: '^stacks/', may: ['^components/', '^config/'] },
  { name: 'policies', path: '^policies/', may: ['^components/contract\\.ts$', '^config/'] },
  { name: 'toolchain', path: '^toolchain/', may: [] },
  {
    name: 'lifecycle-sql',
    path: '^app/core/lifecycle/[^/]*sql[^/]*$',
    may: ['^app/core/lifecycle/', '^app/platform/'],
  },
  { name: 'lifecycle', path: '^app/core/lifecycle/', except: '^app/core/lifecycle/[^/]*sql[^/]*$', may: [] },
  {
    name: 'core',
    path: '^app/core/',
    except: '^app/core/lifecycle/',
    may: ['^app/platform/', '^app/yaml/', '^app/protocol/', SETTINGS],
  },
  { name: 'yaml', path: '^app/yaml/', may: [] },
  { name: 'protocol', path: '^app/protocol/', may: [] },
  { name: 'api', path: '^app/api/', may: ['^app/core/', '^app/protocol/', SETTINGS] },
  { name: 'scheduler', path: '^app/scheduler/', may: ['^app/core/', '^app/platform/', SETTINGS] },
  { name: 'worker', path: '^app/worker/', may: ['^app/protocol/', '^app/platform/', SETTINGS] },
  {
    name: 'scaler',
    path: '^app/scaler/',
    may: ['^app/protocol/', '^app/platform/', '^app/worker/(http|retry)\\.ts$', SETTINGS],
  },
  { name: 'platform', path: '^app/platform/', may: [SETTINGS] },
  { name: 'bootstrap', path: '^app/bootstrap/', may: ['^app/core/', '^app/platform/', SETTINGS] },
  { name: 'web', path: '^app/web/', may: [] },
  { name: 'example', path: '^app/example/', may: [] },
  {
    name: 'cli',
    path: '^app/cli/',
    may: ['^config/', '^stacks/', '^toolchain/', '^app/platform/', SETTINGS],
  },
  { name: 'settings', path: SETTINGS, may: [] },
  // main.ts and the files beside it put the roles together.
  {
    name: 'app-root',
    path: '^app/[^/]+\\.ts$',
    except: SETTINGS,
    may: ['^app/(api|bootstrap|core|platform|protocol|scaler|scheduler|worker)/'],
  },
];

/** What a room must not know of the outside world. */
const strangers = [
  {
    name: 'core-knows-no-http-pulumi-or-cloud',
    comment: 'core decides; HTTP is the API’s, Pulumi the stacks’, a cloud the platform’s.',
    from: '^app/core/',
    to: '(^|/)node_modules/(fastify|@fastify|undici|@pulumi|@aws-sdk|@google-cloud|@azure|dockerode|ioredis|node-vault)(/|$)',
  },
  {
    name: 'no-database-in-the-api',
    comment: 'A route is an adapter: what touches the database is a verb in core.',
    from: '^app/api/',
    to: '(^|/)node_modules/(kysely|pg|ioredis|node-vault)(/|$)',
  },
  {
    name: 'pure-rooms-do-no-io',
    comment: 'yaml and the lifecycle tables are pure.',
    from: '^app/(yaml/|core/lifecycle/(?![^/]*sql))',
    to: '^(node:)?(fs|fs/promises|http|https|net|child_process|os|dgram|tls)$',
  },
];

/** @param {Room} room */
function rules({ name, path, may, types = [], except }) {
  const from = except ? { path, pathNot: [except] } : { path };
  const own = name === 'app-root' ? '^app/[^/]+\\.ts$' : path;
  return [
    {
      name: `${name}-imports`,
      comment: `${name} may import ${may.length + types.length === 0 ? 'nothing of the project' : [...may, ...types].join(', ')}.`,
      severity: 'error',
      from,
      to: { path: PROJECT, pathNot: [own, ...may, ...types] },
    },
    ...types.map((target) => ({
      name: `${name}-types-only`,
      comment: `${name} may import only types from ${target}.`,
      severity: 'error',
      from,
      to: { path: target, dependencyTypesNot: ['type-only'] },
    })),
  ];
}

export default {
  forbidden: [
    ...rooms.flatMap(rules),
    ...strangers.map(({ name, comment, from, to }) => ({
      name,
      comment,
      severity: 'error',
      from: { path: from },
      to: { path: to, dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'every-import-is-found',
      severity: 'error',
      from: { path: PROJECT, pathNot: ['^app/web/'] },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['(^|/)dist/', '^test/.*/fixtures/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
