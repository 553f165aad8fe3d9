import type { Machine } from './machine.ts';
import { isCallable, list, native, nothing, object, read, unknown, type FunctionValue, type NativeValue, type Place, type Value } from './values.ts';

type Make = (machine: Machine) => NativeValue;

/**
 * What compilers write into their output, by name: TypeScript (and tslib), Babel, SWC and esbuild. Their meaning is
 * known, so their text need not be followed.
 */
const helpers: Record<string, Make> = {
  __importDefault: () => native('__importDefault', ([module = unknown]) => withDefault(module)),
  __importStar: () => native('__importStar', ([module = unknown]) => module),
  __toESM: () => native('__toESM', ([module = unknown]) => withDefault(module)),
  __toCommonJS: () => native('__toCommonJS', ([module = unknown]) => module),
  __exportStar: () => native('__exportStar', ([from, to]) => copyExports(from, to)),
  __reExport: () => native('__reExport', ([to, from]) => copyExports(from, to)),
  __export: (machine) => native('__export', ([to, all], _, at) => exportAll(machine, to, all, at)),
  __createBinding: (machine) =>
    native('__createBinding', ([to, from = unknown, key, as]) => {
      if (key?.kind === 'data' && to?.kind === 'object') to.props.set(String(as?.kind === 'data' ? as.value : key.value), { kind: 'getter', get: () => machine.member(from, String(key.value), from) });
      return nothing;
    }),
  __awaiter: (machine) => native('__awaiter', ([self = unknown, , , generator = unknown], _, at) => machine.call(generator, [], self, at)),
  __generator: (machine) => native('__generator', ([self = unknown, body = unknown], _, at) => machine.call(body, [unknown], self, at)),
  __spreadArray: () => native('__spreadArray', ([to, from]) => (to?.kind === 'list' && from?.kind === 'list' ? list([...to.items, ...from.items]) : unknown)),
  __spread: () => native('__spread', (args) => list(args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])))),
  __assign: () => native('__assign', ([to = object(), ...sources]) => assign(to, sources)),
  __rest: () => native('__rest', ([of]) => of ?? unknown),
  __extends: () => native('__extends', ([child, parent]) => extend(child, parent)),
  __decorate: (machine) => native('__decorate', ([decorators, target, key]) => decorate(machine, decorators, target, key)),
  __decorateClass: (machine) => native('__decorateClass', ([decorators, target, key]) => decorate(machine, decorators, target, key)),
  __metadata: () => native('__metadata', ([key, types]) => (key?.kind === 'data' && key.value === 'design:paramtypes' && types?.kind === 'list' ? object([['#injected', types]]) : nothing)),
  __param: () => native('__param', ([index = nothing, decorator = unknown]) => object([['#parameter', index], ['#decorator', decorator]])),
  __values: () => native('__values', ([of = unknown]) => of),
  __read: () => native('__read', ([of = unknown]) => of),
  _applyDecoratedDescriptor: (machine) => native('_applyDecoratedDescriptor', ([target, key, decorators]) => decorate(machine, decorators, target, key)),
};

const aliases: Record<string, string> = {
  _interopRequireDefault: '__importDefault',
  _interop_require_default: '__importDefault',
  _interopRequireWildcard: '__importStar',
  _interop_require_wildcard: '__importStar',
  _export_star: '__exportStar',
  _export: '__export',
  _ts_decorate: '__decorate',
  _ts_param: '__param',
  _ts_metadata: '__metadata',
  _toConsumableArray: '__read',
  _to_consumable_array: '__read',
  _objectSpread: '__assign',
  _object_spread: '__assign',
  _extends: '__assign',
};

/** The helper of this name as a value; null where the name is none of a compiler's. */
export function helperNamed(name: string): Make | null {
  if (!name.startsWith('_')) return null;
  const known = aliases[name] ?? name;
  return Object.hasOwn(helpers, known) ? helpers[known]! : null;
}

function withDefault(module: Value): Value {
  if (module.kind === 'object' && (module.props.has('__esModule') || module.props.has('default'))) return module;
  if (module.kind === 'unknown' || module.kind === 'foreign') return module;
  const own = module.kind === 'object' || isCallable(module) ? module.props : [];
  return object([...own, ['default', module]]);
}

function copyExports(from: Value | undefined, to: Value | undefined): Value {
  if (to?.kind !== 'object' || (from?.kind !== 'object' && from?.kind !== 'function')) return to ?? unknown;
  for (const key of from.props.keys()) {
    if (key !== 'default' && !to.props.has(key)) to.props.set(key, { kind: 'getter', get: () => read(from.props.get(key) ?? nothing) });
  }
  return to;
}

/** `__export(exports, { name: () => value })`: each member is called when it is asked for. */
function exportAll(machine: Machine, to: Value | undefined, all: Value | undefined, at: Place): Value {
  if (to?.kind !== 'object' || all?.kind !== 'object') return nothing;
  for (const [key, slot] of all.props) {
    const made = slot;
    const get = (): Value => {
      const value = read(made);
      // SWC writes getters, esbuild functions.
      return made.kind === 'function' ? machine.call(value, [], unknown, at) : value;
    };
    to.props.set(key, { kind: 'getter', get });
  }
  return to;
}

export function assign(to: Value, sources: readonly Value[]): Value {
  if (to.kind === 'data' || to.kind === 'unknown' || to.kind === 'list') return to;
  for (const source of sources) {
    if (source.kind !== 'object' && !isCallable(source)) continue;
    for (const [key, slot] of source.props) to.props.set(key, slot);
  }
  return to;
}

function extend(child: Value | undefined, parent: Value | undefined): Value {
  if (child?.kind !== 'function' || parent === undefined) return nothing;
  child.parentClass = parent;
  const prototype = child.props.get('prototype');
  const above = parent.kind === 'function' ? parent.props.get('prototype') : undefined;
  if (prototype?.kind === 'object' && above !== undefined) prototype.proto = read(above);
  return nothing;
}

function decorate(machine: Machine, decorators: Value | undefined, target: Value | undefined, key: Value | undefined): Value {
  const all = decorators?.kind === 'list' ? decorators.items : [];
  const made = classBehind(target);
  if (made === null) return target ?? unknown;
  const parameters = all.flatMap((one) => (one.kind === 'object' && one.props.has('#parameter') ? [{ index: indexOf(read(one.props.get('#parameter')!)), decorator: read(one.props.get('#decorator')!) }] : []));
  const injected = all.find((one) => one.kind === 'object' && one.props.has('#injected'));
  const plain = all.filter((one) => one.kind !== 'data' && !(one.kind === 'object' && (one.props.has('#parameter') || one.props.has('#injected'))));
  if (key?.kind === 'data' && typeof key.value === 'string') {
    if (plain.length > 0 || parameters.length > 0) made.members.push({ name: key.value, decorators: plain, parameters });
  } else {
    made.decorators.push(...plain);
    const types = injected?.kind === 'object' ? read(injected.props.get('#injected')!) : undefined;
    if (types?.kind === 'list') made.injected.push(...types.items);
  }
  machine.decorated(made);
  return target ?? unknown;
}

function indexOf(value: Value): number {
  return value.kind === 'data' ? Number(value.value) : 0;
}

function classBehind(target: Value | undefined): FunctionValue | null {
  if (target?.kind === 'function') return target;
  const maker = target?.kind === 'object' ? target.props.get('constructor') : undefined;
  return maker?.kind === 'function' ? maker : null;
}

