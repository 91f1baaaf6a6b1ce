/** How far a pull is, from what the Engine says of each layer and, where it told, the registry of their sizes. */
import type { PullProgress } from '../../platform/docker.ts';
import type { Layer } from '../../platform/image-size.ts';
import { Pace, type Told, transferred } from '../progress.ts';

interface Seen {
  /** Bytes that have come; null: all. */
  arrived: number | null;
  /** As the Engine says once it has begun; it may never say so of small ones. */
  size?: number | undefined;
  unpacked: boolean;
  /** It was there before. */
  wasThere: boolean;
}
const ARRIVED = /^(Verifying Checksum|Download complete|Extracting|Pull complete)$/;

export class PullWatch {
  readonly #image: string;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #layers = new Map<string, Seen>();
  readonly #pace = new Pace();

  /** `known`: as the registry tells, each by its digest. */
  constructor(image: string, known: readonly Layer[] = []) {
    this.#image = image;
    // The Engine names a layer by the first twelve digits.
    this.#sizes = new Map(
      known.map(({ digest, size }) => [digest.replace(/^sha256:/, '').slice(0, 12), size]),
    );
  }

  add({ id, status, progressDetail }: PullProgress): void {
    if (id === undefined || status === undefined || /^Pulling from/.test(status)) return;
    const before = this.#layers.get(id);
    const { current, total } = status === 'Downloading' ? (progressDetail ?? {}) : {};
    this.#layers.set(id, {
      arrived: ARRIVED.test(status) ? null : (current ?? (before === undefined ? 0 : before.arrived)),
      size: this.#sizes.get(id) ?? total ?? before?.size,
      unpacked: status === 'Pull complete',
      wasThere: status === 'Already exists',
    });
  }

  look(now?: number): Told {
    const layers = [...this.#layers.values()];
    const name = `Pulling image ${this.#image}`;
    if (layers.length === 0) return { message: name, numbers: {} };
    const fetched = layers.filter(({ wasThere }) => !wasThere);
    const bytes = fetched.reduce((sum, { arrived, size }) => sum + (arrived ?? size ?? 0), 0);
    // What has come without a word of its size was small.
    const isKnown = fetched.every(({ size, arrived }) => size !== undefined || arrived === null);
    const total = isKnown ? fetched.reduce((sum, { size }) => sum + (size ?? 0), 0) : undefined;
    const done = layers.filter(({ unpacked, wasThere }) => unpacked || wasThere).length;
    const { message, numbers } = transferred(bytes, total, this.#pace.look(bytes, now));
    const unpacking = total === bytes && done < layers.length ? ', unpacking' : '';
    return {
      message: `${name}: ${done} of ${layers.length} layers, ${message}${unpacking}`,
      numbers: { layers_done: done, layers_total: layers.length, ...numbers },
    };
  }
}
