/** CMP: machines and what they start with. */
import { machineSize } from '../config/checks/gcp-sizes.ts';
import { all, each, forKinds, type Policy, policy, untilUnknown, whole } from './policy.ts';
import { list, no, ofKind, type Props, type Resource, yes } from './resource.ts';
import { floatingImages, unsafeBoot } from './resources/images.ts';
import { secretsIn } from './resources/secrets.ts';
import { START_KINDS, startsWith } from './resources/text.ts';

/** The application's containers use the host's role, and so do jobs of an environment that was given an account. */
function* metadata({ props, part, uses }: Resource): Iterable<string> {
  const { httpTokens, httpPutResponseHopLimit = 1, httpEndpoint } = props.metadataOptions ?? {};
  if (httpEndpoint === 'disabled') return;
  if (httpTokens !== 'required') yield `metadataOptions.httpTokens is ${httpTokens ?? 'not set'}`;
  const account = uses.iamInstanceProfile !== undefined || props.iamInstanceProfile !== undefined;
  const most = part === 'workers' && !account ? 1 : 2;
  if (httpPutResponseHopLimit > most)
    yield `metadata can be asked from ${httpPutResponseHopLimit} hops away, ${most} may`;
}

const imds = policy({
  id: 'CMP-01',
  severity: 'high',
  needed:
    'the metadata service asks for a token (IMDSv2), and jobs cannot reach it: hop limit 1 on workers without an account',
  why: 'A job that reaches the metadata service has the machine’s credentials.',
  todo: 'set metadataOptions: httpTokens required, httpPutResponseHopLimit 1',
  on: 'M----',
  seeAlso: ['CKV_AWS_79', 'CKV_AWS_341'],
  check: each(forKinds(['aws.ec2.LaunchTemplate', 'aws.ec2.Instance'], metadata)),
});

/** Resources whose result is a secret, and what of it. */
const GENERATORS: Record<string, string[]> = {
  'random.RandomPassword': ['result'],
  'random.RandomBytes': ['base64', 'hex'],
  'tls.PrivateKey': ['privateKeyPem', 'privateKeyOpenssh', 'privateKeyPemPkcs8'],
};
const STARTS = [
  'userData',
  'userDataBase64',
  'metadata',
  'metadataStartupScript',
  'osProfile',
  'virtualMachineProfile',
  'environment',
];

const plainSecrets = policy({
  id: 'CMP-02',
  severity: 'high',
  needed: 'no secret in user data, metadata, plain environment or stack outputs',
  why: 'All of these can be read by everybody who may describe a machine, and by every job on it.',
  todo: 'put the secret into the secret store and let the machine fetch it with its own identity',
  on: 'MMMMM',
  scope: 'stack',
  seeAlso: ['CKV_AWS_46', 'CKV_AZURE_45', 'CKV_K8S_35'],
  check: all(
    each(
      forKinds(START_KINDS, function* (resource) {
        for (const { where, text } of startsWith(resource)) {
          for (const what of secretsIn(text)) yield `${where} holds ${what}`;
        }
      }),
    ),
    whole(function* ({ resources }) {
      const generators = ofKind(resources, ...Object.keys(GENERATORS));
      for (const resource of resources) {
        for (const property of STARTS) {
          const used = resource.uses[property]?.find(({ kind }) => kind in GENERATORS);
          if (used !== undefined && START_KINDS.includes(resource.kind))
            yield { resource, found: `${property} is made of ${used.kind} ${used.name}` };
        }
      }
      const values = generators.flatMap((one) =>
        [
          ...untilUnknown(() => (GENERATORS[one.kind] ?? []).map((name) => String(one.props[name] ?? ''))),
        ].map((value) => ({ one, value })),
      );
      for (const resource of ofKind(resources, 'pulumi.Stack', ...START_KINDS)) {
        const text = [
          ...untilUnknown(() => [
            JSON.stringify(resource.props),
            ...startsWith(resource).map((start) => start.text),
          ]),
        ].join('\n');
        const leaked = values.find(({ value }) => value.length >= 16 && text.includes(value));
        if (leaked !== undefined) yield { resource, found: `it holds the value of ${leaked.one.name}` };
      }
    }),
  ),
});

