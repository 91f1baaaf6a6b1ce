/** A unit test starts no process: one that does belongs in test/services/, and is told so here. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

function refuse(): never {
  throw new Error(
    'A unit test starts no process. Move this test into test/services/, which mirrors the tree too.',
  );
}

Object.assign(childProcess.ChildProcess.prototype, { spawn: refuse });
childProcess.spawnSync = refuse;
childProcess.execFileSync = refuse;
childProcess.execSync = refuse;
syncBuiltinESMExports();
