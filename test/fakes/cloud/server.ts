/**
 * The clouds' providers over gRPC, as the real engine asks for them: one server for all packages, in the process of the
 * test, in front of one `FakeCloud`. Secrets come as plain values; the engine marks outputs of the same name.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import type providerPb from '@pulumi/pulumi/proto/provider_pb.js';
import { hasUnknown, UNKNOWN } from '../../../components/provider/diff.ts';
import type { Properties } from '../../../components/provider/kind.ts';
import { Empty, PluginInfo, plain, proto, serve, struct } from '../../../components/provider/wire.ts';
import { behaviourOf } from './behaviour.ts';
import { type CloudResource, type FakeCloud, NotHealthy } from './cloud.ts';
import { invoke } from './invokes.ts';
import { foreseenOutputs } from './outputs.ts';
import { failuresOf, replacesOn } from './rules.ts';
import { shapeOf } from './shape.ts';

const require = createRequire(import.meta.url);
const { ErrorResourceInitFailed } = proto;
const { Status } =
  require('@pulumi/pulumi/proto/status_pb.js') as typeof import('@pulumi/pulumi/proto/status_pb.js');
const { Any } = createRequire(require.resolve('@pulumi/pulumi'))(
  'google-protobuf/google/protobuf/any_pb.js',
) as typeof import('google-protobuf/google/protobuf/any_pb.js');

/** Newer than any SDK, so that the engine does not warn. */
const VERSION = '99.0.0';

export const serveCloud = (cloud: FakeCloud) => serve(handlers(cloud));

const placeOf = (request: { getUrn(): string }) => {
  const [, , types = '', name = ''] = request.getUrn().split('::');
  return { type: types.split('$').at(-1) ?? '', name };
};

function handlers(cloud: FakeCloud) {
  return {
    async handshake() {
      return new proto.ProviderHandshakeResponse();
    },
    async attach() {
      return new Empty();
    },
    async getPluginInfo() {
      const info = new PluginInfo();
      info.setVersion(VERSION);
      return info;
    },
    async checkConfig(request: providerPb.CheckRequest) {
      const response = new proto.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    },
    async diffConfig() {
      return new proto.DiffResponse();
    },
    async configure(request: providerPb.ConfigureRequest) {
      cloud.configure(plain(request.getArgs()));
      const response = new proto.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    },
    // Sent at the end of every command too.
    async cancel() {
      return new Empty();
    },

    async check(request: providerPb.CheckRequest) {
      const { type, name } = placeOf(request);
      const olds = plain(request.getOlds());
      const news = withDefaultTags(type, plain(request.getNews()), cloud.defaultTags);
      const inputs = named(type, name, news, olds, request.getRandomseed_asU8());
      const response = new proto.CheckResponse();
      response.setInputs(struct(inputs));
      for (const { property, reason } of failuresOf(type, inputs)) {
        const failure = new proto.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        response.addFailures(failure);
      }
      return response;
    },

    async diff(request: providerPb.DiffRequest) {
      const { type } = placeOf(request);
      const olds = plain(request.getOldInputs());
      const news = plain(request.getNews());
      const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
        .filter((property) => property !== DEFAULTS && !isDeepStrictEqual(olds[property], news[property]))
        .sort();
      const deep = behaviourOf(type).replaces?.(type, olds, news);
      const replaces = deep ?? changed.filter((property) => replacesOn(type, property));
      const response = new proto.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed);
      response.setReplacesList(replaces);
      const keepsName =
        deep === undefined
          ? keepsItsName(type, olds, news)
          : behaviourOf(type).id?.(olds, cloud) === behaviourOf(type).id?.(news, cloud);
      response.setDeletebeforereplace(replaces.length > 0 && keepsName);
      return response;
    },

    async create(request: providerPb.CreateRequest) {
      const { type, name } = placeOf(request);
      const inputs = plain(request.getProperties());
      const response = new proto.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(struct({ ...inputs, ...foreseenOutputs(type, inputs) }));
        return response;
      }
      if (hasUnknown(inputs)) throw new Error(`${type} ${name} is made with a value that is not known`);
      const made = await told(cloud.create(type, name, inputs));
      response.setId(made.id);
      response.setProperties(struct(made.state));
      return response;
    },

    async read(request: providerPb.ReadRequest) {
      const { type, name } = placeOf(request);
      const response = new proto.ReadResponse();
      const found = await cloud.read(type, request.getId(), name);
      if (found === undefined) return response;
      response.setId(found.id);
      response.setInputs(struct(found.inputs));
      response.setProperties(struct(found.state));
      return response;
    },

    async update(request: providerPb.UpdateRequest) {
      const { type, name } = placeOf(request);
      const news = plain(request.getNews());
      const response = new proto.UpdateResponse();
      if (request.getPreview()) {
        const changing = behaviourOf(type).changesOnUpdate ?? [];
        const known = Object.entries(plain(request.getOlds())).filter(([name]) => !changing.includes(name));
        response.setProperties(
          struct({ ...news, ...foreseenOutputs(type, news, Object.fromEntries(known)) }),
        );
        return response;
      }
      const { state } = await told(cloud.update(type, request.getId(), name, news));
      response.setProperties(struct(state));
      return response;
    },

    async delete(request: providerPb.DeleteRequest) {
      const { type, name } = placeOf(request);
      await cloud.delete(type, request.getId(), name);
      return new Empty();
    },

    async invoke(request: providerPb.InvokeRequest) {
      const response = new proto.InvokeResponse();
      response.setReturn(struct(await invoke(cloud, request.getTok(), plain(request.getArgs()))));
      return response;
    },
  };
}

