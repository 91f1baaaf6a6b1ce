/**
 * A cloud in memory: what was made in it, and the trouble a test wants it to make. It knows no single type; what is
 * special about one stands in the folder of its provider.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Properties } from '../../../components/provider/kind.ts';
import { danglingIds } from './aws/behaviours.ts';
import { danglingAddresses } from './azure/ids.ts';
import { behaviourOf } from './behaviour.ts';
import { danglingNames } from './gcp/ids.ts';
import type { Bridge } from './kubernetes/bridge.ts';
import { outputsOf } from './outputs.ts';

export interface CloudResource {
  type: string;
  id: string;
  /** Name in the program; the id for what was there before. */
  name: string;
  inputs: Properties;
  /** Everything that the cloud says of it, inputs included. */
  state: Properties;
}

export type Verb = 'create' | 'read' | 'update' | 'delete';

export interface Call {
  verb: Verb;
  type: string;
  name: string;
}

/** Which calls something happens to; what is left out stands for any. */
export interface Where {
  verb?: Verb;
  type?: string;
  /** Name in the program. */
  name?: string;
  /** So many calls that fit go by first. @default 0 */
  after?: number;
}

export interface Fault extends Where {
  /** What the cloud says. */
  message: string;
  /** How often. @default 1 */
  times?: number;
  /** The thing is there, but not as it should be: made or changed, and told as a failure. */
  partial?: boolean;
}

/** What the cloud answers where it will not. */
export class Refused extends Error {}

/** A thing that exists and is not healthy. */
export class NotHealthy extends Error {
  readonly resource: CloudResource;
  constructor(message: string, resource: CloudResource) {
    super(message);
    this.resource = resource;
  }
}

export interface FakeCloudOptions {
  /** @default '123456789012' */
  account?: string;
  /** @default 'eu-north-1' */
  region?: string;
  /** @default 'example.com' */
  zoneName?: string;
  /** A real API server, in which objects of Kubernetes are made. @default they are only remembered */
  bridge?: Bridge;
}

export class FakeCloud {
  readonly account: string;
  readonly region: string;
  /** Of the zone that data sources find. */
  readonly zoneName: string;
  readonly #bridge: Bridge | undefined;
  /** What the last provider was configured with, e.g. `defaultTags`. */
  configuration: Properties = {};
  /** Everything there is, by type and id. */
  readonly resources = new Map<string, CloudResource>();
  /** Every call that was carried out or refused, in order. */
  readonly calls: Call[] = [];
  /** What deleted things leave behind, such as a final snapshot or a secret that can still be had back. */
  readonly remains = new Set<string>();
  /** How many things lie in a bucket or a registry, by its id. */
  readonly contents = new Map<string, number>();
  /** Names of DNS records that somebody has made at another provider. */
  readonly elsewhere = new Set<string>();
  /** Answers that invokes ask for, by token; see `invokes` of the providers for those that need none. */
  readonly answers = new Map<string, (args: Properties) => Properties>();
  /** How many calls were under way at once, at most. */
  mostAtOnce = 0;
  #underWay = 0;
  #faults: (Fault & { left: number; passed: number })[] = [];
  #delays: (Where & { ms: number })[] = [];
  #quotas = new Map<string, number>();
  #gates: { where: Where; passed: number; reached: () => void; open: Promise<void> }[] = [];
  #counter = 0;

  constructor({
    account = '123456789012',
    region = 'eu-north-1',
    zoneName = 'example.com',
    bridge,
  }: FakeCloudOptions = {}) {
    this.#bridge = bridge;
    this.account = account;
    this.region = region;
    this.zoneName = zoneName;
  }

  configure(configuration: Properties): void {
    this.configuration = { ...this.configuration, ...configuration };
  }

  get defaultTags(): Record<string, string> {
    const given = this.configuration.defaultTags;
    // Nested values of a provider's configuration come as JSON.
    const { tags } = (typeof given === 'string' ? JSON.parse(given) : (given ?? {})) as {
      tags?: Record<string, string>;
    };
    return tags ?? {};
  }

  /** Puts something there that no program has made, as an existing network is. */
  seed(type: string, inputs: Properties, id?: string): CloudResource {
    return this.#make(type, id ?? type, inputs, id);
  }

  /** All of a type, or everything. */
  all(type?: string): CloudResource[] {
    return [...this.resources.values()].filter((resource) => type === undefined || resource.type === type);
  }

  /** The one that the program calls so. Throws where there is none, or more. */
  one(type: string, name?: string): CloudResource {
    const found = this.all(type).filter((resource) => name === undefined || resource.name === name);
    if (found.length === 1 && found[0] !== undefined) return found[0];
    throw new Error(`${found.length} of ${type} ${name ?? ''}; there are: ${this.listing().join(', ')}`);
  }

