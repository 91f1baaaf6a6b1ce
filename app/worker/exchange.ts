/** One request whose answer is short: it is taken whole, without the streams that cost a small file more than its bytes. */
import type { Dispatcher } from 'undici';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  data: Buffer;
}

/** `most`: bytes that the answer may have; a longer one is an error that no other try mends. */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  most: number,
  signal?: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let status = 0;
    let headers: Answer['headers'] = {};
    let controller: Dispatcher.DispatchController | undefined;
    const abort = () => controller?.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    const over = () => signal?.removeEventListener('abort', abort);
    dispatcher.dispatch(options, {
      onRequestStart(given) {
        controller = given;
        if (signal?.aborted) abort();
      },
      onResponseStart(_, code, fields) {
        status = code;
        headers = fields;
      },
      onResponseData(given, chunk) {
        length += chunk.length;
        if (length > most) given.abort(new Error(`the answer has more than ${most} bytes`));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        over();
        resolve({
          status,
          headers,
          data: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
        });
      },
      onResponseError(_, error) {
        over();
        reject(error);
      },
    });
  });
}
