/** Azure's built-in roles by their ids, which are the same in every tenant (Azure RBAC: built-in roles). */
interface Role {
  name: string;
  /** It means everything, or nearly. */
  everything?: true;
  /** Who has it can read secrets or use keys. */
  secrets?: true;
  /** Who has it can hand identities to machines. */
  assigns?: true;
}
export const AZURE_ROLES: Record<string, Role> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': { name: 'Owner', everything: true, secrets: true, assigns: true },
  'b24988ac-6180-42a0-ab88-20f7382dd24c': {
    name: 'Contributor',
    everything: true,
    secrets: true,
    assigns: true,
  },
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': { name: 'User Access Administrator', everything: true },
  '4633458b-17de-408a-b874-0445c86b69e6': { name: 'Key Vault Secrets User', secrets: true },
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': { name: 'Key Vault Secrets Officer', secrets: true },
  '00482a5a-887f-4fb3-b363-3b7fe8e74483': { name: 'Key Vault Administrator', secrets: true },
  '14b46e9e-c2b7-41b4-b07b-48a6ebf60603': { name: 'Key Vault Crypto Officer', secrets: true },
  '12338af0-0e69-4776-bea7-57ae8d297424': { name: 'Key Vault Crypto User', secrets: true },
  'f1a07417-d97a-45cb-824c-7a7467783830': { name: 'Managed Identity Operator', assigns: true },
};

/** `/subscriptions/…/roleDefinitions/<id>` → `<id>`. */
export const azureRoleId = (definition: unknown): string =>
  String(definition ?? '')
    .split('/')
    .at(-1)
    ?.toLowerCase() ?? '';
