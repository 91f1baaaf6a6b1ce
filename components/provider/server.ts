/**
 * A resource provider over gRPC, from a table of kinds: nothing here knows what they are. Secrets arrive as plain
 * values and the engine marks outputs of the same name; unknown values of a preview never reach a kind.
 */

import type pluginPb from '@pulumi/pulumi/proto/plugin_pb.js';
import type providerPb from '@pulumi/pulumi/proto/provider_pb.js';
import { differences, foreseen, hasUnknown } from './diff.ts';
import { type Engine, engineAt } from './engine.ts';
import type { AnyKind, Context, Kinds, Properties } from './kind.ts';
import { Empty, PluginInfo, plain, proto, type RunningServer, serve, struct } from './wire.ts';

export interface ProviderOptions {
  kinds: Kinds;
  version: string;
  /**
   * Look at what is there whenever olds and news are compared, so that a plain `up` mends what has died or was deleted.
   * For things that can be looked at in no time. @default false: only `refresh` looks
   */
  looks?: boolean;
  /** Address of the engine that started us; an engine that attaches tells its own. */
  engine?: string | undefined;
  port?: number;
}

/** Serves the kinds on 127.0.0.1 until closed. */
export async function serveProvider(options: ProviderOptions): Promise<RunningServer> {
  return serve(handlers(options), options.port);
}

/** What no longer is as the state says. */
async function drift(kind: AnyKind, id: string, state: Properties, context: Context): Promise<string[]> {
  if (kind.look !== undefined) return kind.look(id, state);
  const found = await kind.read(id, state, context);
  return found === null ? ['(gone)'] : Object.keys(found.inputs ?? {});
}

function handlers({ kinds, version, looks = false, engine: engineAddress }: ProviderOptions) {
  let engine: Engine | undefined = engineAddress === undefined ? undefined : engineAt(engineAddress);
  const kindOf = (urn: string) => {
    const type = urn.split('::')[2]?.split('$').at(-1) ?? '';
    const kind = kinds[type];
    if (kind === undefined)
      throw new Error(`There is no kind ${type}; known: ${Object.keys(kinds).join(', ')}`);
    return kind;
  };
  let run = new AbortController();
  const context = (urn: string): Context => ({
    urn,
    signal: run.signal,
    log: (message, more) => engine?.log(urn, message, more),
  });

  return {
    async handshake() {
      return new proto.ProviderHandshakeResponse();
    },
    async attach(request: pluginPb.PluginAttach) {
      engine = engineAt(request.getAddress());
      return new Empty();
    },
    async getPluginInfo() {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    },
    async configure() {
      const response = new proto.ConfigureResponse();
      response.setSupportspreview(true);
      return response;
    },
    // Sent at the end of every command too, so an attached provider must live on.
    async cancel() {
      run.abort();
      run = new AbortController();
      return new Empty();
    },

    async check(request: providerPb.CheckRequest) {
      const news = plain(request.getNews());
      const response = new proto.CheckResponse();
      response.setInputs(struct(news));
      if (hasUnknown(news)) return response;
      const checked = kindOf(request.getUrn()).inputs.safeParse(news);
      for (const issue of checked.error?.issues ?? []) {
        const failure = new proto.CheckFailure();
        failure.setProperty(issue.path.join('.'));
        failure.setReason(issue.message);
        response.addFailures(failure);
      }
      return response;
    },

    async diff(request: providerPb.DiffRequest) {
      const kind = kindOf(request.getUrn());
      const olds = plain(request.getOlds());
      const { changed, replaced } = differences(
        kind,
        olds,
        plain(request.getOldInputs()),
        plain(request.getNews()),
      );
      // What is changed is mended with it.
      const drifted =
        looks && changed.length === 0
          ? await drift(kind, request.getId(), olds, context(request.getUrn()))
          : [];
      const ignored = request.getIgnorechangesList();
      const counted = [...new Set([...changed, ...drifted])].filter((name) => !ignored.includes(name)).sort();
      const response = new proto.DiffResponse();
      response.setChanges(
        counted.length > 0
          ? proto.DiffResponse.DiffChanges.DIFF_SOME
          : proto.DiffResponse.DiffChanges.DIFF_NONE,
      );
      response.setDiffsList(counted);
      response.setReplacesList(replaced.filter((name) => counted.includes(name)));
      // Two of our things of the same name would share one path on the disk.
      response.setDeletebeforereplace(kind.keepsOldUntilReplaced !== true);
      return response;
    },

    async create(request: providerPb.CreateRequest) {
      const kind = kindOf(request.getUrn());
      const inputs = plain(request.getProperties());
      const response = new proto.CreateResponse();
      if (request.getPreview()) {
        response.setProperties(struct(foreseen(kind, inputs)));
        return response;
      }
      const { id, outputs } = await kind.create(inputs, context(request.getUrn()));
      response.setId(id);
      response.setProperties(struct({ ...inputs, ...outputs }));
      return response;
    },

    async read(request: providerPb.ReadRequest) {
      const state = plain(request.getProperties());
      const response = new proto.ReadResponse();
      const found = await kindOf(request.getUrn()).read(request.getId(), state, context(request.getUrn()));
      if (found === null) return response;
      response.setId(request.getId());
      response.setInputs(struct({ ...plain(request.getInputs()), ...found.inputs }));
      response.setProperties(struct({ ...state, ...found.inputs, ...found.outputs }));
      return response;
    },

    async update(request: providerPb.UpdateRequest) {
      const kind = kindOf(request.getUrn());
      const olds = plain(request.getOlds());
      const news = plain(request.getNews());
      const response = new proto.UpdateResponse();
      if (request.getPreview()) {
        response.setProperties(struct(foreseen(kind, news, olds)));
        return response;
      }
      const outputs = await kind.update(request.getId(), olds, news, context(request.getUrn()));
      response.setProperties(struct({ ...news, ...outputs }));
      return response;
    },

    async delete(request: providerPb.DeleteRequest) {
      const kind = kindOf(request.getUrn());
      await kind.delete(request.getId(), plain(request.getProperties()), context(request.getUrn()));
      return new Empty();
    },
  };
}
