import type { Node } from 'oxc-parser';
import type { ReasonCode } from '../model/deferrals.ts';
import { barrelOf } from './barrels.ts';
import type { Edit } from './edits.ts';
import type { Host } from './hosts.ts';
import { emittedKind } from './imports.ts';
import type { SourceFormat } from './parse.ts';
import { exportGetter, type ExportGetter } from './export-getters.ts';
import { rewrite, type Plan } from './rewrite.ts';
import { isConstant, readModule, writes, type SourceModule } from './scopes.ts';
import { sitesOf, type Site } from './sites.ts';
import { declaratorUnit, unitOf, type Unit } from './units.ts';
import { usesOf, type VariableUse } from './uses.ts';

export type DeferOptions = {
  format: SourceFormat;
  host: Host;
  /** Also put off initializers that run code, such as `const s3 = new S3Client({})`, when nothing else needs them at load. */
  values?: boolean;
};

export type Deferred = {
  edits: Edit[];
  /** Specifiers that the changed text loads only when first used. */
  deferred: string[];
  /** Variables whose making was put off with a specifier: a person should look, because code runs later than written. */
  values: { specifier: string; names: string[] }[];
  refused: { specifier: string; reason: ReasonCode }[];
  /** Specifiers that the text does not load while it is evaluated. */
  absent: string[];
};

/**
 * Edits that make a module load the named specifiers when they are first used instead of at once. Pure; no line moves; what
 * cannot be put off with the same meaning is refused with a reason. On its own result it does nothing.
 */
export function defer(source: string, cuts: readonly { specifier: string }[], options: DeferOptions): Deferred {
  const result: Deferred = { edits: [], deferred: [], values: [], refused: [], absent: [] };
  const specifiers = [...new Set(cuts.map(({ specifier }) => specifier))];
  const module = specifiers.some((specifier) => mayName(source, specifier)) ? readModule(source, options.format) : null;
  if (module === null) {
    for (const specifier of specifiers) {
      if (mayName(source, specifier)) result.refused.push({ specifier, reason: 'NOT_PARSED' });
      else result.absent.push(specifier);
    }
    return result;
  }
  const sites = sitesOf(module).filter((site) => loads(site) && emittedKind(module, site) !== null);
  const whole: Plan = { units: [], getters: [], barrels: [] };
  for (const specifier of specifiers) {
    const named = sites.filter((site) => site.specifier === specifier);
    if (named.length === 0) {
      result.absent.push(specifier);
      continue;
    }
    const plan = planFor(module, named, options);
    if (typeof plan === 'string') {
      result.refused.push({ specifier, reason: plan });
      continue;
    }
    result.deferred.push(specifier);
    const names = plan.units.filter(({ runsCode }) => runsCode).flatMap(({ made }) => made.map(({ variable }) => variable.name));
    if (names.length > 0) result.values.push({ specifier, names });
    for (const unit of plan.units) if (!whole.units.some(({ node }) => node === unit.node)) whole.units.push(unit);
    whole.barrels.push(...plan.barrels);
    for (const getter of plan.getters) if (!whole.getters.some(({ node }) => node === getter.node)) whole.getters.push(getter);
  }
  if (result.deferred.length > 0) result.edits = rewrite(module, whole, options.host);
  return result;
}

/** True for sites that are reached while the module is evaluated, be it in a function that the module calls then. */
export function loads({ where, moment }: Site): boolean {
  return where !== 'function' || (moment.at === 'called-at-load' && !moment.conditional);
}

/** What must be put off together so that none of the sites loads anything; or the first reason why that cannot be. */
function planFor(module: SourceModule, sites: Site[], options: DeferOptions): Plan | ReasonCode {
  if (module.dynamic) return 'CANNOT_REWRITE';
  if (sites.some(({ choice }) => choice === 'eager')) return 'OPT_OUT';
  const plan = closure(module, sites, options);
  if (options.values === true || typeof plan !== 'string') return plan;
  // Distinguishes what cannot be from what the caller did not ask for.
  const withValues = closure(module, sites, { ...options, values: true });
  if (typeof withValues !== 'string') return 'VALUE_INITIALIZER';
  return plan === 'VALUE_INITIALIZER' ? withValues : plan;
}

