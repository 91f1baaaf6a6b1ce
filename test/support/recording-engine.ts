/** Stands before a real Docker Engine and keeps what it is told. */
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

export interface RecordingEngine {
  /** Bodies of the requests to make a container, in order. */
  created(): { HostConfig: Record<string, unknown>; Env: string[] }[];
  close(): Promise<void>;
}

/** At `socket`, before the Engine at `engine`. */
export async function recordingEngine(socket: string, engine: string): Promise<RecordingEngine> {
  const said: Buffer[][] = [];
  const server = createServer((client) => {
    const heard: Buffer[] = [];
    said.push(heard);
    const to = connect(engine);
    client.on('data', (bytes) => heard.push(bytes as Buffer));
    client.pipe(to).pipe(client);
    for (const end of [client, to]) {
      end.on('error', () => {
        client.destroy();
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    created: () =>
      said.flatMap((heard) => {
        const text = Buffer.concat(heard).toString();
        const requests = text.matchAll(
          /POST \/containers\/create\S* HTTP\/1\.1\r\n[\s\S]*?content-length: (\d+)\r\n[\s\S]*?\r\n\r\n/gi,
        );
        return [...requests].map(({ 0: head, 1: length, index }) =>
          JSON.parse(text.slice(index + head.length, index + head.length + Number(length))),
        );
      }),
    async close() {
      server.close();
      await rm(socket, { force: true });
    },
  };
}
