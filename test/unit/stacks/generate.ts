/** Writes what is made of the tables of resources and permissions: `docs/resources.md`, `docs/*-permissions.{json,yaml}`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operatorRoles } from '../../../app/cli/clouds/kubernetes/permissions.ts';
import { NEEDED, operatorPolicy } from '../../../components/aws/permissions/operator.ts';
import { operatorRole } from '../../../components/azure/permissions/operator.ts';
import { operatorRole as gcpRole } from '../../../components/gcp/permissions/operator.ts';
import { resourcesPage } from './resources.ts';

const docs = join(import.meta.dirname, '../../../docs');
writeFileSync(join(docs, 'resources.md'), resourcesPage());
writeFileSync(join(docs, 'aws-permissions.json'), operatorPolicy(Object.keys(NEEDED)));
writeFileSync(join(docs, 'azure-permissions.json'), operatorRole());
writeFileSync(join(docs, 'gcp-permissions.json'), gcpRole());
writeFileSync(join(docs, 'kubernetes-permissions.yaml'), operatorRoles());
