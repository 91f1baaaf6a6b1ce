/** Texts that hold settings or programs: user data, ConfigMaps, files. Pure. */
import { gunzipSync } from 'node:zlib';
import { list, type Props, type Resource } from '../resource.ts';

/** What the JSON says; undefined where it is none. */
export function parseJson(text: unknown): Props {
  if (typeof text !== 'string') return typeof text === 'object' ? text : undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Base64 that decodes to readable text is read as that text. */
export function plainText(text: unknown): string {
  if (typeof text !== 'string') return '';
  if (text.length < 16 || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text)) return text;
  const decoded = unpacked(Buffer.from(text, 'base64')).toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

/** A long first-boot document is compressed. */
function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

/** Text that a machine or a container is given at start, and that whoever can describe it can read. */
export interface Start {
  where: string;
  text: string;
}

const record = (where: string, value: Props): Start[] =>
  Object.entries(value ?? {}).map(([key, text]) => ({ where: `${where} ${key}`, text: plainText(text) }));

const containers = (spec: Props): Props[] => [...list(spec?.initContainers), ...list(spec?.containers)];
/** A Kubernetes workload's pod. */
export const podSpec = ({ kind, props }: Resource): Props => {
  if (kind === 'kubernetes.Pod') return props.spec;
  if (kind === 'kubernetes.CronJob') return props.spec?.jobTemplate?.spec?.template?.spec;
  return props.spec?.template?.spec;
};
export const WORKLOADS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Pod',
  'ReplicaSet',
].map((name) => `kubernetes.${name}`);
export const podContainers = (resource: Resource): Props[] => containers(podSpec(resource));

const userData = ({ userData: text, userDataBase64 }: Props): Start[] =>
  [text, userDataBase64]
    .filter((given) => given !== undefined && given !== null)
    .map((given) => ({ where: 'user data', text: plainText(given) }));
const gcp = ({ metadata, metadataStartupScript }: Props): Start[] => [
  ...record('metadata', metadata),
  ...(metadataStartupScript ? [{ where: 'startup script', text: plainText(metadataStartupScript) }] : []),
];
const azure = (profile: Props, user: Props): Start[] =>
  [profile?.customData, user]
    .filter(Boolean)
    .map((text) => ({ where: 'custom data', text: plainText(text) }));
const pods = (resource: Resource): Start[] =>
  podContainers(resource).flatMap((container) => [
    ...list(container.env).flatMap(({ name, value }) =>
      value === undefined ? [] : [{ where: `env ${name}`, text: `${name}=${value}` }],
    ),
    {
      where: `command of ${container.name}`,
      text: [...list(container.command), ...list(container.args)].join(' '),
    },
  ]);

const ADAPTERS: Record<string, (resource: Resource) => Start[]> = {
  'aws.ec2.Instance': ({ props }) => userData(props),
  'aws.ec2.LaunchTemplate': ({ props }) => userData(props),
  'gcp.compute.Instance': ({ props }) => gcp(props),
  'gcp.compute.InstanceTemplate': ({ props }) => gcp(props),
  'gcp.compute.RegionInstanceTemplate': ({ props }) => gcp(props),
  'azure-native.compute.VirtualMachine': ({ props }) => azure(props.osProfile, props.userData),
  'azure-native.compute.VirtualMachineScaleSet': ({ props: { virtualMachineProfile: vm } }) =>
    azure(vm?.osProfile, vm?.userData),
  'kubernetes.ConfigMap': ({ props }) => record('data', props.data),
  ...Object.fromEntries(WORKLOADS.map((kind) => [kind, pods])),
  'cove.File': ({ props }) => [{ where: 'content', text: String(props.content ?? '') }],
  'cove.Service': ({ props }) => [
    { where: 'arguments', text: list(props.args).join(' ') },
    ...Object.entries(props.environment ?? {}).map(([name, value]) => ({
      where: `env ${name}`,
      text: `${name}=${value}`,
    })),
  ],
};
export const START_KINDS = Object.keys(ADAPTERS);
export const startsWith = (resource: Resource): Start[] => ADAPTERS[resource.kind]?.(resource) ?? [];

/** Settings of the platform's services (`app/settings.ts`) anywhere in such texts: `{"role": "api", …}`. */
export function settingsIn(resource: Resource): Props[] {
  return startsWith(resource).flatMap(({ text }) => {
    const whole = parseJson(text);
    const found = whole?.role === undefined ? embedded(text) : [whole];
    return found.filter(({ role }) => typeof role === 'string');
  });
}

/** JSON documents inside a larger text, such as the files that a cloud-init document writes, some in base64. */
function embedded(text: string): Props[] {
  const blocks = [...text.matchAll(/"?content"?:\s*"?([A-Za-z0-9+/]{40,}={0,2})"?/g)].map(([, part]) =>
    parseJson(plainText(part)),
  );
  const lines = text
    .split('\n')
    .map((line) => (line.trim().startsWith('{') ? parseJson(line.trim()) : undefined));
  return [...blocks, ...lines].filter((found) => found?.role !== undefined);
}
