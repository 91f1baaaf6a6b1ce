/** Tags (labels) on everything that is made: policies, bills and the application's rights go by them. Pure. */

/** `valohai=1` is Valohai's own contract. What the operator adds never hides ours. */
export const tagsOf = (installation: string, own: Record<string, string> = {}): Record<string, string> => ({
  ...own,
  installation,
  'managed-by': 'cove',
  valohai: '1',
});
