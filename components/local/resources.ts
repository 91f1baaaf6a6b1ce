/** Thin classes for the kinds of our own provider: what the program registers and what it may refer to. */
import * as pulumi from '@pulumi/pulumi';
import type { Named } from '../contract.ts';
import type { AcmeCertificateInputs } from '../provider/kinds/acme-certificate.ts';
import type { CertificateInputs } from '../provider/kinds/certificate.ts';
import type { CertificateAuthorityInputs } from '../provider/kinds/certificate-authority.ts';
import type { FileInputs } from '../provider/kinds/file.ts';
import type { FolderInputs } from '../provider/kinds/folder.ts';
import type { GitRepositoryInputs } from '../provider/kinds/git-repository.ts';
import type { PortsInputs } from '../provider/kinds/ports.ts';
import type { PostgresClusterInputs } from '../provider/kinds/postgres-cluster.ts';
import type { ProgramInputs } from '../provider/kinds/program.ts';
import type { SecretFileInputs } from '../provider/kinds/secret-file.ts';
import type { ServiceInputs } from '../provider/kinds/service.ts';
import type { SupervisorInputs } from '../provider/kinds/supervisor.ts';

type Options = pulumi.CustomResourceOptions;
/** Names that the engine fills in once the resource is there. */
const later = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined]));

export class Folder extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  constructor(name: string, args: Named<FolderInputs>, options?: Options) {
    super('cove:local:Folder', name, args, options);
  }
}

export class SecretFile extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  declare readonly made: pulumi.Output<string>;
  constructor(name: string, args: Named<SecretFileInputs>, options?: Options) {
    super('cove:local:SecretFile', name, { ...args, ...later('made') }, options);
  }
}

export class Ports extends pulumi.CustomResource {
  declare readonly ports: pulumi.Output<Record<string, number>>;
  constructor(name: string, args: Named<PortsInputs>, options?: Options) {
    super('cove:local:Ports', name, { ...args, ...later('ports') }, options);
  }
}

export class File extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  declare readonly sha256: pulumi.Output<string>;
  declare readonly written: pulumi.Output<string>;
  constructor(
    name: string,
    args: Pick<Named<FileInputs>, 'path' | 'content'> & Partial<Named<FileInputs>>,
    options?: Options,
  ) {
    super(
      'cove:local:File',
      name,
      { seed: false, triggers: [], ...args, ...later('sha256', 'written') },
      options,
    );
  }
}

export class CertificateAuthority extends pulumi.CustomResource {
  declare readonly certificateFile: pulumi.Output<string>;
  declare readonly keyFile: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;
  constructor(name: string, args: Named<CertificateAuthorityInputs>, options?: Options) {
    super('cove:local:CertificateAuthority', name, { ...args, ...later('fingerprint', 'notAfter') }, options);
  }
}

export class Certificate extends pulumi.CustomResource {
  declare readonly certificateFile: pulumi.Output<string>;
  declare readonly keyFile: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;
  constructor(name: string, args: Named<CertificateInputs>, options?: Options) {
    super('cove:local:Certificate', name, { ...args, ...later('fingerprint', 'notAfter') }, options);
  }
}

export class AcmeCertificate extends pulumi.CustomResource {
  declare readonly certificateFile: pulumi.Output<string>;
  declare readonly keyFile: pulumi.Output<string>;
  declare readonly fingerprint: pulumi.Output<string>;
  constructor(name: string, args: Named<AcmeCertificateInputs>, options?: Options) {
    super('cove:local:AcmeCertificate', name, { ...args, ...later('fingerprint', 'notAfter') }, options);
  }
}

export class PostgresCluster extends pulumi.CustomResource {
  declare readonly folder: pulumi.Output<string>;
  declare readonly made: pulumi.Output<string>;
  constructor(name: string, args: Named<PostgresClusterInputs>, options?: Options) {
    super('cove:local:PostgresCluster', name, { ...args, ...later('version', 'made') }, options);
  }
}

export class Supervisor extends pulumi.CustomResource {
  constructor(name: string, args: Named<SupervisorInputs>, options?: Options) {
    super('cove:local:Supervisor', name, { ...args, ...later('manager') }, options);
  }
}

export class Service extends pulumi.CustomResource {
  constructor(name: string, args: Named<ServiceInputs>, options?: Options) {
    super('cove:local:Service', name, args, options);
  }
}

export class Program extends pulumi.CustomResource {
  constructor(name: string, args: Named<ProgramInputs>, options?: Options) {
    super('cove:local:Program', name, { ...args, ...later('finished') }, options);
  }
}

export class GitRepository extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;
  declare readonly commit: pulumi.Output<string>;
  constructor(name: string, args: Named<GitRepositoryInputs>, options?: Options) {
    super('cove:local:GitRepository', name, { ...args, ...later('commit') }, options);
  }
}
