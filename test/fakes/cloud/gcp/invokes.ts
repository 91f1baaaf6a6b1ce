/** Data sources of Google Cloud. */
import type { Invokes } from '../invokes.ts';
import { text } from '../values.ts';

export const gcpInvokes: Invokes = {
  'gcp:organizations/getProject:getProject': ({ projectId }) => ({
    id: `projects/${text(projectId)}`,
    projectId,
    name: projectId,
    number: '123456789012',
    billingAccount: '012345-6789AB-CDEF01',
    orgId: '1',
    folderId: '',
    labels: {},
    effectiveLabels: {},
    pulumiLabels: {},
    autoCreateNetwork: false,
    deletionPolicy: 'PREVENT',
  }),
  'gcp:compute/getImage:getImage': ({ project, family }) => {
    const name = `${text(family)}-v20251101`;
    return {
      id: `projects/${text(project)}/global/images/${name}`,
      name,
      family,
      project,
      selfLink: `https://www.googleapis.com/compute/v1/projects/${text(project)}/global/images/${name}`,
    };
  },
};
