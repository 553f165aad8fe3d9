import { readFileSync, readdirSync, statSync } from 'node:fs';

/** Looking at a project without changing it. Paths are absolute; what is not there is null, false or empty, never an error. */
export interface ProjectFiles {
  read(path: string): string | null;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** Names directly inside the folder, sorted. */
  list(folder: string): string[];
}

/** The files on this machine's disk. */
export const diskFiles: ProjectFiles = {
  read: (path) => whenThere(() => readFileSync(path, 'utf8')) ?? null,
  isFile: (path) => whenThere(() => statSync(path).isFile()) ?? false,
  isFolder: (path) => whenThere(() => statSync(path).isDirectory()) ?? false,
  list: (folder) => whenThere(() => readdirSync(folder).sort()) ?? [],
};

const absent = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG']);

function whenThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && absent.has(String(error.code))) return undefined;
    throw error;
  }
}
