import { adapterVariables, compareVersions, insightsPort, runtimeApiPort, defaultPort, type AdapterVariable } from '../../model/adapter-facts.ts';
import type { FunctionSetup, WrittenVariable } from '../../model/setup.ts';
import { findings, type Finding } from '../../model/trouble.ts';

/** What is wrong with the names and values of the adapter's variables. `version` is the adapter's, null where it is not known. */
export function lintVariables(setup: FunctionSetup, version: string | null): Finding[] {
  return setup.variables.flatMap((variable) => {
    const known = adapterVariables.find(({ name }) => name === variable.name);
    if (known !== undefined) return [...lintVersion(known, variable, version), ...lintValue(known, variable)];
    const renamed = adapterVariables.find(({ oldName }) => oldName === variable.name);
    if (renamed !== undefined) return [findings['adapter-old-name']({ ...placeOf(variable), name: variable.name, now: renamed.name }), ...lintValue(renamed, variable)];
    // LWA_SPLIT_ variables are our own.
    if (!/^(AWS_)?LWA_/.test(variable.name) || variable.name.startsWith('LWA_SPLIT_')) return [];
    return [findings['adapter-unknown-variable']({ ...placeOf(variable), name: variable.name, meant: nearestName(variable.name) })];
  });
}

function lintVersion({ name, since, gone }: AdapterVariable, variable: WrittenVariable, version: string | null): Finding[] {
  if (gone !== undefined && (version === null || compareVersions(version, gone.since) >= 0)) return [findings['adapter-variable-gone']({ ...placeOf(variable), name, ...gone })];
  if (since !== undefined && version !== null && compareVersions(version, since) < 0) return [findings['adapter-variable-too-new']({ ...placeOf(variable), name, since, used: version })];
  if (name === 'AWS_LWA_REMOVE_BASE_PATH' && version !== null && compareVersions(version, '1.1.0') < 0) return [findings['adapter-base-path']({ ...placeOf(variable), used: version })];
  return [];
}

function lintValue({ value: kind }: AdapterVariable, variable: WrittenVariable): Finding[] {
  if (variable.value === null || /\$\{|\{\{/.test(variable.value)) return [];
  const value = variable.value.trim();
  const wrong = (problem: Parameters<(typeof findings)['adapter-value']>[0]['problem']): Finding[] => [findings['adapter-value']({ ...placeOf(variable), name: variable.name, problem })];
  switch (kind) {
    case 'strict-boolean':
      return variable.value === 'true' || variable.value === 'false' ? [] : wrong('strict-boolean');
    case 'protocol':
      return /^(http|tcp)$/i.test(value) ? [] : wrong('protocol');
    case 'invoke-mode':
      return /^(buffered|response_stream)$/i.test(value) ? [] : wrong('invoke-mode');
    case 'path':
      return value.startsWith('/') ? [] : wrong('path');
    case 'seconds':
      return Number(value) > 0 ? [] : wrong('seconds');
    case 'port':
      return isPort(value) ? [] : [findings['adapter-port']({ ...placeOf(variable), problem: 'not-a-port', port: Number(value) })];
    case 'status-codes': {
      const good = value.split(',').map((part) => /^\s*\d{3}(\s*-\s*\d{3})?\s*$/.test(part));
      return good.every(Boolean) ? [] : wrong(good.some(Boolean) || !variable.name.includes('HEALTHY') ? 'status-codes' : 'no-status-code');
    }
    default:
      return [];
  }
}

/** Ports on which adapter and app cannot meet. */
export function lintPorts(setup: FunctionSetup): Finding[] {
  const [asked, followed] = ['AWS_LWA_PORT', 'PORT'].map((name) => setup.variables.find((variable) => variable.name === name));
  const given = asked ?? followed;
  if (given !== undefined && (given.value === null || !isPort(given.value))) return [];
  const port = Number(given?.value ?? defaultPort);
  const place = placeOf(given ?? setup);
  const found = (problem: Parameters<(typeof findings)['adapter-port']>[0]['problem'], at: { file: string; line: number } = place): Finding => findings['adapter-port']({ ...at, problem, port });
  if (port === runtimeApiPort) return [found('runtime-api')];
  if (port < 1024) return [found('privileged')];
  if (port === insightsPort && setup.layers.some(({ value }) => value?.includes('LambdaInsights'))) return [found('insights')];
  if (asked !== undefined && followed !== undefined && followed.value !== null && Number(followed.value) !== port) return [found('differs')];
  const exposed = setup.exposedPorts.map(({ value }) => value);
  if (exposed.length > 0 && !exposed.includes(port) && !setup.moreVariables) return [found('exposed', setup.exposedPorts[0]!)];
  return [];
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= 65_535;
}

function placeOf({ file, line }: { file: string; line: number }): { file: string; line: number } {
  return { file, line };
}

/** What was meant by a name that nobody reads; null where nothing comes close. */
function nearestName(name: string): string | null {
  const full = name.startsWith('AWS_') ? name : `AWS_${name}`;
  const [best] = adapterVariables
    .filter(({ gone }) => gone === undefined)
    .map((one) => ({ name: one.name, apart: distance(full, one.name) }))
    .sort((a, b) => a.apart - b.apart);
  return best !== undefined && best.apart <= 4 ? best.name : null;
}

/** Levenshtein distance: letters to add, take away or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
