/** What Git and SSH say, put into words that help. */
import { CoveError } from './errors.ts';
import { GitFailure } from './git-command.ts';
import type { GitUrl } from './git-url.ts';

type Rule = [RegExp, (address: GitUrl) => string];

/** The first that fits holds: what is said about the key comes before what follows from it. */
const RULES: Rule[] = [
  [
    /permission denied|publickey|too many authentication failures/i,
    ({ host }) =>
      `${host} refused the deploy key. Add the project's public key there as a read-only deploy key, then fetch again.`,
  ],
  [
    /host key verification failed|remote host identification has changed/i,
    ({ host }) =>
      `${host} shows another host key than before. If that is intended, an operator removes the old one from known_hosts.`,
  ],
  [
    /could not resolve host|name or service not known|temporary failure in name resolution/i,
    ({ host }) => `The host ${host} is unknown. Check the address of the repository.`,
  ],
  [
    /returned error: 30[1278]|redirect/i,
    ({ host }) =>
      `${host} redirects to another address. Use the final address of the repository (often it ends in .git).`,
  ],
  [
    /could not read username|authentication failed|returned error: 40[13]|access denied|terminal prompts disabled/i,
    ({ url }) =>
      `${url} needs a login. Use the repository's SSH address and add the project's deploy key there.`,
  ],
  [
    /repository not found|not found|does not exist|does not appear to be a git repository|no such file/i,
    ({ url }) =>
      `There is no repository at ${url}, or the deploy key may not read it. Check the address and the key.`,
  ],
  [/connection refused/i, ({ host, port }) => `${host} refuses connections on port ${port}.`],
  [
    /timed? ?out|too slow|operation too slow/i,
    ({ host, port }) =>
      `${host} did not answer in time on port ${port}. Try again; check firewalls if it stays so.`,
  ],
  [
    /ssl|certificate/i,
    ({ host }) =>
      `The certificate of ${host} is not trusted. If an authority of your own signed it, an operator names that one in the config: certificateAuthorities.`,
  ],
  [/no route to host|network is unreachable/i, ({ host }) => `There is no way to ${host} from this server.`],
  [/no space left on device/i, () => 'The disk of the server is full. An operator has to make room.'],
];

/** One sentence for the person whose repository it is. */
export function gitComplaint(failure: { stderr: string; timedOut: boolean }, address: GitUrl): string {
  if (failure.timedOut) {
    return `Fetching from ${address.host} took too long and was ended. Try again; a very large repository may need fewer refs.`;
  }
  const rule = RULES.find(([pattern]) => pattern.test(failure.stderr));
  if (rule) return rule[1](address);
  const said = failure.stderr
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
  return `Git could not fetch from ${address.url}: ${said ?? 'it gave no reason'}`;
}

/** For `catch`: a failure of Git becomes an error for people; others pass. */
export function explainGit(error: unknown, address: GitUrl): unknown {
  if (!(error instanceof GitFailure)) {
    const missing = (error as { code?: string; syscall?: string }).code === 'ENOENT';
    return missing
      ? new CoveError('unavailable', 'The program git is missing on the server. Install git.', {
          cause: error,
        })
      : error;
  }
  return new CoveError('upstream', gitComplaint(error, address), { cause: error });
}
