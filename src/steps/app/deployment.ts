import { join } from 'node:path';
import { shellWord } from '../../model/shell-word.ts';
import { plainNode } from './command.ts';
import type { Project } from './project.ts';

/** What the project's Dockerfile and templates say about how it runs on Lambda. Null: they do not say, or not plainly. */
export interface Deployment {
  /** Shell command that the image's last stage starts, when it is plain Node. */
  command: string | null;
  readinessPath: string | null;
}

/** Reads the deployment files in the app's root; what they leave to variables is not guessed. */
export function findDeployment(project: Project): Deployment {
  const names = project.files.list(project.root);
  const read = (pattern: RegExp): string[] => names.filter((name) => pattern.test(name)).map((name) => project.files.read(join(project.root, name)) ?? '');
  const dockerfiles = read(/^(Dockerfile|Containerfile)(\.[\w.-]+)?$/);
  const templates = read(/^(template|serverless|samconfig)[\w.-]*\.(ya?ml|json)$/);
  return {
    command: firstThat(dockerfiles, commandOfImage),
    readinessPath: firstThat([...dockerfiles, ...templates], readinessIn),
  };
}

/** The adapter's readiness path as an assignment: `ENV NAME=/x`, `NAME: /x`, `"NAME": "/x"`. The name without AWS_LWA_ is its old one. */
function readinessIn(text: string): string | null {
  return /^[^#]*\b(?:AWS_LWA_)?READINESS_CHECK_PATH["']?(?:\s*[=:]\s*|\s+)["']?(\/[^\s"',}\\]*)/m.exec(text)?.[1] ?? null;
}

function commandOfImage(dockerfile: string): string | null {
  const lines = dockerfile.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const lastStage = lines.slice(lines.findLastIndex((line) => /^\s*FROM\s/i.test(line)) + 1);
  const value = (instruction: string): string | null => {
    const line = lastStage.findLast((some) => new RegExp(`^\\s*${instruction}\\s`, 'i').test(some));
    return line === undefined ? null : asCommand(line.replace(/^\s*\w+\s+/, ''));
  };
  const folder = value('WORKDIR')?.replace(/\/*$/, '/') ?? '/var/task/';
  const command = [value('ENTRYPOINT'), value('CMD')].filter((part) => part !== null).join(' ');
  const here = command.replaceAll(` ${folder}`, ' ');
  return plainNode(here) === null ? null : here;
}

/** Exec form is a JSON list, which becomes words; shell form is taken as it is. */
function asCommand(value: string): string {
  if (!value.trim().startsWith('[')) return value.trim();
  const words = value.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return words.map((word) => JSON.parse(word) as string).map(shellWord).join(' ');
}

function firstThat(texts: string[], look: (text: string) => string | null): string | null {
  for (const text of texts) {
    const found = look(text);
    if (found !== null) return found;
  }
  return null;
}
