/** What workers say (app/protocol/worker.ts). Refusals: 401 token, 404 not theirs, 409 `not_claimable` or `fenced`. */
import { z } from 'zod';
import { claim } from '../../core/workers/claim.ts';
import { downloads } from '../../core/workers/downloads.ts';
import { end } from '../../core/workers/end.ts';
import { heartbeat } from '../../core/workers/heartbeat.ts';
import { hello } from '../../core/workers/hello.ts';
import { completeUpload, uploadParts } from '../../core/workers/parted-uploads.ts';
import { reportLogChunk } from '../../core/workers/report-log-chunk.ts';
import { reportMetadata } from '../../core/workers/report-metadata.ts';
import { reportOutputs } from '../../core/workers/report-outputs.ts';
import { reportStatus } from '../../core/workers/report-status.ts';
import { uploads } from '../../core/workers/uploads.ts';
import {
  ClaimRequest,
  CompleteUploadRequest,
  CompleteUploadResponse,
  DownloadsRequest,
  DownloadsResponse,
  EndReport,
  Fenced,
  HelloRequest,
  HelloResponse,
  JobSpec,
  LogChunkReport,
  MetadataReport,
  OutputReport,
  OutputResponse,
  StatusReport,
  UploadPartsRequest,
  UploadPartsResponse,
  UploadRequest,
  UploadResponse,
  WORKER_API,
} from '../../protocol/worker.ts';
import type { Routes } from '../types.ts';
import { baseUrl, linksOf } from '../urls.ts';

const Id = z.object({ id: z.uuid() });
const run = (path: string) => `${WORKER_API}/runs/:id/${path}`;

const routes: Routes = async (app) => {
  const config = { access: 'worker' } as const;
  const tags = ['workers'];
  const of = <T extends z.ZodType>(summary: string, body: T) => ({ tags, summary, params: Id, body });

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
      claim(request.context, { executionId: request.body.execution_id, baseUrl: baseUrl(request) }),
  );
  app.post(run('heartbeat'), { config, schema: of('Prolong the lease', Fenced) }, async (request) =>
    heartbeat(request.context, { executionId: request.params.id, ...request.body }),
  );
  app.post(
    run('status'),
    { config, schema: of('Say what the run is doing', StatusReport) },
    async (request, reply) => {
      const { token, status_detail: statusDetail } = request.body;
      await reportStatus(request.context, { executionId: request.params.id, token, statusDetail });
      return reply.code(204).send();
    },
  );
  app.post(
    run('metadata'),
    { config, schema: of('Hand over metadata', MetadataReport) },
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
      schema: { ...of('New addresses of inputs', DownloadsRequest), response: { 200: DownloadsResponse } },
    },
    async (request) => {
      const links = linksOf(request);
      const found = await downloads(request.context, { executionId: request.params.id, ...request.body });
      return { downloads: found.downloads.map((one) => ({ ...one, url: links.absolute(one.url) })) };
    },
  );
  app.post(
    run('log-chunks'),
    { config, schema: of('A piece of the log is stored', LogChunkReport) },
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
  app.post(run('end'), { config, schema: of('How it ended', EndReport) }, async (request) =>
    end(request.context, { executionId: request.params.id, ...request.body }),
  );
};
export default routes;
