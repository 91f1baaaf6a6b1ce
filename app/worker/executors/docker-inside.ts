/** Entering a container: by the Engine's `exec`, so that the image needs nothing but a shell. */
import { connect } from 'node:net';
import { type Duplex, PassThrough, Writable } from 'node:stream';
import { type Container, frames } from '../../platform/docker.ts';
import { VALOHAI_PATHS } from './executor.ts';
import { ENTRANCE, type Entered, type Inside, type Wish } from './inside.ts';

/** `hidden`: variables of the job that the Engine does not know. */
export const insideContainer = (container: Container, hidden: Record<string, string>): Inside => ({
  enter: (wish) => enter(container, wish, hidden),
  async connect(port) {
    const address = await container.address(port);
    return new Promise((resolve, reject) => {
      const socket = connect(address, () => resolve(socket));
      socket.once('error', reject);
    });
  },
});

async function enter(
  container: Container,
  { command, terminal }: Wish,
  hidden: Record<string, string>,
): Promise<Entered> {
  // Told by the Engine alone, the size would come after the command's first look.
  const sized = terminal === null ? '' : `stty rows ${terminal.rows} cols ${terminal.columns} 2>/dev/null`;
  const program = await container.exec({
    Cmd: ['/bin/sh', '-c', sized + ENTRANCE, 'sh', command ?? ''],
    Tty: terminal !== null,
    // Nobody can ask the Engine for these.
    Env: Object.entries({ ...hidden, ...(terminal && { TERM: terminal.name }) }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    WorkingDir: VALOHAI_PATHS.repository,
  });
  const resize = (columns: number, rows: number) => void program.resize(columns, rows).catch(() => {});
  // Where the image has no stty.
  if (terminal !== null) resize(terminal.columns, terminal.rows);
  const { stream } = program;
  stream.on('error', () => {});
  const gone = new Promise<void>((resolve) => stream.once('close', resolve));
  const hangUp = () => void stream.destroy();
  const ended = gone.then(() => program.exitCode().catch(() => 255));
  if (terminal !== null)
    return { stdin: typing(stream), stdout: stream, stderr: null, resize, ended, hangUp };
  const parts = { stdout: new PassThrough(), stderr: new PassThrough() };
  void (async () => {
    for await (const frame of frames(stream)) {
      const part = parts[frame.stream];
      if (!part.write(frame.bytes)) await new Promise((resolve) => part.once('drain', resolve));
    }
  })()
    .catch(() => {})
    .finally(() => {
      parts.stdout.end();
      parts.stderr.end();
      stream.destroy();
    });
  return { stdin: stream, ...parts, resize, ended, hangUp };
}

/** The end of what is typed, as a terminal knows it: closing the stream would make the Engine close its other half. */
const typing = (stream: Duplex): Writable =>
  new Writable({
    write: (bytes, _encoding, done) => {
      if (stream.write(bytes)) done();
      else stream.once('drain', () => done());
    },
    final: (done) => {
      stream.write('\x04');
      done();
    },
  });
