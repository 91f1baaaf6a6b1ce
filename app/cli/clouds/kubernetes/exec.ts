/** A command in a pod, and what it writes, over the API server's WebSocket (https://kubernetes.io/docs/reference/using-api/api-concepts, `v5.channel.k8s.io`). */
import { Readable } from 'node:stream';
import type { Cluster } from '../../../platform/cluster.ts';

export interface InPod {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
}

/** The first byte of a message. */
const [STDOUT, STDERR, STATUS] = [1, 2, 3];
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Its output, which breaks off with an error unless the command ended well; then it says what that wrote to stderr last. */
export async function outputIn(
  cluster: Cluster,
  { namespace, pod, container, command }: InPod,
): Promise<Readable> {
  const query = new URLSearchParams([
    ['container', container],
    ['stdout', 'true'],
    ['stderr', 'true'],
    ...command.map((word): [string, string] => ['command', word]),
  ]);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`;
  const socket = await cluster.socket(path, PROTOCOLS);
  let complaint = '';
  let [isOpen, hasEnded] = [false, false];
  const output = new Readable({
    read() {},
    destroy(error, done) {
      socket.close();
      done(error);
    },
  });
  socket.addEventListener('open', () => {
    isOpen = true;
  });
  socket.addEventListener('message', ({ data }) => {
    const bytes = Buffer.from(data as ArrayBuffer);
    const content = bytes.subarray(1);
    if (bytes[0] === STDOUT && content.length > 0) output.push(content);
    else if (bytes[0] === STDERR) complaint = (complaint + content.toString('utf8')).slice(-2000);
    else if (bytes[0] === STATUS) {
      hasEnded = true;
      const failure = failureOf(content.toString('utf8'), complaint);
      if (failure === undefined) output.push(null);
      else output.destroy(failure);
    }
  });
  const broken = async () => {
    if (hasEnded || output.destroyed) return;
    // The refusal of a WebSocket says nothing; the same question asked plainly is refused in words.
    const why = isOpen ? undefined : await cluster.text(path).then(String, (error: unknown) => error);
    output.destroy(
      why instanceof Error ? why : new Error(`The connection to ${pod} ended before the command did.`),
    );
  };
  socket.addEventListener('error', broken);
  socket.addEventListener('close', broken);
  return output;
}

/** Undefined: it ended well. Pure. */
export function failureOf(status: string, complaint: string): Error | undefined {
  const { status: outcome, message } = JSON.parse(status) as { status?: string; message?: string };
  if (outcome === 'Success') return undefined;
  return new Error([message ?? 'the command failed', complaint.trim()].filter(Boolean).join(': '));
}
