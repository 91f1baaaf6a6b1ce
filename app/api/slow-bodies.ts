/**
 * A client that trickles its body holds a connection and whatever reads from it. Nothing is said about how long an
 * upload may take, only how slow it may be: as slow as the server's own Git takes from others.
 */
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { FastifyReply, FastifyRequest, preParsingHookHandler, RequestPayload } from 'fastify';

const LEAST_BYTES_PER_SECOND = 1000;

/** Answers 408, and closes, once a body has brought less in a window of so many milliseconds. */
export const refuseSlowBodies =
  (windowMs: number): preParsingHookHandler =>
  (request, reply, payload, done) => {
    if (announcesBody(request)) watch(request, reply, payload, windowMs);
    done(null, payload);
  };

function watch(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: RequestPayload,
  windowMs: number,
): void {
  let brought = 0;
  // Paused, so that what is counted here waits for who reads it.
  payload.pause();
  payload.on('data', (chunk: Buffer) => {
    brought += chunk.length;
  });
  const timer = setInterval(() => {
    // What lies here unread is ours to read: then it is not the client who is slow.
    const enough = payload.readableLength > 0 || brought >= (LEAST_BYTES_PER_SECOND * windowMs) / 1000;
    brought = 0;
    if (enough) return;
    stop();
    if (!payload.readableEnded) refuse(request, reply);
  }, windowMs);
  const stop = () => clearInterval(timer);
  payload.once('end', stop).once('close', stop);
}

function refuse(request: FastifyRequest, reply: FastifyReply): void {
  const { stream } = reply.raw as { stream?: ServerHttp2Stream };
  // HTTP/2's own answer says that it is finished only once the whole stream is.
  if (stream !== undefined) stream.once('finish', () => stream.close(constants.NGHTTP2_CANCEL));
  else reply.header('connection', 'close').raw.once('finish', () => request.raw.destroy());
  const message = `The body came too slowly: at least ${LEAST_BYTES_PER_SECOND} bytes a second are needed.`;
  if (!reply.sent) reply.code(408).send({ message, code: 'timeout' });
}

/** A request without a body is never "slow", however long its answer takes. */
function announcesBody({ headers, raw }: FastifyRequest): boolean {
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  const { stream } = raw as { stream?: { endAfterHeaders: boolean } };
  return headers['transfer-encoding'] !== undefined || stream?.endAfterHeaders === false;
}
