/** Which commands there are, and how one that fails is told. */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { addressed } from './addressed.ts';
import { begun, withGlobals } from './command.ts';
import { EXIT, explain } from './errors.ts';
import { version } from './installation.ts';
import destroy from './verbs/destroy.ts';
import dev from './verbs/dev.ts';
import doctor from './verbs/doctor.ts';
import env from './verbs/env.ts';
import environment from './verbs/environment.ts';
import init from './verbs/init.ts';
import logs from './verbs/logs.ts';
import password from './verbs/password.ts';
import preview from './verbs/preview.ts';
import runExample from './verbs/run-example.ts';
import secret from './verbs/secret.ts';
import status from './verbs/status.ts';
import token from './verbs/token.ts';
import up from './verbs/up.ts';
import worker from './verbs/worker.ts';

const cli = withGlobals(yargs(hideBin(process.argv)))
  .scriptName('cove')
  .usage('$0 <command>\n\nA complete machine-learning platform inside your own walls.')
  .command(up)
  .command(init)
  .command(preview)
  .command(status)
  .command(logs)
  .command(doctor)
  .command(runExample)
  .command(token)
  .command(password)
  .command(secret)
  .command(worker)
  .command(environment)
  .command(env)
  .command(dev)
  .command(destroy)
  .completion('completion', 'Print a script for the shell that completes commands')
  .demandCommand(1, 'Which command?')
  .recommendCommands()
  .strict()
  .version(version())
  .help()
  .wrap(Math.min(110, process.stdout.columns ?? 110))
  .exitProcess(false)
  .fail(false);

try {
  await cli.parseAsync();
} catch (error) {
  const reference = begun();
  const isUsage = error instanceof Error && reference === undefined;
  const { message, todo, exitCode, unforeseen } = isUsage
    ? {
        message: error.message,
        todo: '`cove --help` shows what there is.',
        exitCode: EXIT.usage,
        unforeseen: false,
      }
    : explain(error);
  const words = `${message}\n${todo === undefined ? '' : `${todo}\n`}`;
  process.stderr.write(addressed(words, reference ?? ''));
  if (unforeseen) {
    const stack = error instanceof Error ? error.stack : undefined;
    process.stderr.write(
      process.env.COVE_DEBUG === '1'
        ? `${stack}\n`
        : 'This was not foreseen. Run it again with COVE_DEBUG=1 and report what it prints.\n',
    );
  }
  process.exitCode = exitCode;
}
