/** The gRPC of a resource provider: messages as plain objects, and a server of methods that are plain functions. */

import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import type pluginPb from '@pulumi/pulumi/proto/plugin_pb.js';
import type providerPb from '@pulumi/pulumi/proto/provider_pb.js';
import type { Properties } from './kind.ts';

// The stubs are CommonJS without named exports, and Struct must be the very copy that they were made with.
const require = createRequire(import.meta.url);
export const proto = require('@pulumi/pulumi/proto/provider_pb.js') as typeof providerPb;
export const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb.js') as typeof pluginPb;
const { ResourceProviderService } = require('@pulumi/pulumi/proto/provider_grpc_pb.js') as {
  ResourceProviderService: grpc.ServiceDefinition;
};
const { Struct } = createRequire(require.resolve('@pulumi/pulumi'))(
  'google-protobuf/google/protobuf/struct_pb.js',
) as typeof import('google-protobuf/google/protobuf/struct_pb.js');
export const { Empty } = createRequire(require.resolve('@pulumi/pulumi'))(
  'google-protobuf/google/protobuf/empty_pb.js',
) as typeof import('google-protobuf/google/protobuf/empty_pb.js');

type Message = { toJavaScript(): unknown } | undefined;
export const plain = (message: Message): Properties => (message?.toJavaScript() ?? {}) as Properties;
export const struct = (value: Properties) =>
  // JSON drops what is undefined, which Struct cannot carry.
  Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Parameters<typeof Struct.fromJavaScript>[0]);

export interface RunningServer {
  port: number;
  /** Answers nothing any more. */
  close(): void;
}

/** Serves methods of a provider, by their names in camelCase, on 127.0.0.1 until closed. */
export async function serve(
  methods: Record<string, (request: never) => Promise<unknown>>,
  port = 0,
): Promise<RunningServer> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': 400 * 2 ** 20,
    'grpc.max_send_message_length': 400 * 2 ** 20,
  });
  const implementation = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, unary(method as Method)]),
  );
  server.addService(ResourceProviderService, implementation);
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  return { port: bound, close: () => server.forceShutdown() };
}

type Method = (request: unknown) => Promise<unknown>;

/** An error is told as it is, a message for people without its stack, and with the metadata that it may carry. */
function unary(method: Method): grpc.handleUnaryCall<unknown, unknown> {
  return ({ request }, answer) => {
    method(request).then(
      (reply) => answer(null, reply),
      (error: Error & { metadata?: grpc.Metadata }) =>
        answer({
          code: grpc.status.UNKNOWN,
          details: error.message || String(error),
          ...(error.metadata === undefined ? {} : { metadata: error.metadata }),
        }),
    );
  };
}