/** As `planFor`, with values only where the options ask for them. */
export function closure(module: SourceModule, sites: Site[], options: DeferOptions): Plan | ReasonCode {
  const plan: Plan = { units: [], getters: [], barrels: [] };
  const open: Unit[] = [];
  const add = (unit: Unit | ReasonCode): ReasonCode | null => {
    if (typeof unit === 'string') return unit;
    if (plan.units.some(({ node }) => node === unit.node)) return null;
    if (unit.runsCode && options.values !== true) return 'VALUE_INITIALIZER';
    plan.units.push(unit);
    open.push(unit);
    return null;
  };
  for (const site of sites) {
    if (site.where === 'function') return 'TOP_LEVEL_USE';
    if (site.kind === 'export-from' || site.kind === 'export-star' || site.kind === 'export-star-helper') {
      const barrel = barrelOf(module, site, options.host);
      if (typeof barrel === 'string') return barrel;
      plan.barrels.push(barrel);
      continue;
    }
    const getter = site.kind === 'exported-require' && options.host.getters ? exportGetter(module, site.node) : null;
    if (getter !== null) plan.getters.push(getter);
    const reason = getter === null ? add(unitOf(module, site)) : null;
    if (reason !== null) return reason;
  }
  for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
    const reason = hostObstacle(module, unit, options.host);
    if (reason !== null) return reason;
    for (const { variable, imported } of unit.made) {
      if (unit.kind !== 'assignment' && !isConstant(module, variable)) return 'LIVE_BINDING_WRITTEN';
      for (const use of usesOf(module, variable)) {
        if (isOwn(unit, use) || use.moment.at === 'never') continue;
        const asked = demandOf(module, unit, imported, use, options);
        if (typeof asked === 'string') return asked;
        if (asked === null) continue;
        if ('node' in asked && 'statement' in asked) {
          const refused = add(asked);
          if (refused !== null) return refused;
        } else plan.getters.push(asked);
      }
    }
  }
  return plan;
}

/** What a use asks for besides reading through an accessor: nothing, another unit, a getter; or why it stands in the way. */
function demandOf(module: SourceModule, unit: Unit, imported: string | null, use: VariableUse, { host }: DeferOptions): Unit | ExportGetter | ReasonCode | null {
  const { how, moment, identifier } = use;
  if (how === 'write') return 'LIVE_BINDING_WRITTEN';
  if (how === 'delete' || how === 'pragma') return 'CANNOT_REWRITE';
  if (how === 'metadata' || how === 'decorator') return 'DECORATOR';
  const isNamespace = unit.kind === 'import' && imported === '*';
  const escapes = how !== 'member' && !(how === 'jsx' && identifier.parent?.type === 'JSXMemberExpression');
  if (moment.at === 'load' && !moment.conditional) {
    if (how === 'extends') return 'EXTENDS';
    if (how === 'reexport') return reexport(module, unit, identifier, host);
    if (use.initializes !== null && !(isNamespace && escapes && !host.exactNamespaces)) return declaratorUnit(module, use.initializes, null);
    return isNamespace && escapes ? 'NAMESPACE_ESCAPES' : 'TOP_LEVEL_USE';
  }
  return isNamespace && escapes && !host.exactNamespaces ? 'NAMESPACE_ESCAPES' : null;
}

function reexport(module: SourceModule, unit: Unit, identifier: Node, host: Host): ExportGetter | ReasonCode | null {
  const specifier = identifier.parent?.type === 'ExportSpecifier' ? identifier.parent : null;
  if (specifier !== null) return host.exported !== undefined && unit.kind === 'import' ? null : 'REEXPORT';
  return host.getters ? (exportGetter(module, identifier) ?? 'REEXPORT') : 'REEXPORT';
}

function hostObstacle(module: SourceModule, unit: Unit, host: Host): ReasonCode | null {
  if (unit.kind !== 'import') return null;
  return host.namespace({ specifier: unit.label, index: 0, names: [] }, '_') === null ? 'CANNOT_REWRITE' : null;
}

/** Inside the piece itself its variables are what they were. */
function isOwn(unit: Unit, { identifier, how }: VariableUse): boolean {
  const { start, end } = unit.node;
  if (unit.kind === 'assignment') return writes(identifier) && identifier.start >= start && identifier.end <= end;
  return how !== 'reexport' && identifier.start >= start && identifier.end <= end;
}

/** A cheap look before parsing: a text that does not hold the specifier has no import of it. */
function mayName(source: string, specifier: string): boolean {
  return source.includes(specifier) || source.includes('\\');
}
