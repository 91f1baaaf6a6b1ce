/** AWS: load balancers and certificates. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { type FakeCloud, Refused } from '../cloud.ts';
import { text, texts } from '../values.ts';
import { arn } from './ids.ts';
import { refuseOneZone } from './network.ts';

const CERTIFICATE = 'aws:acm/certificate:Certificate';
const VALIDATION = 'aws:acm/certificateValidation:CertificateValidation';
const RECORD = 'aws:route53/record:Record';

const validationRecord = (name: string) => ({
  domainName: name,
  resourceRecordName: `_validation.${name}.`,
  resourceRecordType: 'CNAME',
  resourceRecordValue: '_token.acm-validations.aws.',
});

/** A certificate's records that are nowhere; those of names whose DNS lies elsewhere count as there (`cloud.elsewhere`). */
function missingRecords(certificateArn: string, cloud: FakeCloud): string[] {
  const certificate = cloud.find(CERTIFICATE, certificateArn);
  const names = [certificate?.inputs.domainName, ...texts(certificate?.inputs.subjectAlternativeNames)];
  const there = new Set(cloud.all(RECORD).map(({ inputs }) => text(inputs.name).replace(/\.$/, '')));
  return names
    .map((name) => `_validation.${text(name)}`)
    .filter((name) => !there.has(name) && !cloud.elsewhere.has(name));
}

/** A listener takes a certificate only once it is valid; one that no program here made counts as valid. */
function refuseInvalid(inputs: Properties, cloud: FakeCloud): void {
  const { certificateArn, protocol } = inputs;
  if (protocol === 'HTTPS' && certificateArn === undefined)
    throw new Refused('ValidationError: A certificate must be specified for HTTPS listeners');
  if (certificateArn === undefined || cloud.find(CERTIFICATE, text(certificateArn)) === undefined) return;
  if (missingRecords(text(certificateArn), cloud).length > 0)
    throw new Refused(`UnsupportedCertificate: ${text(certificateArn)} is pending validation`);
}

const numbered = (kind: string): Behaviour => ({
  id: (inputs, cloud) => arn(cloud, 'elasticloadbalancing', `${kind}/${text(inputs.name)}/${cloud.hex(16)}`),
  outputs: (_inputs, id) => ({
    arn: id,
    arnSuffix: id
      .split(':')
      .at(-1)
      ?.replace(/^loadbalancer\//, ''),
  }),
  unique: ({ name }) => text(name),
  longestName: 32,
});

export const trafficBehaviours: Record<string, Behaviour> = {
  [CERTIFICATE]: {
    id: (_inputs, cloud) => arn(cloud, 'acm', `certificate/00000000-0000-4000-8000-${cloud.hex(12)}`),
    outputs: (inputs, id) => ({
      arn: id,
      status: 'PENDING_VALIDATION',
      domainValidationOptions: [text(inputs.domainName), ...texts(inputs.subjectAlternativeNames)].map(
        validationRecord,
      ),
    }),
  },
  [VALIDATION]: {
    immutable: true,
    id: ({ certificateArn }) => `validation of ${text(certificateArn)}`,
    refuseCreate({ certificateArn }, cloud) {
      const missing = missingRecords(text(certificateArn), cloud);
      if (missing.length > 0)
        throw new Refused(
          `timeout while waiting for state to become 'ISSUED': no record ${missing.join(', ')}`,
        );
    },
    mayGoWhileUsed: true,
  },
  'aws:lb/loadBalancer:LoadBalancer': {
    ...numbered('loadbalancer/app'),
    outputs: (inputs, id, { region }) => ({
      ...numbered('').outputs?.(inputs, id, undefined as never),
      dnsName: `${text(inputs.name)}.${region}.elb.amazonaws.com`,
      zoneId: 'Z23TAZ6LKFMNIO',
    }),
    refuseCreate({ subnets, subnetMappings }, cloud) {
      if (subnetMappings === undefined) refuseOneZone(subnets, cloud);
    },
    refuseDelete({ id, inputs }) {
      if (inputs.enableDeletionProtection === true)
        throw new Refused(
          `OperationNotPermitted: ${id} cannot be deleted because deletion protection is enabled`,
        );
    },
  },
  'aws:lb/targetGroup:TargetGroup': numbered('targetgroup'),
  'aws:lb/listener:Listener': {
    id: (inputs, cloud) =>
      `${text(inputs.loadBalancerArn).replace(':loadbalancer/', ':listener/')}/${cloud.hex(16)}`,
    outputs: (_inputs, id) => ({ arn: id }),
    unique: ({ loadBalancerArn, port }) => `${text(loadBalancerArn)} ${text(port)}`,
    refuseCreate: refuseInvalid,
    refuseUpdate: (inputs, _resource, cloud) => refuseInvalid(inputs, cloud),
  },
  'aws:lb/listenerRule:ListenerRule': {
    id: (inputs, cloud) =>
      `${text(inputs.listenerArn).replace(':listener/', ':listener-rule/')}/${cloud.hex(16)}`,
    outputs: (_inputs, id) => ({ arn: id }),
  },
};
