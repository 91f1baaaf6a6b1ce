/**
 * Our own `pulumi-language-nodejs`: a plain `pulumi up` starts this, through the launcher beside the `pulumi` binary.
 * Programs and policy packs run as `.ts` with Node's own type stripping (`options: {typescript: false}`).
 *
 * The last argument is the engine's address; the first line on stdout must be the port and nothing else.
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import language from '@pulumi/pulumi/proto/language_grpc_pb.js';
import { languageRuntime } from './runtime.ts';

const engine = process.argv.at(-1) ?? '';
const limit = 400 * 1024 * 1024;
const server = new Server({
  'grpc.max_receive_message_length': limit,
  'grpc.max_send_message_length': limit,
});
server.addService(language.LanguageRuntimeService, languageRuntime(engine));
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});

// The engine holds the other end of stdin: its death, however sudden, ends this process too.
process.stdin.resume().on('end', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
