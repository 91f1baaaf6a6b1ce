/** Every kind of resource of our own. */
import type { Kinds } from '../kind.ts';
import { acmeCertificate } from './acme-certificate.ts';
import { acmeDnsCertificate } from './acme-dns-certificate.ts';
import { acmeOrder } from './acme-order.ts';
import { azureImage } from './azure-image.ts';
import { certificate } from './certificate.ts';
import { certificateAuthority } from './certificate-authority.ts';
import { file } from './file.ts';
import { folder } from './folder.ts';
import { gitRepository } from './git-repository.ts';
import { ports } from './ports.ts';
import { postgresCluster } from './postgres-cluster.ts';
import { program } from './program.ts';
import { registryImage } from './registry-image.ts';
import { secretFile } from './secret-file.ts';
import { service } from './service.ts';
import { supervisor } from './supervisor.ts';
import { workerStack } from './worker-stack.ts';

export const kinds: Kinds = {
  'cove:acme:Certificate': acmeDnsCertificate,
  'cove:acme:Order': acmeOrder,
  'cove:azure:MachineImage': azureImage,
  'cove:image:RegistryImage': registryImage,
  'cove:local:AcmeCertificate': acmeCertificate,
  'cove:local:Certificate': certificate,
  'cove:local:CertificateAuthority': certificateAuthority,
  'cove:local:File': file,
  'cove:local:Folder': folder,
  'cove:local:GitRepository': gitRepository,
  'cove:local:Ports': ports,
  'cove:local:PostgresCluster': postgresCluster,
  'cove:local:Program': program,
  'cove:local:SecretFile': secretFile,
  'cove:local:Service': service,
  'cove:local:Supervisor': supervisor,
  'cove:workers:WorkerStack': workerStack,
};
