import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../model/trouble.ts';

/** What a file holds now, and what it shall hold. */
export interface FileChange {
  file: string;
  from: string;
  to: string;
}

/**
 * Changes all files or none: new texts go into temporary files, then all are renamed, and back where one cannot be. Throws a
 * UserError, with nothing written, when a file does not hold what it is said to. Synchronous, so that under `atEnd` a Ctrl-C waits
 * for its end; it may itself be what is done then.
 */
export function changeFiles(changes: readonly FileChange[]): void {
  // A link stays one: what it leads to is changed.
  const files = changes.map((one) => ({ ...one, file: realpathSync(one.file) }));
  const changed = files.find(({ file, from }) => readFileSync(file, 'utf8') !== from);
  if (changed !== undefined) throw new UserError('changed-meanwhile', `${changed.file} has changed since it was read, so nothing was written.`, 'Run the command again.');
  const staged: { file: string; temporary: string; before: string }[] = [];
  let renamed = 0;
  try {
    for (const { file, from, to } of files) staged.push({ file, temporary: stage(file, to), before: from });
    for (const { file, temporary } of staged) {
      renameSync(temporary, file);
      renamed++;
    }
  } catch (error) {
    for (const { file, before } of staged.slice(0, renamed)) renameSync(stage(file, before), file);
    for (const { temporary } of staged.slice(renamed)) rmSync(temporary, { force: true });
    throw cannotWrite(error);
  }
}

/** Writes a text beside a file, with the file's permissions. */
function stage(file: string, text: string): string {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(temporary, text);
    chmodSync(temporary, statSync(file).mode);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

function cannotWrite(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(code)) return error;
  return new UserError('cannot-change', `The sources cannot be written (${code}), so all are as they were.`, 'Check that the folder may be written to and that the disk is not full.', error);
}
