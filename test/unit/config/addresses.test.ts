/** What an address is made of, and that it is the one that the fakes, written from each cloud's documents, give. */
import { expect, test } from 'vitest';
import { addressOf } from '../../../config/addresses.ts';

test.each([
  ['gcp:compute/subnetwork:Subnetwork', { name: 'app' }, 'projects/p/regions/europe-west4/subnetworks/app'],
  [
    'gcp:certificatemanager/certificate:Certificate',
    { name: 'cove' },
    'projects/p/locations/global/certificates/cove',
  ],
  [
    'gcp:serviceaccount/account:Account',
    { accountId: 'cove-host' },
    'projects/p/serviceAccounts/cove-host@p.iam.gserviceaccount.com',
  ],
  ['aws:iam/role:Role', { name: 'cove-prod-host' }, 'cove-prod-host'],
  ['aws:budgets/budget:Budget', { name: 'monthly' }, '123456789012:monthly'],
  ['aws:ec2/vpc:Vpc', { tags: { Name: 'cove-prod' } }, undefined],
  ['aws:iam/role:Role', { namePrefix: 'cove-' }, undefined],
])('%s', (type, inputs, address) => {
  const place = { project: 'p', region: 'europe-west4', account: '123456789012' };
  expect(addressOf(type, inputs, place)).toBe(address);
});
