/**
 * Machine images, by exact version: Azure keeps an image for years after it was published, and one that floats would
 * exchange machines by itself. Pure. Source: `az vm image list --all`.
 */
export interface Published {
  publisher: string;
  offer: string;
  sku: string;
  /** Such as `24.04.202510010`: never `latest`. */
  version: string;
  /** Whether what runs at its start is signed. */
  secureBoot: boolean;
}

/** Published by Canonical: Ubuntu 24.04, supported until 2029. */
export const UBUNTU: Published = {
  publisher: 'Canonical',
  offer: 'ubuntu-24_04-lts',
  sku: 'server',
  version: '24.04.202509150',
  secureBoot: true,
};
/** Published by Microsoft: Ubuntu 22.04 with Docker, NVIDIA's driver and toolkit. */
export const UBUNTU_GPU: Published = {
  publisher: 'microsoft-dsvm',
  offer: 'ubuntu-hpc',
  sku: '2204',
  version: '22.04.2025061901',
  secureBoot: false,
};

export function imageReference(given: string | undefined, published: Published) {
  if (given !== undefined) return { id: given };
  const { publisher, offer, sku, version } = published;
  return { publisher, offer, sku, version };
}