  listing(): string[] {
    return this.all().map(({ type, name }) => `${type} ${name}`);
  }

  find(type: string, id: string): CloudResource | undefined {
    return this.resources.get(key(type, id));
  }

  /** Deletes behind everybody's back. */
  async vanish(resource: CloudResource): Promise<void> {
    this.resources.delete(key(resource.type, resource.id));
    await this.#bridged(resource.type)?.delete(resource.inputs);
  }

  /** Where nobody is at work behind the API server, what a controller would say stays what the fake says. */
  #statusOf(state: Properties, live: Properties | undefined): Properties {
    const isOwn = live === undefined || state.status === undefined || this.#bridge?.inhabited === true;
    return isOwn ? {} : { status: state.status };
  }
  #bridged = (type: string) => (type.startsWith('kubernetes:') ? this.#bridge : undefined);

  fail(fault: Fault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1, passed: 0 });
  }

  /** Makes the calls slow; `ms` each. */
  slow(where: Where, ms: number): void {
    this.#delays.push({ ...where, ms });
  }

  /** At most so many of a type. */
  quota(type: string, most: number): void {
    this.#quotas.set(type, most);
  }

  /** No more trouble. */
  calm(): void {
    this.#faults = [];
    this.#delays = [];
    this.#quotas.clear();
    this.#gates = [];
  }

  /**
   * Holds calls that fit, before anything is done: a test does something in the middle, like killing the engine. Then
   * `open` lets them through, and `drop` makes them come to nothing; later ones are not held.
   */
  hold(where: Where): { reached: Promise<void>; open: () => void; drop: () => void } {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    // Dropped before anybody waits for it, it must not count as unhandled.
    gate.promise.catch(() => {});
    const held = { where, passed: 0, reached: reached.resolve, open: gate.promise };
    const end = (settle: () => void) => () => {
      this.#gates = this.#gates.filter((one) => one !== held);
      settle();
    };
    this.#gates.push(held);
    return {
      reached: reached.promise,
      open: end(gate.resolve),
      drop: end(() => gate.reject(new Refused('the call was cut off'))),
    };
  }

  async create(type: string, name: string, inputs: Properties): Promise<CloudResource> {
    const fault = await this.#called({ verb: 'create', type, name });
    const quota = this.#quotas.get(type);
    if (quota !== undefined && this.all(type).length >= quota)
      throw new Refused(`LimitExceeded: at most ${quota} of ${type} are allowed in this account`);
    const dangling = danglingIds(inputs, (of, id) => this.find(of, id) !== undefined);
    const missing = type.startsWith('azure-native:') ? danglingAddresses(inputs, this) : [];
    if (missing.length > 0) throw new Refused(`ResourceNotFound: ${missing.join(', ')} was not found`);
    const lost = type.startsWith('gcp:') ? danglingNames(inputs, this) : [];
    if (lost.length > 0) throw new Refused(`notFound: ${lost.join(', ')} was not found`);
    if (type.startsWith('aws:') && dangling.length > 0)
      throw new Refused(`NotFound: ${dangling.join(', ')} does not exist`);
    const behaviour = behaviourOf(type);
    const key = behaviour.unique?.(inputs);
    if (key !== undefined && this.all(type).some((other) => behaviour.unique?.(other.inputs) === key))
      throw new Refused(`AlreadyExists: there is a ${type} with ${key} already`);
    behaviour.refuseCreate?.(inputs, this);
    const live = await this.#bridged(type)?.apply(inputs).catch(refuse);
    const made = this.#make(type, name, inputs);
    Object.assign(made.state, live, this.#statusOf(made.state, live));
    if (fault !== undefined) throw new NotHealthy(fault.message, made);
    return made;
  }

  async update(type: string, id: string, name: string, inputs: Properties): Promise<CloudResource> {
    const fault = await this.#called({ verb: 'update', type, name });
    const resource = this.find(type, id);
    if (resource === undefined) throw new Refused(`NotFound: ${type} ${id} does not exist`);
    behaviourOf(type).refuseUpdate?.(inputs, resource, this);
    const live = await this.#bridged(type)?.apply(inputs).catch(refuse);
    const computed = Object.fromEntries(
      Object.entries(resource.state).filter(([property]) => !(property in resource.inputs)),
    );
    resource.inputs = inputs;
    resource.state = { ...outputsOf(this, type, id, inputs), ...computed, ...inputs };
    Object.assign(resource.state, behaviourOf(type).outputs?.(inputs, id, this) ?? {});
    Object.assign(resource.state, live, this.#statusOf(resource.state, live));
    if (fault !== undefined) throw new NotHealthy(fault.message, resource);
    return resource;
  }

  async read(type: string, id: string, name: string): Promise<CloudResource | undefined> {
    await this.#called({ verb: 'read', type, name });
    const found = this.find(type, id);
    const bridge = this.#bridged(type);
    if (found === undefined || bridge === undefined || (await bridge.find(found.inputs)) !== null)
      return found;
    this.resources.delete(key(type, id));
    return undefined;
  }

  async delete(type: string, id: string, name: string): Promise<void> {
    await this.#called({ verb: 'delete', type, name });
    const resource = this.find(type, id);
    if (resource === undefined) return;
    behaviourOf(type).refuseDelete?.(resource, this);
    const user = this.userOf(resource);
    if (user !== undefined)
      throw new Refused(`DependencyViolation: ${type} ${id} is in use by ${user.type} ${user.id}`);
    await this.vanish(resource);
    behaviourOf(type).deleted?.(resource, this);
  }

  /** Something else that names this one in what it was given. */
  userOf(resource: CloudResource): CloudResource | undefined {
    if (behaviourOf(resource.type).mayGoWhileUsed === true) return undefined;
    const uses = usesOf(resource);
    return this.all().find((other) => other !== resource && mentions(other.inputs, uses));
  }

  /** Throws where something lies in it and it may not be emptied. */
  refuseFull(code: string, id: string, force: unknown): void {
    if (force !== true && (this.contents.get(id) ?? 0) > 0)
      throw new Refused(`${code}: ${id} holds ${this.contents.get(id)} things`);
  }

  /** Hexadecimal, the same in every run. */
  hex(digits: number): string {
    this.#counter += 1;
    return this.#counter.toString(16).padStart(digits, '0');
  }

  #make(type: string, name: string, inputs: Properties, given?: string): CloudResource {
    const id = given ?? behaviourOf(type).id?.(inputs, this) ?? `${name}-${this.hex(8)}`;
    if (this.find(type, id) !== undefined && behaviourOf(type).upserts !== true)
      throw new Refused(`AlreadyExists: ${type} ${id} is there already`);
    const state = { ...outputsOf(this, type, id, inputs), ...inputs };
    Object.assign(state, behaviourOf(type).outputs?.(inputs, id, this) ?? {});
    const made = { type, id, name, inputs, state };
    this.resources.set(key(type, id), made);
    return made;
  }

  /** Answers the partial fault that is to happen after the deed, if any. */
  async #called(call: Call): Promise<Fault | undefined> {
    this.calls.push(call);
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    try {
      for (const gate of this.#gates)
        if (fits(gate.where, call) && gate.passed++ >= (gate.where.after ?? 0)) {
          gate.reached();
          await gate.open;
        }
      for (const delay of this.#delays) if (fits(delay, call)) await sleep(delay.ms);
    } finally {
      this.#underWay -= 1;
    }
    const fault = this.#faults.find(
      (one) => one.left > 0 && fits(one, call) && one.passed++ >= (one.after ?? 0),
    );
    if (fault === undefined) return undefined;
    fault.left -= 1;
    if (fault.partial === true) return fault;
    throw new Refused(fault.message);
  }
}

