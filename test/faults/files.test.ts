/** Numbered faults of files on their way to the object store. */
import { describe } from 'vitest';
import { playAll } from './play.ts';
import { apiKilledUnderManyViewers, killedWhileUploading } from './trials/files.ts';

describe('files on their way', () =>
  playAll([killedWhileUploading, apiKilledUnderManyViewers], { store: 's3' }));
