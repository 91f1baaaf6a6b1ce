/** `cove init TARGET`: asks what only the operator knows, writes config/NAME.yaml, makes the state's bucket and key. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../../config/load.ts';
import type { Founder } from '../clouds/cloud.ts';
import { founderOf, TARGETS } from '../clouds/index.ts';
import { verb } from '../command.ts';
import { CliError, EXIT } from '../errors.ts';
import { answersOf } from '../init/ask.ts';
import { configText, type Kind } from '../init/write-config.ts';
import { CHECKOUT } from '../installation.ts';

type Target = (typeof TARGETS)[number];
type Options = { target: Target; joins?: string } & Record<string, unknown>;
type Asked = Pick<Founder, 'questions' | 'config'>;

export default verb<Options>({
  command: 'init <target>',
  describe: 'Begin an installation in a cloud: its config file, and where its state is kept',
  options: (yargs) =>
    yargs
      .positional('target', { choices: TARGETS, demandOption: true, describe: 'Where it will live' })
      .option('account-id', { type: 'string', describe: 'Account (aws)' })
      .option('project-id', { type: 'string', describe: 'Project (gcp)' })
      .option('subscription-id', { type: 'string', describe: 'Subscription (azure)' })
      .option('tenant-id', { type: 'string', describe: 'Tenant (azure)' })
      .option('region', { type: 'string', describe: 'Region' })
      .option('joins', {
        type: 'string',
        requiresArg: true,
        describe: 'Address of an installation: begin a stack of workers of it',
      })
      .option('public-name', { type: 'string', describe: 'The name people type into their browser' })
      .option('zone-id', { type: 'string', describe: 'Zone that serves the name; "" for elsewhere' })
      .option('context', { type: 'string', describe: 'Context of the kubeconfig (kubernetes)' })
      .option('state-url', { type: 'string', describe: 'Bucket of the state (kubernetes)' })
      .option('repository', { type: 'string', describe: 'Where images go (kubernetes)' })
      .option('issuer', { type: 'string', describe: 'ClusterIssuer of cert-manager (kubernetes)' })
      .option('gateway-class', { type: 'string', describe: 'CLASS/NAMESPACE of the proxies (kubernetes)' })
      .option('database-image', { type: 'string', describe: 'PostgreSQL, by digest (kubernetes)' })
      .option('queue-image', { type: 'string', describe: 'Valkey, by digest (kubernetes)' })
      .option('email', { type: 'string', describe: "The first administrator's address" }) as never,
  async run(args, io) {
    const file = args.config ?? join(CHECKOUT, 'config', `${nameOf(args)}.yaml`);
    const name = nameOf(args);
    if (existsSync(file)) {
      throw new CliError(`${file} is there already; init overwrites nothing.`, {
        exitCode: EXIT.usage,
        todo: 'Choose another name with -s, or edit that file and run `npx cove preview`.',
      });
    }
    const founder: Founder = await founderOf(args.target);
    const [kind, asked] =
      args.joins === undefined ? installationOf(args.target, founder) : workersOf(args.target, founder);
    const answers = await answersOf(io, asked.questions(), args);
    const example = readFileSync(join(CHECKOUT, 'config', `${kind.example}.yaml`), 'utf8');
    const text = configText(example, name, kind, asked.config(answers));
    parseConfig(text, file);
    await founder.found(name, answers, io.say);
    // Last: a file that is there says that the rest is too.
    await writeFile(file, text, { flag: 'wx' });
    io.result({ name, target: args.target, config: file }, () => {
      io.say(`config     ${file}: look it through, and commit it`);
      io.say('next       npx cove preview');
    });
    return undefined;
  },
});

const installationOf = (target: Target, founder: Founder): [Kind, Asked] => [
  { what: 'Installation', example: target, page: target },
  founder,
];

const workersOf = (target: Target, { workers }: Founder): [Kind, Asked] => [
  { what: 'Stack of workers', example: `${target}-workers`, page: 'worker-stacks' },
  workers,
];

function nameOf({ stack, config }: { stack?: string; config?: string }): string {
  const name = stack ?? config?.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  if (name !== undefined && /^[a-z][a-z0-9-]{0,39}$/.test(name) && !reserved.includes(name)) return name;
  throw new CliError(
    name === undefined
      ? 'What shall the installation be called? `-s NAME` names it.'
      : `"${name}" cannot name an installation: small letters, digits and hyphens, beginning with a letter, at most 40, and none of ${reserved.join(', ')}.`,
    { exitCode: EXIT.usage },
  );
}
/** Names of the examples in config/. */
const reserved = ['local', ...TARGETS.flatMap((target) => [target, `${target}-workers`])];
