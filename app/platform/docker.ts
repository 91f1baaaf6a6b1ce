/** The Docker Engine, over its socket. */
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { CoveError } from './errors.ts';

/** The Engine answered and refused. `status` is its own (404 no such image, 409 name taken …). */
export class DockerError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'DockerError';
    this.status = status;
  }
}
/** One step of a pull: a layer and how far it is. */
export interface PullProgress {
  id?: string;
  status: string;
  progressDetail?: { current?: number; total?: number };
}
export interface ContainerState {
  running: boolean;
  exitCode: number;
  outOfMemory: boolean;
}
/** As the Engine tells it; -1 where the size is not known. */
interface VolumeUse {
  Name: string;
  Labels: Record<string, string> | null;
  CreatedAt?: string;
  UsageData?: { Size: number } | null;
}
export type ContainerOptions = Docker.ContainerCreateOptions;

export class DockerEngine {
  readonly #docker: Docker;
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
    this.#docker = new Docker({ socketPath: socket });
  }

  /** The Engine's version, e.g. `28.1.1`. */
  async version(): Promise<string> {
    return (await this.#ask(() => this.#docker.version())).Version;
  }

  /** Pulls an image; gives once it is there. `login`: told to the registry `host` and to no other. */
  async pull(
    image: string,
    onProgress: (step: PullProgress) => void,
    {
      signal,
      login,
    }: {
      signal?: AbortSignal;
      login?: { host: string; username: string; password: string } | undefined;
    } = {},
  ): Promise<void> {
    const stream = (await this.#ask(() =>
      this.#docker.pull(withTag(image), {
        ...(signal && { abortSignal: signal }),
        ...(login && {
          authconfig: { username: login.username, password: login.password, serveraddress: login.host },
        }),
      }),
    )) as Readable;
    signal?.addEventListener('abort', () => stream.destroy(), { once: true });
    await new Promise<void>((resolve, reject) => {
      stream.once('close', () => reject(signal?.reason ?? new DockerError(500, 'the pull broke off')));
      // What fails once the pull has begun is a line among the others: no space left, no image for this processor.
      let failure: string | undefined;
      this.#docker.modem.followProgress(
        stream,
        (error) => {
          const why = error?.message ?? failure;
          if (why === undefined) resolve();
          else reject(new DockerError(500, why));
        },
        (step: PullProgress & { error?: string }) => {
          if (step.error === undefined) onProgress(step);
          else failure = step.error;
        },
      );
    });
  }

  /** What an image takes of the disk, in bytes; null where it is not there. */
  async imageSize(image: string): Promise<number | null> {
    const found = await this.#ask(() => this.#docker.getImage(withTag(image)).inspect()).catch(gone);
    return found?.Size ?? null;
  }

  /** Throws where a container is made of it (409). */
  async removeImage(image: string): Promise<void> {
    await this.#ask(() => this.#docker.getImage(withTag(image)).remove()).catch(missing);
  }

  /** Volumes that have all these labels, with the bytes they take and when they were made (milliseconds since 1970). */
  async volumes(labels: Record<string, string>): Promise<{ name: string; size: number; madeAt: number }[]> {
    const { Volumes } = await this.#ask(() => this.#volumeUse());
    return (Volumes ?? [])
      .filter(({ Labels }) => Object.entries(labels).every(([name, value]) => Labels?.[name] === value))
      .map(({ Name, UsageData, CreatedAt }) => ({
        name: Name,
        size: Math.max(0, UsageData?.Size ?? 0),
        madeAt: Date.parse(CreatedAt ?? '') || 0,
      }));
  }
  /** The library would ask for images and containers, too, which takes its time. */
  #volumeUse(): Promise<{ Volumes: VolumeUse[] | null }> {
    const request = {
      path: '/system/df?',
      options: { type: 'volume' },
      method: 'GET',
      statusCodes: { 200: true, 500: 'server error' },
    };
    return new Promise((resolve, reject) => {
      this.#docker.modem.dial(request as never, (error: unknown, answer: unknown) =>
        error ? reject(error) : resolve(answer as { Volumes: VolumeUse[] | null }),
      );
    });
  }

  /** Throws where a container has it (409). */
  async removeVolume(name: string): Promise<void> {
    await this.#ask(() => this.#docker.getVolume(name).remove()).catch(missing);
  }

  /** Makes a container; one of the same name that was left over is replaced. */
  async create(options: ContainerOptions & { name: string }): Promise<Container> {
    const create = () => this.#ask(() => this.#docker.createContainer(options));
    try {
      return new Container(await create(), (work) => this.#ask(work));
    } catch (error) {
      if (!(error instanceof DockerError) || error.status !== 409) throw error;
      await this.remove(options.name);
      return new Container(await create(), (work) => this.#ask(work));
    }
  }

  /** Ids of all containers with a label, running or not. */
  async withLabel(label: string): Promise<string[]> {
    const found = await this.#ask(() =>
      this.#docker.listContainers({ all: true, filters: { label: [label] } }),
    );
    return found.map(({ Id }) => Id);
  }

  /** Containers with the label end for good when they end next. Gives their names. */
  async neverStartAgain(label: string): Promise<string[]> {
    const ids = await this.withLabel(label);
    const settle = async (id: string) => {
      const container = this.#docker.getContainer(id);
      await this.#ask(() => container.update({ RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } }));
      return (await this.#ask(() => container.inspect())).Name.replace(/^\//, '');
    };
    return Promise.all(ids.map(settle));
  }

  /**
   * This machine's own address on the network that containers are on, if it has one. An Engine that has just made the
   * network tells no gateway of it until it is started again: it is the first address.
   */
  async gateway(): Promise<string | undefined> {
    const { IPAM } = await this.#ask(() => this.#docker.getNetwork('bridge').inspect());
    const [{ Gateway, Subnet } = {}]: { Gateway?: string; Subnet?: string }[] = IPAM?.Config ?? [];
    return Gateway ?? Subnet?.replace(/\.0\/\d+$/, '.1');
  }

  /** Removes a container, whatever it does; one that is gone is no error. */
  async remove(id: string): Promise<void> {
    await this.#ask(() => this.#docker.getContainer(id).remove({ force: true, v: true })).catch(gone);
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(error, this.#socket);
    }
  }
}

export interface ExecProgram {
  /** With a terminal: what it shows and what is typed. Without: framed output, to be read with `frames`. */
  stream: Duplex;
  resize(columns: number, rows: number): Promise<void>;
  exitCode(): Promise<number>;
}
type Ask = <T>(work: () => Promise<T>) => Promise<T>;

export class Container {
  readonly #container: Docker.Container;
  readonly #ask: Ask;

  constructor(container: Docker.Container, ask: Ask) {
    this.#container = container;
    this.#ask = ask;
  }

  get id(): string {
    return this.#container.id;
  }
  /** Its output from now on, to be read with `frames`. Before `start`, nothing is missed. `stdin`: what is written reaches it. */
  async attach(stdin = false): Promise<Duplex> {
    const options = { stream: true, stdout: true, stderr: true, stdin, hijack: stdin };
    const stream = (await this.#ask(() => this.#container.attach(options))) as unknown as Duplex;
    stream.on('error', () => {}); // whoever reads is told
    return stream;
  }
  async start(): Promise<void> {
    await this.#ask(() => this.#container.start());
  }
  /** The exit code of the next end; asked before `start`, no end is missed. Rejects where the Engine goes away. */
  async nextExit(): Promise<number> {
    // The Engine begins its answer at once and ends it with the container; the library never tells of one that broke off.
    const answer = await this.#ask(() => this.#waiting());
    const body = await this.#ask(() => text(answer));
    return (JSON.parse(body) as { StatusCode: number }).StatusCode;
  }
  #waiting(): Promise<Readable> {
    const request = {
      path: `/containers/${this.id}/wait?`,
      options: { condition: 'next-exit' },
      method: 'POST',
      isStream: true,
      statusCodes: { 200: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' },
    };
    return new Promise((resolve, reject) => {
      this.#container.modem.dial(request as never, (error: unknown, answer: unknown) =>
        error ? reject(error) : resolve(answer as Readable),
      );
    });
  }
  async state(): Promise<ContainerState> {
    const { State } = await this.#ask(() => this.#container.inspect());
    return { running: State.Running, exitCode: State.ExitCode, outOfMemory: State.OOMKilled };
  }
  /** Bytes of its writable layer. */
  async written(): Promise<number> {
    // The types do not know of it (Engine API, ContainerInspect).
    const options = { size: true } as Docker.ContainerInspectOptions;
    const found: object = await this.#ask(() => this.#container.inspect(options));
    return (found as { SizeRw?: number }).SizeRw ?? 0;
  }
  /** The folder of its writable layer, as the Engine's machine names it; undefined where its storage has none. */
  async layer(): Promise<string | undefined> {
    const { GraphDriver } = await this.#ask(() => this.#container.inspect());
    return (GraphDriver?.Data as Record<string, string> | null | undefined)?.UpperDir;
  }
  /** Where this machine reaches a port of it: as published, else directly; the machine's own network is the machine itself. */
  async address(port: number): Promise<{ host: string; port: number }> {
    const { NetworkSettings } = await this.#ask(() => this.#container.inspect());
    const [published] = NetworkSettings.Ports?.[`${port}/tcp`] ?? [];
    if (published !== undefined) return { host: '127.0.0.1', port: Number(published.HostPort) };
    const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    return { host: addresses.find((address) => address !== '') ?? '127.0.0.1', port };
  }
  /** Starts another program in it while it runs. */
  async exec(options: Docker.ExecCreateOptions): Promise<ExecProgram> {
    const attached = { ...options, AttachStdin: true, AttachStdout: true, AttachStderr: true };
    const exec = await this.#ask(() => this.#container.exec(attached));
    const stream = await this.#ask(() =>
      exec.start({ hijack: true, stdin: true, Tty: options.Tty === true }),
    );
    return {
      stream,
      resize: (w, h) => this.#ask(() => exec.resize({ w, h })),
      exitCode: async () => (await this.#ask(() => exec.inspect())).ExitCode ?? 255,
    };
  }
  /** One that has ended already is no error. */
  async kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#ask(() => this.#container.kill({ signal })).catch(gone);
  }
  async remove(): Promise<void> {
    await this.#ask(() => this.#container.remove({ force: true, v: true })).catch(gone);
  }
}

