/** What the application host may do, and nothing else (reference: infrastructure 2.2). Pure. */

/** On entries that it only reads. */
export const READ_SECRET = ['secretmanager.versions.access', 'secretmanager.versions.list'];
/** On those that the bootstrap makes. */
export const WRITE_SECRET = [...READ_SECRET, 'secretmanager.versions.add'];
/** In the project: groups of machines cannot be named in a condition, so the application keeps to its own. */
export const MACHINES = [
  'compute.instanceGroupManagers.get',
  'compute.instanceGroupManagers.update',
  'compute.instances.get',
  'compute.instances.list',
];
/** On machines whose name begins as those of the installation's workers do. */
export const END_MACHINES = ['compute.instances.delete'];

/** On its two buckets; workers get signed addresses made with these rights. */
export const BUCKET_ROLES = ['roles/storage.objectAdmin', 'roles/storage.legacyBucketReader'];

export const onlyWorkersOf = (installation: string): string =>
  `resource.name.extract("/instances/{name}").startsWith("cove-${installation}-worker-")`;
