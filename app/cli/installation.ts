/** One installation as the command line sees it: its name, its folder, its files, its configuration. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/load.ts';
import {
  type CloudConfig,
  isWorkerStack,
  type LocalConfig,
  type WorkersConfig,
} from '../../config/schema.ts';
import { CliError, EXIT } from './errors.ts';
import { refuseOthers } from './owner.ts';

/** The checkout that this command runs from. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Files and folders of a local installation, all below `COVE_HOME/<name>`. */
export interface Places {
  home: string;
  folder: string;
  keys: string;
  settings: string;
  logs: string;
  data: string;
  /** Everything that the engine keeps: survives `destroy`, goes with `--purge`. */
  state: string;
  /** Where the engine works: links to the checkout, and the stack's own file. */
  project: string;
  pulumiHome: string;
  passphrase: string;
  operatorRole: string;
  apiSettings: string;
  bootstrapSettings: string;
  authority: string;
  exampleRepository: string;
  /** Addresses; written last, so it is there only when everything was made. */
  outputs: string;
  proof: string;
}

export const coveHome = (env = process.env) => resolve(env.COVE_HOME ?? join(env.HOME ?? homedir(), '.cove'));

export function placesOf(home: string, name: string): Places {
  const folder = join(home, name);
  const at = (...parts: string[]) => join(folder, ...parts);
  return {
    home,
    folder,
    keys: at('keys'),
    settings: at('settings'),
    logs: at('logs'),
    data: at('data'),
    state: at('state'),
    project: at('state', 'project'),
    pulumiHome: at('state', 'home'),
    passphrase: at('keys', 'passphrase'),
    operatorRole: at('keys', 'approle-operator.json'),
    apiSettings: at('settings', 'api.json'),
    bootstrapSettings: at('settings', 'bootstrap.json'),
    authority: at('certificates', 'authority.pem'),
    exampleRepository: at('example.git'),
    outputs: at('outputs.json'),
    proof: at('data', 'proof.json'),
  };
}

export interface Installation {
  name: string;
  configFile: string;
  config: LocalConfig;
  places: Places;
  urls: Urls;
}
export interface Urls {
  /** Where this machine reaches the API. */
  local: string;
  /** What people type into a browser. */
  web: string;
}

export function urlsOf({ listen, httpPort, httpsPort, publicName }: LocalConfig): Urls {
  // Plain HTTP listens on this machine alone, whoever HTTPS is open to.
  const host = /^127\.|^::1$/.test(listen) ? listen : listen.includes(':') ? '::1' : '127.0.0.1';
  return {
    local: `http://${bracketed(host)}:${httpPort}`,
    web: `https://${bracketed(publicName)}${httpsPort === 443 ? '' : `:${httpsPort}`}`,
  };
}
const bracketed = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** One in a cloud. On this machine lie only the engine's working files, which any other machine makes again. */
export interface CloudInstallation {
  name: string;
  configFile: string;
  config: CloudConfig;
  places: Places;
  /** `https://<publicName>` */
  url: string;
}
export type AnyInstallation = Installation | CloudInstallation;

/** Workers of an installation that lives elsewhere. */
export interface WorkerStack {
  name: string;
  configFile: string;
  config: WorkersConfig;
  places: Places;
  /** Address of the installation that it joins. */
  url: string;
}
export interface Chosen {
  stack?: string;
  config?: string;
}

export const isCloud = (installation: AnyInstallation): installation is CloudInstallation =>
  installation.config.target !== 'local';

/** Whatever has a stack of its own. */
export type AnyStack = AnyInstallation | WorkerStack;
/** Those whose state lies in a cloud. */
export const isElsewhere = (stack: AnyStack): stack is CloudInstallation | WorkerStack =>
  stack.config.target !== 'local';

export const isWorkers = (stack: AnyStack): stack is WorkerStack => isWorkerStack(stack.config);

/** The installation that `-s` or `--config` names. Throws ConfigError, and CliError where it is another user's. */
export function findAny(chosen: Chosen): AnyInstallation {
  const found = findStack(chosen);
  if (!isWorkers(found)) return found;
  throw new CliError(
    `This command is for an installation; "${found.name}" is a stack of workers, which joins ${found.url}.`,
    { exitCode: EXIT.usage, todo: 'Name that installation with -s.' },
  );
}

/** As `findAny`, and stacks of workers too: for commands that both have. */
export function findStack({ stack, config: file }: Chosen): AnyStack {
  const { name, file: configFile, config } = loadConfig({ name: stack, file });
  const places = placesOf(coveHome(), name);
  refuseOthers(places.folder);
  if (isWorkerStack(config)) return { name, configFile, config, places, url: config.joins.url };
  return config.target === 'local'
    ? { name, configFile, config, places, urls: urlsOf(config) }
    : { name, configFile, config, places, url: `https://${config.publicName}` };
}

/** For commands that only a local installation has. */
export function findInstallation(chosen: Chosen): Installation {
  const found = findAny(chosen);
  if (!isCloud(found)) return found;
  const message = `This command is for installations of target local; ${found.configFile} is of target ${found.config.target}.`;
  throw new CliError(message, { exitCode: EXIT.usage });
}

/** Version of this checkout, as package.json says it. */
export const version = (): string =>
  (JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string }).version;
