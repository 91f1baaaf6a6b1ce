/** What workers say (app/protocol/worker.ts). Refusals: 401 token, 404 not theirs, 409 `not_claimable` or `fenced`. */
import type { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { syncScaler } from '../../core/worker-stacks/sync.ts';
import { claim } from '../../core/workers/claim.ts';
import { followStops, giveBack, waitAtDoorbell } from '../../core/workers/doorbell.ts';
import { downloads } from '../../core/workers/downloads.ts';
import { drained, drainMyself } from '../../core/workers/drain.ts';
import { end } from '../../core/workers/end.ts';
import { heartbeat, heartbeats } from '../../core/workers/heartbeat.ts';
import { hello } from '../../core/workers/hello.ts';
import { join } from '../../core/workers/join.ts';
import { completeUpload, uploadParts } from '../../core/workers/parted-uploads.ts';
import { relayLog } from '../../core/workers/relay-log.ts';
import { reportLogChunk } from '../../core/workers/report-log-chunk.ts';
import { reportMetadata } from '../../core/workers/report-metadata.ts';
import { reportOutputs } from '../../core/workers/report-outputs.ts';
import { reportStatus } from '../../core/workers/report-status.ts';
import { uploads } from '../../core/workers/uploads.ts';
import {
  ClaimRequest,
  CompleteUploadRequest,
  CompleteUploadResponse,
  DoorbellRequest,
  DoorbellResponse,
  DownloadsRequest,
  DownloadsResponse,
  DrainRequest,
  EndReport,
  EndResponse,
  Fenced,
  HeartbeatResponse,
  HeartbeatsRequest,
  HeartbeatsResponse,
  HelloRequest,
  HelloResponse,
  JobSpec,
  JoinRequest,
  JoinResponse,
  LogChunkReport,
  LogLinesReport,
  MetadataReport,
  OutputReport,
  OutputResponse,
  StatusReport,
  SyncRequest,
  SyncResponse,
  UploadPartsRequest,
  UploadPartsResponse,
  UploadRequest,
  UploadResponse,
  WORKER_API,
} from '../../protocol/worker.ts';
import { answerOf, Nothing } from '../shapes/answer.ts';
import type { Routes } from '../types.ts';
import { baseUrl, linksOf } from '../urls.ts';

const STOPS_BEAT_MS = 15_000;
const Id = z.object({ id: z.uuid() });
/** Aborted when the other side has gone, or has its answer. */
function closedWith(response: EventEmitter): AbortSignal {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  return closed.signal;
}
const run = (path: string) => `${WORKER_API}/runs/:id/${path}`;

/** Every try costs a question to the cloud; behind a load balancer all come from one address. */
const JOINS = { max: 600, timeWindow: '1 minute' };

const routes: Routes = async (app, { platform }) => {
  const config = { access: 'worker' } as const;
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  const tags = ['workers'];
  const of = <T extends z.ZodType>(summary: string, body: T) => ({ tags, summary, params: Id, body });

  app.post(
    `${WORKER_API}/join`,
    {
      config: { access: 'public', rateLimit: JOINS },
      schema: {
        tags,
        summary: 'A machine becomes a worker by its cloud’s proof, or by a code',
        body: JoinRequest,
        response: { 200: JoinResponse },
      },
    },
    async (request) => join({ platform, actor: { kind: 'system', name: 'join' } }, request.body),
  );
  app.post(
    `${WORKER_API}/sync`,
    {
      config: { access: 'scaler' },
      schema: {
        tags,
        summary: 'The scaler of a worker stack tells of its machines, and takes orders',
        body: SyncRequest,
        response: { 200: SyncResponse },
      },
    },
    async (request) => syncScaler(request.context, request.body),
  );
  app.post(
    `${WORKER_API}/hello`,
    {
      config,
      schema: { tags, summary: 'A worker begins', body: HelloRequest, response: { 200: HelloResponse } },
    },
    async (request) => hello(request.context, request.body),
  );
  app.post(
    `${WORKER_API}/claim`,
    { config, schema: { tags, summary: 'Take a run', body: ClaimRequest, response: { 200: JobSpec } } },
    async (request) =>
      claim(request.context, {
        executionId: request.body.execution_id,
        claimId: request.body.claim,
        room: request.body.room,
        baseUrl: baseUrl(request),
      }),
  );
  app.post(
    `${WORKER_API}/drain`,
    {
      config,
      schema: {
        tags,
        summary: 'The worker takes no new run',
        body: DrainRequest,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await drainMyself(request.context, request.body);
      return reply.code(204).send();
    },
  );
  app.post(
    `${WORKER_API}/drained`,
    { config, schema: { tags, summary: 'The worker holds no run any more', response: { 204: Nothing } } },
    async (request, reply) => {
      await drained(request.context);
      return reply.code(204).send();
    },
  );
  app.post(
    `${WORKER_API}/doorbell`,
    {
      config,
      schema: {
        tags,
        summary: 'Wait for a run, where the worker cannot reach the queue',
        body: DoorbellRequest,
        response: { 200: DoorbellResponse },
      },
    },
    async (request, reply) => {
      const signal = AbortSignal.any([closedWith(reply.raw), closing.signal]);
      return waitAtDoorbell(request.context, { ...request.body, signal });
    },
  );
  app.post(
    `${WORKER_API}/ring`,
    {
      config,
      schema: {
        tags,
        summary: 'Give a run back that was not taken',
        body: ClaimRequest,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await giveBack(request.context, request.body.execution_id);
      return reply.code(204).send();
    },
  );
  app.post(
    `${WORKER_API}/stops`,
    {
      config,
      schema: {
        tags,
        summary: 'Hear which runs shall stop, one a line',
        response: {
          200: answerOf('application/x-ndjson', 'Ids of executions; an empty line every few seconds'),
        },
      },
    },
    async (request, reply) => {
      const lines = new PassThrough();
      const end = followStops(request.context, (id) => void lines.write(`${id}\n`));
      // So that neither side, nor what is between them, takes the silence for an end.
      const timer = setInterval(() => lines.write('\n'), STOPS_BEAT_MS);
      const over = AbortSignal.any([closedWith(reply.raw), closing.signal]);
      over.addEventListener('abort', () => {
        clearInterval(timer);
        end();
        lines.end();
      });
      lines.write('\n');
      return reply.type('application/x-ndjson').send(lines);
    },
  );
  app.post(
    run('log-lines'),
    {
      config,
      schema: {
        ...of('Lines of the living log, where the worker cannot reach the queue', LogLinesReport),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await relayLog(request.context, { executionId: request.params.id, ...request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    `${WORKER_API}/heartbeats`,
    {
      config,
      schema: {
        tags,
        summary: 'Prolong the leases of all runs',
        body: HeartbeatsRequest,
        response: { 200: HeartbeatsResponse },
      },
    },
    async (request) =>
      heartbeats(
        request.context,
        request.body.runs.map(({ execution_id: executionId, token }) => ({ executionId, token })),
      ),
  );
  app.post(
    run('heartbeat'),
    { config, schema: { ...of('Prolong the lease', Fenced), response: { 200: HeartbeatResponse } } },
    async (request) => heartbeat(request.context, { executionId: request.params.id, ...request.body }),
  );
  app.post(
    run('status'),
    { config, schema: { ...of('Say what the run is doing', StatusReport), response: { 204: Nothing } } },
    async (request, reply) => {
      const { status_detail: statusDetail, ...report } = request.body;
      await reportStatus(request.context, { executionId: request.params.id, statusDetail, ...report });
      return reply.code(204).send();
    },
  );
  app.post(
    run('metadata'),
    { config, schema: { ...of('Hand over metadata', MetadataReport), response: { 204: Nothing } } },
    async (request, reply) => {
      await reportMetadata(request.context, { executionId: request.params.id, ...request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    run('uploads'),
    { config, schema: { ...of('Where files go', UploadRequest), response: { 200: UploadResponse } } },
    async (request) => {
      const links = linksOf(request);
      const found = await uploads(request.context, { executionId: request.params.id, ...request.body });
      return { uploads: found.uploads.map((upload) => ({ ...upload, url: links.absolute(upload.url) })) };
    },
  );
  app.post(
    run('upload-parts'),
    {
      config,
      schema: {
        ...of('Where parts of a file go', UploadPartsRequest),
        response: { 200: UploadPartsResponse },
      },
    },
    async (request) => {
      const links = linksOf(request);
      const { parts } = await uploadParts(request.context, {
        executionId: request.params.id,
        ...request.body,
      });
      return { parts: parts.map((part) => ({ ...part, url: links.absolute(part.url) })) };
    },
  );
  app.post(
    run('complete-upload'),
    {
      config,
      schema: {
        ...of('All parts were sent', CompleteUploadRequest),
        response: { 200: CompleteUploadResponse },
      },
    },
    async (request) => completeUpload(request.context, { executionId: request.params.id, ...request.body }),
  );
  app.post(
    run('downloads'),
    {
      config,
      schema: {
        ...of('New addresses of what is fetched first', DownloadsRequest),
        response: { 200: DownloadsResponse },
      },
    },
    async (request) => {
      const links = linksOf(request);
      const found = await downloads(request.context, { executionId: request.params.id, ...request.body });
      return {
        downloads: found.downloads.map((one) => ({ ...one, url: links.absolute(one.url) })),
        objects: found.objects.map((one) => ({ ...one, url: links.absolute(one.url) })),
        ...(found.snapshot !== undefined && { snapshot: links.absolute(found.snapshot) }),
      };
    },
  );
  app.post(
    run('log-chunks'),
    { config, schema: { ...of('A piece of the log is stored', LogChunkReport), response: { 204: Nothing } } },
    async (request, reply) => {
      await reportLogChunk(request.context, { executionId: request.params.id, ...request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    run('outputs'),
    { config, schema: { ...of('Outputs are stored', OutputReport), response: { 200: OutputResponse } } },
    async (request) => reportOutputs(request.context, { executionId: request.params.id, ...request.body }),
  );
  app.post(
    run('end'),
    { config, schema: { ...of('How it ended', EndReport), response: { 200: EndResponse } } },
    async (request) => end(request.context, { executionId: request.params.id, ...request.body }),
  );
};
export default routes;
