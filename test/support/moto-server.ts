/** moto, a server that speaks AWS's protocols, of a test's own. */
import { motoServer } from '../setup/python.ts';
import { type Server, startServer } from './process.ts';

/** It takes any login. The SDKs of this process find one where they look first. */
export async function startMoto(): Promise<{ endpoint: string; server: Server }> {
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  let endpoint = '';
  // It chooses a free port by itself: one that was looked for before may be somebody else's by then.
  const answers = async (output: string) => {
    endpoint = /Running on (http:\S+)/.exec(output)?.[1] ?? '';
    if (endpoint === '') return false;
    return fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  const server = await startServer(await motoServer(), ['-H', '127.0.0.1', '-p', '0'], answers, 60);
  return { endpoint, server };
}
