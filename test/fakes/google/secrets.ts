/** Secret Manager v1, as far as Cove asks it: versions that are listed, read and added. */
import { type Handler, Refused } from './server.ts';

export interface GoogleSecrets {
  handler: Handler;
  /** `projects/<project>/secrets/<name>`; without a text it has no version yet. */
  make(name: string, text?: string): { secret: string };
  read(secret: string): string;
  write(secret: string, text: string): void;
}

/** `readers`: the accounts that may read and write; nobody else sees anything. */
export function googleSecrets(projectId: string, readers: string[]): GoogleSecrets {
  const versions = new Map<string, string[]>();
  const of = (secret: string) => {
    const found = versions.get(secret);
    if (found === undefined) throw new Refused(404, `Secret [${secret}] not found.`);
    return found;
  };
  return {
    make(name, text) {
      const secret = `projects/${projectId}/secrets/${name}`;
      versions.set(secret, text === undefined ? [] : [text]);
      return { secret };
    },
    read: (secret) => of(secret).at(-1)!,
    write: (secret, text) => void of(secret).push(text),
    handler({ method, path, body, as }) {
      if (!readers.includes(as ?? '')) throw new Refused(403, "Permission 'secretmanager.versions' denied.");
      const [, secret = '', rest = ''] = /^\/v1\/(projects\/[^/]+\/secrets\/[^/:]+)(.*)$/.exec(path) ?? [];
      const all = of(secret);
      const name = (number: number) => `${secret}/versions/${number}`;
      if (method === 'POST' && rest === ':addVersion') {
        all.push(Buffer.from(body.payload.data, 'base64').toString());
        return { name: name(all.length) };
      }
      if (rest === '/versions')
        return { versions: all.map((_, index) => ({ name: name(index + 1), state: 'ENABLED' })).reverse() };
      const [, asked, access] = /^\/versions\/(\d+|latest)(:access)?$/.exec(rest) ?? [];
      const number = asked === 'latest' ? all.length : Number(asked);
      const text = all[number - 1];
      if (text === undefined) return undefined;
      const told = { name: name(number), state: 'ENABLED' };
      return access === undefined
        ? told
        : { name: told.name, payload: { data: Buffer.from(text).toString('base64') } };
    },
  };
}
