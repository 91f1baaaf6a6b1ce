import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import languagePb from '@pulumi/pulumi/proto/language_pb.js';
import pluginPb from '@pulumi/pulumi/proto/plugin_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import { prepare } from '../prepare.js';
import { consoleProgress } from '../progress.js';
import { runPlugin } from './plugin.ts';
import { endChildren, runProgram } from './program.ts';

type Pb = typeof languagePb;
type Message<K extends keyof Pb> = Pb[K] extends { new (): infer M } ? M : never;

/** The service that the engine calls; `engine` is the engine's own address. */
export function languageRuntime(engine: string): UntypedServiceImplementation {
  return {
    handshake: answer(async () => new languagePb.LanguageHandshakeResponse()),
    getPluginInfo: answer(async () => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(versionOf(process.cwd(), '@pulumi/pulumi') ?? '0.0.0');
      return info;
    }),
    // One program serves five targets: what is listed here would be downloaded for all of them. The engine asks for
    // a provider when a resource of its is registered.
    getRequiredPackages: answer(async () => new languagePb.GetRequiredPackagesResponse()),
    getRequiredPlugins: answer(async () => new languagePb.GetRequiredPluginsResponse()),
    run: answer((request: Message<'RunRequest'>) => runProgram(engine, request)),
    runPlugin: (call: ServerWritableStream<Message<'RunPluginRequest'>, Message<'RunPluginResponse'>>) =>
      runPlugin(call),
    installDependencies,
    about: answer(async () => {
      const response = new languagePb.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      return response;
    }),
    getProgramDependencies: answer(async (request: Message<'GetProgramDependenciesRequest'>) => {
      const response = new languagePb.GetProgramDependenciesResponse();
      const folder = request.getInfo()?.getRootDirectory() ?? process.cwd();
      response.setDependenciesList(dependencies(folder));
      return response;
    }),
    cancel: answer(async () => {
      endChildren();
      return new emptyPb.Empty();
    }),
  };
}

/** A handler of one request and one answer; an error's message reaches the person at the terminal. */
function answer<Request, Response>(handle: (request: Request) => Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error) =>
        callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
    );
  };
}

/** `pulumi install`: what `npm run up` does before anything else. */
function installDependencies(
  call: ServerWritableStream<unknown, Message<'InstallDependenciesResponse'>>,
): void {
  const write = (line: string) => {
    const response = new languagePb.InstallDependenciesResponse();
    response.setStdout(Buffer.from(line));
    call.write(response);
    return true;
  };
  prepare({ onProgress: consoleProgress({ isTTY: false, write }) }).then(
    () => call.end(),
    (error) => call.destroy(Object.assign(error, { code: status.UNKNOWN, details: error.message })),
  );
}

function dependencies(folder: string) {
  const { dependencies: direct = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.keys(direct).flatMap((name) => {
    const version = versionOf(folder, name);
    if (version === undefined) return [];
    const info = new languagePb.DependencyInfo();
    info.setName(name);
    info.setVersion(version);
    return [info];
  });
}

function versionOf(folder: string, name: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}
