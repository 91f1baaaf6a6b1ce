/** The engine as a provider sees it: somebody to tell things to. */

import { createRequire } from 'node:module';
import * as grpc from '@grpc/grpc-js';
import type enginePb from '@pulumi/pulumi/proto/engine_pb.js';
import type { Context } from './kind.ts';

const require = createRequire(import.meta.url);
const { EngineClient } = require('@pulumi/pulumi/proto/engine_grpc_pb.js') as {
  EngineClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
  ) => { log(request: unknown, done: () => void): void };
};
const { LogRequest, LogSeverity } = require('@pulumi/pulumi/proto/engine_pb.js') as typeof enginePb;

export interface Engine {
  log(urn: string, ...message: Parameters<Context['log']>): void;
}

export function engineAt(address: string): Engine {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  const severities = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
  };
  return {
    log(urn, message, { level = 'info', passing = false } = {}) {
      const request = new LogRequest();
      request.setUrn(urn);
      request.setMessage(message);
      request.setSeverity(severities[level]);
      request.setEphemeral(passing);
      // A lost line is no reason to fail.
      client.log(request, () => {});
    },
  };
}
