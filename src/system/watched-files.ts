import { statSync } from 'node:fs';
import { contentHash } from './files.ts';
import type { ProjectFiles } from './project-files.ts';

/** The same files, and which of them and of their folders were looked into. */
export function watchedFiles(files: ProjectFiles): { files: ProjectFiles; seen(): string[] } {
  const seen = new Set<string>();
  return {
    files: {
      ...files,
      read: (path) => {
        seen.add(path);
        return files.read(path);
      },
      list: (folder) => {
        seen.add(folder);
        return files.list(folder);
      },
    },
    seen: () => [...seen],
  };
}

/** Changes when one of the files or folders does, by size and time of change. */
export function stateOfFiles(paths: readonly string[]): string {
  const states = paths.map((path) => {
    const state = statSync(path, { throwIfNoEntry: false });
    return state === undefined ? `${path} absent` : `${path} ${state.size} ${state.mtimeMs}`;
  });
  return contentHash(states.join('\n'));
}
