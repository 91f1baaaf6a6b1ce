/** One order at an ACME authority, its challenge answered by a listener of our own for as long as it takes. */
import http, { createServer } from 'node:http';
import https from 'node:https';
import acme from 'acme-client';

const PATIENCE_MS = 10_000;

export interface AcmeOrder {
  name: string;
  email: string;
  directoryUrl: string;
  challengePort: number;
  /** PEM. */
  accountKey: string;
  /** PEM to trust when talking to the authority. */
  authority?: string | null | undefined;
}

export async function acmeCertificate(wanted: AcmeOrder): Promise<{ certificate: string; key: string }> {
  const { name, email, directoryUrl, challengePort, accountKey, authority } = wanted;
  const agent = new https.Agent(authority ? { ca: authority } : {});
  acme.axios.defaults.httpsAgent = agent;
  await reach(directoryUrl, agent);
  const answers = new Map<string, string>();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url?.split('/').at(-1) ?? '');
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          `Port ${challengePort}, on which ${directoryUrl} would knock, cannot be listened on (${error.code}). ` +
            'Free it while `cove up` runs, or set certificate.challengePort to one that port 80 is forwarded to.',
        ),
      ),
    );
    server.listen(challengePort, resolve);
  });
  try {
    const [key, request] = await acme.crypto.createCsr({ commonName: name, altNames: [name] });
    const client = new acme.Client({ directoryUrl, accountKey });
    const certificate = await client.auto({
      csr: request,
      email,
      termsOfServiceAgreed: true,
      challengePriority: ['http-01'],
      // The authority looks from outside; whether we reach ourselves by the public name says nothing.
      skipChallengeVerification: true,
      async challengeCreateFn(_authorization, challenge, answer) {
        answers.set(challenge.token, answer);
      },
      async challengeRemoveFn(_authorization, challenge) {
        answers.delete(challenge.token);
      },
    });
    return { certificate, key: key.toString() };
  } catch (error) {
    throw new Error(
      `${directoryUrl} gave no certificate for ${name}: ${(error as Error).message}. ` +
        `${name} must lead to this machine, and port 80 from outside to port ${challengePort} here.`,
    );
  } finally {
    server.close();
  }
}

/** The client's own words for an authority that is away are of no use, and it takes its time for them. */
async function reach(url: string, agent: https.Agent): Promise<void> {
  const get = url.startsWith('https:') ? https.get : http.get;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // An authority may refuse a client that does not say what it is.
  const headers = { 'user-agent': 'cove' };
  const request = get(
    url,
    { headers, ...(url.startsWith('https:') ? { agent } : {}), timeout: PATIENCE_MS },
    (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answers ${response.statusCode}; an ACME directory is needed there.`));
    },
  );
  request.once('timeout', () => request.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
  request.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      new Error(
        `certificate.directoryUrl is ${url}, which cannot be reached (${error.code ?? error.message}). ` +
          'Mend that, or take kind: own-authority.',
      ),
    ),
  );
  return promise;
}
