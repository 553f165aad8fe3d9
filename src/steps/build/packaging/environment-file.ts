/** The file of variables that a flag of Node names; null for other flags. */
export function environmentFile(flag: string): string | null {
  return /^--env-file(?:-if-exists)?=["']?(.*?)["']?$/.exec(flag)?.[1] ?? null;
}
