/** moto, a server that speaks AWS's protocols, of a test's own. */
import { motoServer } from '../setup/moto.ts';
import { freePort, type Server, startServer } from './process.ts';

/** It takes any login. The SDKs of this process find one where they look first. */
export async function startMoto(): Promise<{ endpoint: string; server: Server }> {
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  const server = await startServer(await motoServer(), ['-H', '127.0.0.1', '-p', String(port)], answers, 60);
  return { endpoint, server };
}