/** What the API server will not have, in its own words. */
const refuse = (error: Error): never => {
  throw new Refused(error.message);
};
const key = (type: string, id: string) => `${type} ${id}`;
const isName = (value: unknown): value is string => typeof value === 'string' && value.length > 0;

const fits = (where: Where, { verb, type, name }: Call) =>
  (where.verb ?? verb) === verb && (where.type ?? type) === type && (where.name ?? name) === name;

/**
 * Whether a value below certain properties names a thing. An id or ARN that only one thing can have does so anywhere;
 * a name that many may share only below a property that is called like its type, such as `dbSubnetGroupName`.
 */
function usesOf({ id, type, state }: CloudResource): (value: string, path: string[]) => boolean {
  const kind = type.split(':').at(-1)?.toLowerCase() ?? '';
  const unmistakable = new Set([state.arn, state.selfLink].filter(isName));
  const isOwn = /[-/:][0-9a-f]{8,}$/.test(id) || id.startsWith('arn:');
  if (isOwn) unmistakable.add(id);
  // Azure's ids are addresses: what lies below one stands on it.
  const below = id.startsWith('/subscriptions/') ? `${id}/` : undefined;
  // Google's are paths, which other services write behind their own name.
  if (id.startsWith('projects/')) unmistakable.add(id);
  return (value, path) =>
    unmistakable.has(value) ||
    (id.startsWith('projects/') && value.endsWith(`/${id}`)) ||
    (below !== undefined && (value === id || value.startsWith(below))) ||
    (value === id && path.some((property) => property.toLowerCase().includes(kind) && property !== 'tags'));
}

function mentions(
  value: unknown,
  uses: (value: string, path: string[]) => boolean,
  path: string[] = [],
): boolean {
  if (typeof value === 'string') return uses(value, path);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([property, part]) => mentions(part, uses, [...path, property]));
}
