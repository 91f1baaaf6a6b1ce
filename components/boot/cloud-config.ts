/** A cloud-init document, and the parts of one that both kinds of hosts have. Pure. */
import type { MachineBoot, RegistryLogin } from './contract.ts';
import { AZURE_HELPER, GOOGLE_HELPER } from './registry-helpers.ts';

/**
 * What the clouds take: Google 256 KB, Azure 64 KB in base64, so a little less than this many bytes. AWS takes less, and
 * compressed (`components/aws/user-data.ts`).
 */
export const LIMIT_BYTES = 48_000;
/** The user in the images. */
export const USER = '10001';
/** Where the authorities lie that are trusted besides the public ones. */
export const AUTHORITIES = '/etc/cove/authorities.pem';

/**
 * The machine itself trusts them too. Not by cloud-init's `ca_certs`: it does nothing on Amazon Linux, and would need them
 * a second time in a document that is short of room. A file holds one certificate, else OpenSSL does not find it.
 */
const TRUST = `at=/usr/local/share/ca-certificates update=update-ca-certificates
command -v $update || { at=/etc/pki/ca-trust/source/anchors update=update-ca-trust; }
awk -v at=$at '/BEGIN CERT/ {n++} n {print >(at "/cove-" n ".crt")}' ${AUTHORITIES} && $update`;

export interface WrittenFile {
  path: string;
  content: string;
  /** @default '0644' */
  permissions?: string;
}
export interface CloudConfig {
  files: WrittenFile[];
  packages: string[];
  /** Run once, when all else is there; each an argument vector. */
  commands: string[][];
}

/** Throws where a cloud would refuse it for its size. */
export function render(machine: MachineBoot, { files, packages, commands }: CloudConfig): string {
  const { certificateAuthorities = [], proxy, mounts = [] } = machine;
  const apt = proxy && { http_proxy: proxy.http, https_proxy: proxy.https ?? proxy.http };
  const config = {
    ...(packages.length > 0 && machine.installPackages && { package_update: true, packages }),
    ...(apt && { apt }),
    ...(mounts.length > 0 && {
      mounts: mounts.map(({ source, target, options }) => [
        source,
        target,
        'nfs4',
        options ?? '_netdev,nofail,noresvport',
        '0',
        '0',
      ]),
    }),
    write_files: files,
    runcmd: certificateAuthorities.length > 0 ? [['sh', '-c', TRUST], ...commands] : commands,
  };
  // JSON is YAML, and needs no quoting rules of its own.
  const text = `#cloud-config\n${JSON.stringify(config)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes <= LIMIT_BYTES) return text;
  throw new Error(
    `The first-boot document has ${bytes} bytes, and clouds take ${LIMIT_BYTES}: give fewer or shorter certificate authorities`,
  );
}

/** Authorities and proxy for this machine's Docker, and its login to the registry. */
export function dockerFiles(machine: MachineBoot, registry: RegistryLogin): WrittenFile[] {
  const { proxy, certificateAuthorities = [] } = machine;
  const files: WrittenFile[] = [];
  if (certificateAuthorities.length > 0)
    files.push({ path: AUTHORITIES, content: certificateAuthorities.join('\n') });
  if (proxy) {
    const lines = [
      ['HTTP_PROXY', proxy.http],
      ['HTTPS_PROXY', proxy.https ?? proxy.http],
      ['NO_PROXY', proxy.noProxy.join(',')],
    ].flatMap(([name, value]) => (value ? [`Environment="${name}=${value}"`] : []));
    const content = `[Service]\n${lines.join('\n')}\n`;
    files.push({ path: '/etc/systemd/system/docker.service.d/proxy.conf', content });
  }
  if (registry.kind === 'none') return files;
  const helper = registry.kind === 'aws' ? 'ecr-login' : 'cove';
  const content = JSON.stringify({ credHelpers: { [registry.host]: helper } });
  files.push({ path: '/etc/cove/docker/config.json', content });
  const program = { gcp: GOOGLE_HELPER, azure: AZURE_HELPER, aws: undefined }[registry.kind];
  if (program !== undefined) {
    const clientId = registry.kind === 'azure' ? (registry.clientId ?? '') : '';
    files.push({
      path: '/usr/local/bin/docker-credential-cove',
      content: program.replaceAll('CLIENT_ID', clientId),
      permissions: '0755',
    });
  }
  return files;
}

/** Ubuntu's and Debian's names. */
export function packagesFor(registry: RegistryLogin): string[] {
  return ['docker.io', ...(registry.kind === 'aws' ? ['amazon-ecr-credential-helper'] : [])];
}

/** What a process of ours is told of authorities and proxy. */
export function outbound({ certificateAuthorities = [], proxy }: MachineBoot) {
  const url = proxy?.https ?? proxy?.http;
  return {
    ...(certificateAuthorities.length > 0 && { certificateAuthorityFiles: [AUTHORITIES] }),
    ...(proxy && url && { proxy: { url, noProxy: proxy.noProxy } }),
  };
}
