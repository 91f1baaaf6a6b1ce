import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import languagePb, { type RunRequest, type RunResponse } from '@pulumi/pulumi/proto/language_pb.js';

/** With this exit code a program says that it has told the user all there is to tell. */
const ALREADY_TOLD = 32;

const children = new Set<ChildProcess>();

/** Interrupts what still runs for the engine. */
export function endChildren(): void {
  for (const child of children) child.kill('SIGINT');
}
process.on('exit', endChildren);

/** Counts a child as ours until it ends. */
export function track<C extends ChildProcess>(child: C): C {
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

/** The environment of everything run for the engine: `node` on its PATH is the one that runs this. */
export function childEnv(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
  return { ...process.env, PATH: path, ...more };
}

/** Runs the program of a stack to its end. */
export async function runProgram(engine: string, request: RunRequest): Promise<RunResponse> {
  const response = new languagePb.RunResponse();
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const runner = createRequire(join(folder, 'package.json')).resolve('@pulumi/pulumi/cmd/run');
  const nodeArgs = typeof options.nodeargs === 'string' ? options.nodeargs.split(' ').filter(Boolean) : [];
  const child = track(
    spawn(process.execPath, [...nodeArgs, runner, ...programArgs(engine, request, folder)], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: childEnv({
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: 'true' }),
      }),
    }),
  );
  const [code, signal] = await once(child, 'close');
  if (code === ALREADY_TOLD) response.setBail(true);
  else if (code !== 0) response.setError(`The program ended with ${signal ?? `exit code ${code}`}.`);
  return response;
}

function programArgs(engine: string, request: RunRequest, folder: string): string[] {
  const info = request.getInfo();
  const flags: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    'root-directory': info?.getRootDirectory() ?? '',
    pwd: folder,
    parallel: String(request.getParallel()),
  };
  const args = Object.entries(flags).flatMap(([name, value]) => (value === '' ? [] : [`--${name}`, value]));
  if (request.getDryrun()) args.push('--dry-run');
  if (request.getQuerymode()) args.push('--query-mode');
  return [...args, info?.getEntryPoint() || request.getProgram() || '.', ...request.getArgsList()];
}
