/** A context of the operator's kubeconfig, as kubectl reads it: where the cluster is, and who they are there. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ClusterAddress } from '../../../platform/cluster.ts';
import { needsAPerson } from '../../errors.ts';

const text = z.string().optional();
const Exec = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: text,
});
const Cluster = z.object({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': text,
});
const User = z.object({
  token: text,
  tokenFile: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  exec: Exec.optional(),
});
const named = <K extends string, S extends z.ZodType>(key: K, shape: S) =>
  z.array(z.object({ name: z.string(), [key]: shape } as { name: z.ZodString } & Record<K, S>)).nullish();
const Kubeconfig = z.object({
  contexts: named('context', z.object({ cluster: z.string(), user: z.string() })),
  clusters: named('cluster', Cluster),
  users: named('user', User),
});
type Kubeconfig = z.infer<typeof Kubeconfig>;

/** Files in the order in which kubectl reads them. */
export const kubeconfigFiles = (env = process.env): string[] =>
  (env.KUBECONFIG ?? join(env.HOME ?? homedir(), '.kube', 'config'))
    .split(delimiter)
    .filter((file) => file !== '');

/** Address and login of a context. Throws what the operator can mend. */
export function addressOf(context: string, files = kubeconfigFiles()): ClusterAddress {
  const read = files.filter((file) => existsSync(file)).map(readOne);
  if (read.length === 0)
    throw needsAPerson(
      `There is no kubeconfig: ${files.join(', ')}.`,
      'Log in to the cluster, or set KUBECONFIG.',
    );
  for (const { file, content } of read) {
    const found = content.contexts?.find(({ name }) => name === context)?.context;
    if (found === undefined) continue;
    const of = <T extends { name: string }>(
      pick: (one: Kubeconfig) => T[] | null | undefined,
      name: string,
    ) =>
      read
        .flatMap((one) => (pick(one.content) ?? []).map((entry) => ({ ...entry, file: one.file })))
        .find((entry) => entry.name === name);
    const cluster = of(({ clusters }) => clusters, found.cluster);
    const user = of(({ users }) => users, found.user);
    if (cluster !== undefined && user !== undefined) return address(cluster, user);
    throw needsAPerson(
      `Context ${context} in ${file} names a cluster or a user that is not there.`,
      'Log in to the cluster again.',
    );
  }
  const there = read.flatMap(({ content }) => (content.contexts ?? []).map(({ name }) => name));
  throw needsAPerson(
    `The kubeconfig has no context ${context}; there is: ${there.join(', ') || 'none'}.`,
    'Log in to the cluster, or correct `context`.',
  );
}

function readOne(file: string): { file: string; content: Kubeconfig } {
  const parsed = Kubeconfig.safeParse(parse(readFileSync(file, 'utf8')));
  if (parsed.success) return { file, content: parsed.data };
  throw needsAPerson(
    `${file} is no kubeconfig: ${z.prettifyError(parsed.error)}`,
    'Mend it, or set KUBECONFIG.',
  );
}

function address(
  { cluster, file }: { cluster: z.infer<typeof Cluster>; file: string },
  { user, file: userFile }: { user: z.infer<typeof User>; file: string },
): ClusterAddress {
  const pem = (data: string | undefined, path: string | undefined, beside: string) =>
    data !== undefined
      ? Buffer.from(data, 'base64').toString('utf8')
      : path === undefined
        ? undefined
        : readFileSync(resolve(dirname(beside), path), 'utf8');
  let exec: Promise<z.infer<typeof Credential>> | undefined;
  return {
    server: cluster.server,
    authority: pem(cluster['certificate-authority-data'], cluster['certificate-authority'], file),
    certificate: pem(user['client-certificate-data'], user['client-certificate'], userFile),
    key: pem(user['client-key-data'], user['client-key'], userFile),
    async token() {
      if (user.token !== undefined) return user.token;
      if (user.tokenFile !== undefined) return readFileSync(user.tokenFile, 'utf8').trim();
      if (user.exec === undefined) return undefined;
      exec ??= credentialOf(user.exec);
      return (await exec).status.token;
    },
  };
}

const Credential = z.object({ status: z.object({ token: z.string() }) });

/** Clouds give tokens by a program of theirs: client-go credential plugins. */
async function credentialOf({ apiVersion, command, args, env, installHint }: z.infer<typeof Exec>) {
  const given = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  try {
    const { stdout } = await promisify(execFile)(command, args ?? [], {
      env: { ...process.env, ...given, KUBERNETES_EXEC_INFO: info },
      timeout: 60_000,
    });
    return Credential.parse(JSON.parse(stdout));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw needsAPerson(
      code === 'ENOENT'
        ? `${command}, which logs in to the cluster, is not on PATH.`
        : `${command}, which logs in to the cluster, failed: ${message.split('\n')[0]}`,
      installHint ?? 'Log in to the cloud of the cluster again.',
    );
  }
}