const GCP_MACHINES = [
  'gcp.compute.Instance',
  'gcp.compute.InstanceTemplate',
  'gcp.compute.RegionInstanceTemplate',
];
const DEFAULT_ACCOUNT = /-compute@developer\.gserviceaccount\.com$/;
function* gcpMachine({ props, uses }: Resource): Iterable<string> {
  const {
    enableVtpm = true,
    enableIntegrityMonitoring = true,
    enableSecureBoot,
  } = props.shieldedInstanceConfig ?? {};
  // Drivers of GPUs are signed by nobody that Secure Boot knows.
  const gpus = list(props.guestAccelerators).length + (machineSize(String(props.machineType))?.gpus ?? 0);
  if (!yes(enableSecureBoot) && gpus === 0) yield 'enableSecureBoot is not true';
  if (no(enableVtpm) || no(enableIntegrityMonitoring)) yield 'vTPM or integrity monitoring is off';
  if (String(props.metadata?.['enable-oslogin']).toLowerCase() !== 'true') yield 'OS Login is not on';
  if (uses.serviceAccount === undefined && props.serviceAccount === undefined)
    yield 'no service account is named, so it gets the default one';
  else if (DEFAULT_ACCOUNT.test(String(props.serviceAccount?.email ?? '')))
    yield 'it acts as the default service account';
}
function* azureMachine(profile: Props): Iterable<string> {
  const { securityType, uefiSettings } = profile?.securityProfile ?? {};
  if (!['TrustedLaunch', 'ConfidentialVM'].includes(securityType))
    yield `securityType is ${securityType ?? 'not set'}`;
  else if (!yes(uefiSettings?.vTpmEnabled)) yield 'vTpmEnabled is not true';
  const linux = profile?.osProfile?.linuxConfiguration;
  if (linux !== undefined && !yes(linux.disablePasswordAuthentication))
    yield 'people can log in with a password';
}

const trustedStart = policy({
  id: 'CMP-03',
  severity: 'medium',
  needed:
    'a trusted start (Shielded VM, Trusted Launch), OS Login, an account of its own and no login by password',
  why: 'What starts before the system decides what the system is; and a default account may edit the whole project.',
  todo: 'set shieldedInstanceConfig, enable-oslogin and serviceAccount, or securityProfile and disablePasswordAuthentication',
  on: '-MM--',
  seeAlso: [
    'CKV_GCP_30',
    'CKV_GCP_32',
    'CKV_GCP_34',
    'CKV_GCP_38',
    'CKV_GCP_39',
    'CKV_AZURE_1',
    'CKV_AZURE_149',
  ],
  check: each({
    ...forKinds(GCP_MACHINES, gcpMachine),
    'azure-native.compute.VirtualMachine': ({ props }) => azureMachine(props),
    'azure-native.compute.VirtualMachineScaleSet': ({ props }) => azureMachine(props.virtualMachineProfile),
  }),
});

const pinned = policy({
  id: 'CMP-04',
  severity: 'high',
  needed:
    'container images by digest (in dev an exact tag is enough), machine images that do not float, and boot scripts that run nothing straight from the network',
  why: 'What is named by a moving name is another program tomorrow, on one machine of two, and nobody has seen it.',
  todo: 'name image@sha256:…, an image’s id or version, and install from the distribution’s signed packages',
  on: 'MMMMM',
  seeAlso: ['CKV_K8S_14', 'CKV_K8S_43'],
  check: all(each(floatingImages), each(forKinds(START_KINDS, unsafeBoot))),
});

export const compute: Policy[] = [imds, plainSecrets, trustedStart, pinned];
