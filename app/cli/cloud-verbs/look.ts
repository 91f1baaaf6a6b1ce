/** `cove status`, `doctor` and `logs` of an installation in a cloud, without SSH. */
import { type CloudConfig, isWorkerStack, type WorkersConfig } from '../../../config/schema.ts';
import { describe, type Finding, fail, ok } from '../checks/finding.ts';
import { askHealth, judgeHealth } from '../checks/reach.ts';
import type { Cloud } from '../clouds/cloud.ts';
import { hostOf, noHost } from '../clouds/host.ts';
import { cloudOf } from '../clouds/index.ts';
import { CliError, EXIT, explain } from '../errors.ts';
import { type CloudInstallation, version, type WorkerStack } from '../installation.ts';
import type { Io } from '../io.ts';
import { readable } from '../log-file.ts';
import { readProof } from '../proving/proof.ts';
import { table } from '../table.ts';
import { addressOf, asAdministrator, isWell, whyOf } from './reach.ts';

/** Units of the application host, in the order of their start (components/boot). */
export const SERVICES = ['databases', 'vault', 'bootstrap', 'api', 'scheduler'];
interface Environment {
  slug: string;
  name: string;
  enabled: boolean;
}

export async function statusCloud(io: Io, installation: CloudInstallation): Promise<number | undefined> {
  const { name, url, places } = installation;
  const reached = await askHealth(addressOf(installation));
  const proof = readProof(places.proof);
  const well = isWell(reached);
  const environments = well
    ? await asAdministrator(installation, async (api) => {
        const { results } = await api.get<{ results: Environment[] }>('/api/v0/environments/?limit=500');
        return results;
      })
    : [];
  const parts = reached.health?.parts ?? {};
  io.result({ name, url, well, parts, environments, proof }, () => {
    for (const line of table(
      Object.entries(parts).map(([part, { ok, error }]) => [part, ok ? 'ok' : 'failing', error ?? '']),
    ))
      io.say(line);
    for (const { slug, name: title } of environments) io.say(`environment ${slug}: ${title}`);
    io.say(`web         ${url}${well ? '' : ` (${whyOf(reached)})`}`);
    if (proof !== null) io.say(`proven by   ${proof.url}`);
    if (!well) io.say('`npx cove doctor` looks at its host and tells how to mend it.');
  });
  return well ? undefined : EXIT.failed;
}

export async function doctorCloud(io: Io, installation: CloudInstallation): Promise<number | undefined> {
  const { name, config } = installation;
  const cloud = await cloudOf(config);
  const address = addressOf(installation);
  const [account, reached] = await Promise.all([cloud.preflight(name, config), askHealth(address)]);
  const findings: Finding[] = [...account, ...judgeHealth(address, reached)];
  // A host that answers tells all through the API.
  if (reached.health === null && account.every(({ check, level }) => check !== 'login' || level === 'ok'))
    findings.push(...(await lookAtHosts(installation)));
  return tellFindings(io, name, findings);
}

export function tellFindings(io: Io, name: string, findings: Finding[]): number | undefined {
  const failed = findings.filter(({ level }) => level === 'fail').length;
  const checks = findings.map((finding) => ({ ...finding, ok: finding.level === 'ok' }));
  io.result({ installation: name, version: version(), checks }, () => {
    for (const finding of findings) io.say(describe(finding));
    io.say(failed === 0 ? 'Nothing to mend.' : `${failed} to mend.`);
  });
  return failed === 0 ? undefined : EXIT.failed;
}

/** Where there is no host there are pods. */
export async function lookAtHosts(stack: CloudInstallation | WorkerStack): Promise<Finding[]> {
  const { name, config } = stack;
  const cloud = await cloudOf(config);
  if (cloud.lookAtHost === undefined) return [await lookAtHost(stack)];
  return cloud.lookAtHost(name, config, servicesOf(cloud, config));
}
function servicesOf(cloud: Cloud<CloudConfig, WorkersConfig>, config: CloudConfig | WorkersConfig): string[] {
  if (isWorkerStack(config)) return [hostOf(config)];
  const own = SERVICES.filter((service) => service !== 'vault' || config.vault.kind === 'own');
  return [...(cloud.moreServices?.(config) ?? []), ...own];
}

async function lookAtHost({ name, config }: CloudInstallation | WorkerStack): Promise<Finding> {
  const cloud = await cloudOf(config);
  const units = servicesOf(cloud, config).map((service) => `cove-${service}`);
  try {
    const answer = await cloud.runOnHost(name, config, `systemctl is-active ${units.join(' ')} || true`);
    const states = answer.trim().split('\n');
    const down = units.filter((_, index) => !['active', 'inactive'].includes(states[index] ?? ''));
    if (down.length === 0)
      return ok(
        'host',
        'every unit runs; look at the way between it and those who ask: network, DNS, load balancer',
      );
    const [first = ''] = down;
    const todo = `\`npx cove logs ${first.replace('cove-', '')}\` tells why.`;
    return fail('host', `${down.join(', ')} do not run`, 'every unit active', todo);
  } catch (error) {
    const { message } = explain(error);
    return fail(
      'host',
      message,
      'an answer of the host',
      '`npx cove logs boot` shows what it wrote while it booted.',
    );
  }
}

export async function logsCloud(
  io: Io,
  { name, config }: CloudInstallation | WorkerStack,
  service: string | undefined,
  count: number,
): Promise<undefined> {
  const cloud = await cloudOf(config);
  const services = ['boot', ...servicesOf(cloud, config)];
  if (service === undefined) {
    io.result({ services }, () => {
      for (const one of services) io.say(one);
    });
    return undefined;
  }
  if (!services.includes(service)) {
    throw new CliError(`There is no log of a service "${service}".`, {
      exitCode: EXIT.usage,
      todo: `There is: ${services.join(', ')}.`,
    });
  }
  const text =
    service === 'boot'
      ? await cloud.bootLog(name, config)
      : cloud.serviceLog !== undefined
        ? await cloud.serviceLog(name, config, service, count)
        : await cloud.runOnHost(name, config, `journalctl -u cove-${service} -n ${count} --no-pager -o cat`);
  if (text === null) throw noHost(name, config);
  const lines = text.trimEnd().split('\n').slice(-count);
  io.result({ service, lines }, () => {
    for (const line of lines) io.say(readable(line));
  });
  return undefined;
}