/** The AWS provider puts its own tags among those of everything that can have any. */
function withDefaultTags(type: string, news: Properties, defaults: Record<string, string>): Properties {
  if (shapeOf(type).tagsAll === undefined || Object.keys(defaults).length === 0) return news;
  return { ...news, tags: { ...defaults, ...(news.tags as Record<string, string> | undefined) } };
}

/** Inputs that were filled in, as the real providers' bridge remembers them. */
const DEFAULTS = '__defaults';

const nameProperty = (type: string): string | undefined => {
  const { autoName } = behaviourOf(type);
  if (autoName === null) return undefined;
  const property = autoName ?? 'name';
  return shapeOf(type)[property]?.input === true ? property : undefined;
};

/** Fills in a name that the program left open: its own and a few digits, the same in preview and `up`. */
function named(type: string, name: string, news: Properties, olds: Properties, seed: Uint8Array): Properties {
  const property = nameProperty(type);
  if (property === undefined || news[property] !== undefined) return news;
  const kept = (olds[DEFAULTS] as string[] | undefined)?.includes(property) ? olds[property] : undefined;
  const digits = createHash('sha256').update(seed).digest('hex').slice(0, 7);
  return { ...news, [property]: kept ?? `${name}-${digits}`, [DEFAULTS]: [property] };
}

/** A name that the program chose can be taken by one thing at a time. */
function keepsItsName(type: string, olds: Properties, news: Properties): boolean {
  const property = nameProperty(type);
  if (property === undefined || (news[DEFAULTS] as string[] | undefined)?.includes(property)) return false;
  return news[property] !== UNKNOWN && isDeepStrictEqual(olds[property], news[property]);
}

/** A thing that is there but not healthy is told with its id and state, so that the engine keeps it. */
async function told(work: Promise<CloudResource>): Promise<CloudResource> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NotHealthy)) throw error;
    const { id, state, inputs } = error.resource;
    const detail = new ErrorResourceInitFailed();
    detail.setId(id);
    detail.setProperties(struct(state));
    detail.setInputs(struct(inputs));
    detail.setReasonsList([error.message]);
    const any = new Any();
    any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(error.message);
    status.addDetails(any);
    const metadata = new grpc.Metadata();
    metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
    throw Object.assign(new Error(error.message), { metadata });
  }
}
