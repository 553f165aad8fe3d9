const name = '[A-Za-z_$][\\w$]*';

/**
 * An object literal with a getter for each export that a module's source makes from a binding of its own; empty where
 * there is none. Re-exports are left out: the file they come from is seen by itself. Reads the statements as bundlers
 * and people write them, which is enough for the frameworks' files; it is no parser.
 */
export function exportedGetters(source: string): string {
  const getters = new Map<string, string>();
  const add = (exported: string, local: string): void => {
    getters.set(exported, `get ${JSON.stringify(exported)}() { return ${local}; }`);
  };
  for (const [, list] of source.matchAll(/(?:^|[;}\s])export\s*\{([^}]*)\}(?!\s*from\b)/g)) {
    for (const item of (list ?? '').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').split(',')) {
      const parts = new RegExp(`^\\s*(${name})(?:\\s+as\\s+(${name}))?\\s*$`).exec(item);
      if (parts !== null) add(parts[2] ?? parts[1]!, parts[1]!);
    }
  }
  const declared = new RegExp(`(?:^|[;}]\\s*)export\\s+(?:(?:async\\s+)?function\\s*\\*?|class|const|let|var)\\s+(${name})`, 'gm');
  for (const [, local] of source.matchAll(declared)) add(local!, local!);
  const standard = new RegExp(`(?:^|[;}]\\s*)export\\s+default\\s+(?:(?:(?:async\\s+)?function\\s*\\*?|class)\\s+(?!extends\\b)(${name})|(${name})\\s*(?:;|$))`, 'gm');
  for (const [, declaredName, local] of source.matchAll(standard)) add('default', declaredName ?? local!);
  return getters.size === 0 ? '' : `{ ${[...getters.values()].join(', ')} }`;
}
