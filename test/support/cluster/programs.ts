/** What each program of the cluster is told. Pure. */

/** Addresses of pods and of Services. */
export const PODS = '10.244.0.0/16';
export const SERVICES = '10.96.0.0/16';
export const NODE = 'node';

export interface Place {
  /** Of the node. */
  address: string;
  /** Where a file of that name lies. */
  at(name: string): string;
}

export const etcdArgs = ({ at }: Place): string[] => [
  `--data-dir=${at('store')}`,
  '--listen-client-urls=http://127.0.0.1:2379',
  '--advertise-client-urls=http://127.0.0.1:2379',
  '--listen-peer-urls=http://127.0.0.1:2380',
  '--initial-advertise-peer-urls=http://127.0.0.1:2380',
  '--initial-cluster=default=http://127.0.0.1:2380',
  // A test that loses power starts anew.
  '--unsafe-no-fsync',
];

export const apiServerArgs = ({ address, at }: Place): string[] => [
  '--etcd-servers=http://127.0.0.1:2379',
  `--bind-address=${address}`,
  `--advertise-address=${address}`,
  '--secure-port=6443',
  `--cert-dir=${at('certificates')}`,
  `--token-auth-file=${at('tokens.csv')}`,
  '--authorization-mode=RBAC',
  `--service-cluster-ip-range=${SERVICES}`,
  // The ports that a browser asks are a NodePort's here.
  '--service-node-port-range=80-32767',
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  `--service-account-key-file=${at('accounts.pub')}`,
  `--service-account-signing-key-file=${at('accounts.key')}`,
  '--kubelet-preferred-address-types=InternalIP',
  '--allow-privileged=true',
];

export const controllerArgs = ({ at }: Place): string[] => [
  `--kubeconfig=${at('kubeconfig')}`,
  `--service-account-private-key-file=${at('accounts.key')}`,
  `--root-ca-file=${at('certificates/apiserver.crt')}`,
  '--leader-elect=false',
];

export const schedulerArgs = ({ at }: Place): string[] => [
  `--kubeconfig=${at('kubeconfig')}`,
  '--leader-elect=false',
];

export const kubeletArgs = ({ address, at }: Place): string[] => [
  `--config=${at('kubelet.json')}`,
  `--kubeconfig=${at('kubeconfig')}`,
  `--hostname-override=${NODE}`,
  `--node-ip=${address}`,
  `--root-dir=${at('kubelet')}`,
];

/** `cgroup`: where its groups of processes lie. */
export const kubeletConfig = ({ address, at }: Place, cgroup: string): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroup,
  failCgroupV1: false,
  failSwapOn: false,
  containerRuntimeEndpoint: `unix://${at('containerd.sock')}`,
  volumePluginDir: at('plugins'),
  podLogsDir: at('logs'),
  // However full the disk is that the test runs on.
  evictionHard: { 'nodefs.available': '0%', 'imagefs.available': '0%', 'memory.available': '0%' },
  imageGCHighThresholdPercent: 100,
  clusterDNS: [address],
  clusterDomain: 'cluster.local',
  resolvConf: at('resolv.conf'),
});

export const proxyConfig = ({ at }: Place): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  hostnameOverride: NODE,
  clusterCIDR: PODS,
  clientConnection: { kubeconfig: at('kubeconfig') },
  // These are the whole machine's.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
});

/** `registry`: plain HTTP, known to the operator by another address than here. */
export const containerdConfig = ({ at }: Place, pause: string): string => `
version = 2
root = "${at('containerd/root')}"
state = "${at('containerd/state')}"
[grpc]
address = "${at('containerd.sock')}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pause}"
# Where the test itself may not be preferred by the kernel, its containers may not either.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${at('cni')}"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "${at('registries')}"
`;

export const cniConfig = (): object => ({
  cniVersion: '0.4.0',
  name: 'pods',
  // Each pod has a wire of its own to the node, so that all that it says passes the node's rules.
  type: 'ptp',
  ipMasq: true,
  ipam: { type: 'host-local', ranges: [[{ subnet: PODS }]], routes: [{ dst: '0.0.0.0/0' }] },
});

/**
 * What leads the first packet of each way between pods, and out of them, to who enforces NetworkPolicies. Its own rules want
 * parts of nftables that small kernels lack.
 */
export const policyRules = (): string[][] => {
  const first = ['--match', 'conntrack', '--ctstate', 'NEW'];
  const queue = ['--jump', 'NFQUEUE', '--queue-num', '100'];
  return [
    // The kubelet's probes.
    ['--match', 'addrtype', '--src-type', 'LOCAL', '--jump', 'ACCEPT'],
    ['--source', PODS, ...first, ...queue],
    ['--destination', PODS, ...first, ...queue],
  ];
};

/** `names`: of the world outside, as somebody's own DNS would know them. */
export const dnsConfig = ({ at }: Place, names: Record<string, string>): string => `
.:53 {
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${at('kubeconfig')}
  }
  hosts {
${Object.entries(names)
  .map(([name, to]) => `    ${to} ${name}\n`)
  .join('')}    fallthrough
  }
}
`;

export const kubeconfig = (server: string, authority: string, token: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'test',
      cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
    },
  ],
  users: [{ name: 'admin', user: { token } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  'current-context': 'test',
});
