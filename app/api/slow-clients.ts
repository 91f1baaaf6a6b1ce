/**
 * A client that trickles (slowloris) holds a connection and whoever reads from it. Nothing is said about how long an
 * upload may take, only how slow it may be: as slow as the server's own Git takes from others. Watched beneath the
 * application, so that neither an answer given early nor an address that nobody serves leaves a connection behind.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { App } from './types.ts';

/** All in milliseconds. */
export interface Patience {
  /** From the connection to the end of a request's head. */
  head: number;
  /** The window in which a body is measured. */
  body: number;
  /** An HTTP/2 connection without a request under way. Longer than clients keep theirs: the worker's is 60 s. */
  idle: number;
}
export const PATIENCE: Patience = { head: 30_000, body: 30_000, idle: 75_000 };
const LEAST_BYTES_PER_SECOND = 1000;
/** Requests that one HTTP/2 connection may have under way. */
const STREAMS = 256;

/** What both kinds of server are made with. */
export const headOptions = ({ head }: Patience) => ({
  headersTimeout: head,
  // Node's own five minutes for a whole request would cut long uploads.
  requestTimeout: 0,
  connectionsCheckingInterval: Math.min(5_000, head),
});
export const tlsOptions = (patience: Patience) => ({
  ...headOptions(patience),
  handshakeTimeout: patience.head,
  settings: { maxConcurrentStreams: STREAMS },
});

type Request = IncomingMessage & { stream?: ServerHttp2Stream };

/** A body that brings too little in a window is answered 408, and its connection closed, at the latest after the next one. */
export function sendAwaySlowClients(server: App['server'], patience: Patience): void {
  const unwelcome = new WeakSet<Http2Session>();
  server.prependListener('request', (request: Request, response: ServerResponse) => {
    if (announcesBody(request)) watchBody(request, response, patience.body, unwelcome);
  });
  server.on('session', (session: Http2Session) => watchSession(session, patience, unwelcome));
}

/** Counts what is pushed into the request, which changes nothing for whoever reads it, in whatever way. */
function watchBody(
  request: Request,
  response: ServerResponse,
  window: number,
  unwelcome: WeakSet<Http2Session>,
): void {
  const isAsked = () => request.readableLength === 0 && request.stream?.readableFlowing !== null;
  let brought = 0;
  // What lies here unread, or was not asked for yet, is ours to read: then it is not the client who is slow.
  let excused = !isAsked();
  const { push } = request;
  request.push = (chunk, encoding) => {
    if (chunk === null) stop();
    else brought += chunk.length;
    const goesOn = push.call(request, chunk, encoding);
    excused ||= !goesOn;
    return goesOn;
  };
  const timer = setInterval(() => {
    const isSlow = !excused && isAsked() && brought < (LEAST_BYTES_PER_SECOND * window) / 1000;
    brought = 0;
    excused = !isAsked();
    if (isSlow) refuse(request, response, unwelcome);
  }, window);
  const stop = () => clearInterval(timer);
  request.once('close', stop);
}

function refuse(request: Request, response: ServerResponse, unwelcome: WeakSet<Http2Session>): void {
  const { stream } = request;
  if (stream?.session) unwelcome.add(stream.session);
  if (response.headersSent) {
    if (stream !== undefined) stream.close(constants.NGHTTP2_CANCEL);
    else request.destroy();
    return;
  }
  // HTTP/2's own answer says that it is finished only once the whole stream is.
  if (stream !== undefined) stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
  else response.setHeader('connection', 'close');
  const message = `The body came too slowly: at least ${LEAST_BYTES_PER_SECOND} bytes a second are needed.`;
  response.writeHead(408, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ message, code: 'timeout' }));
}

/** An HTTP/2 connection goes with its last request where one of them trickled, and where none comes. */
function watchSession(
  session: Http2Session,
  { head, idle }: Patience,
  unwelcome: WeakSet<Http2Session>,
): void {
  let open = 0;
  let timer = setTimeout(() => session.destroy(), head);
  session.on('stream', (stream) => {
    open++;
    clearTimeout(timer);
    stream.once('close', () => {
      if (--open > 0) return;
      const isUnwelcome = unwelcome.has(session);
      // Cut at once, a client that still talks might never read its answer.
      if (isUnwelcome) session.close();
      timer = setTimeout(() => session.destroy(), isUnwelcome ? head : idle);
    });
  });
  session.once('close', () => clearTimeout(timer));
}

/** A request without a body is never "slow", however long its answer takes. */
function announcesBody({ headers, stream }: Request): boolean {
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  return headers['transfer-encoding'] !== undefined || stream?.endAfterHeaders === false;
}
