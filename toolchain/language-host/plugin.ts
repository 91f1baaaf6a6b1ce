import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ServerWritableStream } from '@grpc/grpc-js';
import languagePb, {
  type RunPluginRequest,
  type RunPluginResponse,
} from '@pulumi/pulumi/proto/language_pb.js';
import { parse } from 'yaml';
import { childEnv, track } from './program.ts';

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Runs a policy pack or a component package given as a folder, and passes on what it writes until it ends. */
export function runPlugin(call: Call): void {
  const request = call.request;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  // The engine sends an environment only where it differs from its own.
  const sent = Object.fromEntries(request.getEnvList().map((line) => splitOnce(line)));
  const isPack = request.getKind() === 'analyzer';
  const child = track(
    spawn(process.execPath, [...entry(folder, isPack), ...request.getArgsList()], {
      // A policy pack reads its own package.json from where it runs.
      cwd: isPack ? folder : request.getPwd(),
      env: { ...childEnv(), ...sent, PATH: childEnv().PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  child.stdout.on('data', (data: Buffer) => send(call, (response) => response.setStdout(data)));
  child.stderr.on('data', (data: Buffer) => send(call, (response) => response.setStderr(data)));
  call.on('cancelled', () => child.kill());
  child.once('error', (error) => call.destroy(error));
  child.once('close', (code) => {
    send(call, (response) => response.setExitcode(code ?? 1));
    call.end();
  });
}

/**
 * A policy pack starts its own server when its module is loaded, so Node runs it as it is. A component package is
 * loaded by a runner of the SDK.
 */
function entry(folder: string, isPack: boolean): string[] {
  if (!isPack) {
    return [createRequire(join(folder, 'package.json')).resolve('@pulumi/pulumi/cmd/run-plugin'), folder];
  }
  const project = parse(readFileSync(join(folder, 'PulumiPolicy.yaml'), 'utf8')) ?? {};
  const names = [project.main, 'index.ts', 'index.mts', 'index.js'].filter(
    (name) => typeof name === 'string',
  );
  const found = names.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`The policy pack ${folder} has no ${names.join(' or ')}.`);
  return [found];
}

function send(call: Call, fill: (response: RunPluginResponse) => void): void {
  const response = new languagePb.RunPluginResponse();
  fill(response);
  call.write(response);
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