/** Standard output and error of an attached container, as they came: frames of `[stream, 0, 0, 0, length]` and bytes. */
export async function* frames(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ stream: 'stdout' | 'stderr'; bytes: Buffer }> {
  let rest: Buffer = Buffer.alloc(0);
  let stream: 'stdout' | 'stderr' = 'stdout';
  let missing = 0;
  for await (const chunk of source) {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (data.length > 0) {
      if (missing === 0) {
        if (data.length < 8) break;
        stream = data[0] === 2 ? 'stderr' : 'stdout';
        missing = data.readUInt32BE(4);
        data = data.subarray(8);
        continue;
      }
      const bytes = data.subarray(0, missing);
      missing -= bytes.length;
      data = data.subarray(bytes.length);
      yield { stream, bytes };
    }
    rest = data;
  }
}

/** Without a tag the Engine would pull every tag there is. */
export function withTag(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return image.includes('@') || last.includes(':') ? image : `${image}:latest`;
}

function missing(error: unknown): void {
  if (!(error instanceof DockerError && error.status === 404)) throw error;
}

function gone(error: unknown): void {
  if (!(error instanceof DockerError && [304, 404, 409].includes(error.status))) throw error;
}

function explain(error: unknown, socket: string): unknown {
  const { statusCode, json, message, code } = error as {
    statusCode?: number;
    json?: { message?: string };
    message: string;
    code?: string;
  };
  // Before a streamed answer's words the library puts its own; a "500" among them says nothing of the registry.
  const words = json?.message ?? message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
  if (statusCode !== undefined) return new DockerError(statusCode, words);
  if (code === undefined) return error;
  const found = code === 'EACCES' ? 'may not be opened by this user' : `does not answer (${code})`;
  return new CoveError('unavailable', `The Docker Engine at ${socket} ${found}`, { cause: error });
}
