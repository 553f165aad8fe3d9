import { isBuiltin } from 'node:module';

/** Kinds of effects that a call may have; null for none. */
export type CallEffect = 'listener' | 'timer' | 'handle' | 'process' | 'environment' | 'loader' | 'unknown-call' | null;

export function builtinOf(specifier: string | null): string | null {
  return specifier !== null && isBuiltin(specifier) ? specifier.replace(/^node:/, '') : null;
}

/** Built-ins whose functions only compute, or make something that does nothing by itself. */
const pureBuiltins = new Set([
  'path', 'path/posix', 'path/win32', 'url', 'util', 'util/types', 'os', 'querystring', 'string_decoder', 'assert', 'assert/strict', 'buffer', 'crypto', 'zlib', 'punycode', 'constants',
  'events', 'stream', 'stream/web', 'stream/promises', 'stream/consumers', 'perf_hooks', 'tty', 'sys', 'v8', 'async_hooks', 'diagnostics_channel', 'http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises', 'module', 'vm', 'readline', 'worker_threads',
]);

/** Of those and of others, what does act. Without the quantifier every path below a name is meant. */
const builtinCalls: [module: RegExp, call: RegExp, effect: CallEffect][] = [
  [/^fs(?:\/promises)?$/, /^(?:default\.)?(?:promises\.)?(?:read|exists|stat|lstat|fstat|access|realpath|opendir|statfs|glob)\w*(?:\.native)?$|^(?:default\.)?(?:Stats|Dirent|constants|promises)\b/, null],
  [/^fs(?:\/promises)?$/, /./, 'handle'],
  [/^(?:child_process|inspector|inspector\/promises|cluster|repl|wasi|trace_events)$/, /./, 'handle'],
  [/^worker_threads$/, /(?:^|\.)Worker$|\.on\w*$|postMessage$/, 'handle'],
  [/^(?:http|https|http2|net|tls|dgram)$/, /(?:^|\.)(?:connect|createConnection|request|get|listen|bind)$/, 'handle'],
  [/^(?:dns|dns\/promises)$/, /(?:^|\.)set\w+$/, 'process'],
  [/^(?:dns|dns\/promises)$/, /(?:^|\.)(?:lookup|resolve\w*|reverse)$/, 'handle'],
  [/^module$/, /(?:^|\.)(?:register|registerHooks|enableCompileCache|syncBuiltinESMExports|runMain|_\w+)$/, 'loader'],
  [/^vm$/, /(?:^|\.)runInThisContext$/, 'unknown-call'],
  [/^v8$/, /(?:^|\.)(?:set\w+|start\w*|write\w*|takeCoverage)$/, 'process'],
  [/^readline$/, /(?:^|\.)createInterface$/, 'handle'],
  [/^async_hooks$/, /(?:^|\.)enable$/, 'process'],
  [/^diagnostics_channel$/, /(?:^|\.)(?:subscribe|bindStore)$/, 'listener'],
  [/^perf_hooks$/, /(?:^|\.)observe$/, 'handle'],
  [/^crypto$/, /(?:^|\.)(?:set\w+|secureHeapUsed)$/, 'process'],
  [/^events$/, /(?:^|\.)setMaxListeners$/, 'process'],
  [/^timers(?:\/promises)?$/, /(?:^|\.)clear\w+$/, null],
  [/^timers(?:\/promises)?$/, /./, 'timer'],
];

export function builtinCall(module: string, path: string): CallEffect {
  for (const [which, call, effect] of builtinCalls) if (which.test(module) && call.test(path)) return effect;
  return pureBuiltins.has(module) ? null : 'unknown-call';
}

/** What a call of a global function, or of a method of a global object, does; path as in `process.on`. */
export function globalCall(path: string): CallEffect {
  if (/^(?:setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick)$/.test(path)) return 'timer';
  if (/^process\.(?:on|once|addListener|prependListener|prependOnceListener)$/.test(path)) return 'listener';
  if (/^process\.(?:stdout|stderr)\.(?:write|cork|uncork|getColorDepth|hasColors|getWindowSize)$/.test(path)) return null;
  if (/^process\.(?:stdin|stdout|stderr)\.(?:on|once|addListener|resume|setRawMode)$/.test(path)) return 'listener';
  if (/^process\.(?:cwd|hrtime|hrtime\.bigint|uptime|memoryUsage|memoryUsage\.rss|cpuUsage|resourceUsage|get\w+|emitWarning|listeners|listenerCount|eventNames|rawListeners|binding|hasUncaughtExceptionCaptureCallback|availableMemory|constrainedMemory|umask|report\.\w+)$/.test(path)) return null;
  if (/^process\.loadEnvFile$/.test(path)) return 'environment';
  if (/^process\.dlopen$/.test(path)) return 'loader';
  if (/^process\b/.test(path)) return 'process';
  if (/^(?:fetch|WebSocket|EventSource|Worker|SharedWorker|BroadcastChannel|XMLHttpRequest|importScripts)$/.test(path)) return 'handle';
  if (/^(?:addEventListener|removeEventListener|dispatchEvent|postMessage)$/.test(path)) return 'listener';
  if (/^eval$/.test(path)) return 'unknown-call';
  // Whoever calls these runs elsewhere: in Node that would be an error.
  if (/^(?:window|self|document|location|Deno|Bun|MutationObserver|importScripts)\b/.test(path)) return null;
  // Objects that belong to nobody in particular: a property that some package put there.
  return standardGlobals.test(path) ? null : 'unknown-call';
}

const standardGlobals =
  /^(?:Object|Function|Array|String|Number|Boolean|Symbol|BigInt|Math|Date|RegExp|JSON|Map|Set|WeakMap|WeakSet|WeakRef|FinalizationRegistry|Promise|Proxy|Reflect|Intl|Iterator|Atomics|ArrayBuffer|SharedArrayBuffer|DataView|\w*Array|\w*Error|Error|WebAssembly|Buffer|URL|URLSearchParams|URLPattern|TextEncoder|TextDecoder|\w*Stream\w*|AbortController|AbortSignal|Event|CustomEvent|EventTarget|MessageChannel|MessagePort|MessageEvent|Blob|File|FormData|Headers|Request|Response|DOMException|Performance\w*|performance|console|crypto|Crypto\w*|SubtleCrypto|structuredClone|atob|btoa|parseInt|parseFloat|isNaN|isFinite|decodeURI\w*|encodeURI\w*|escape|unescape|clearTimeout|clearInterval|clearImmediate|DisposableStack|AsyncDisposableStack|SuppressedError|Temporal|require)\b/;

/** Methods that call a function they are given, at once. */
export const callsBack = new Set([
  'forEach', 'map', 'filter', 'reduce', 'reduceRight', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'sort', 'toSorted', 'replace', 'replaceAll', 'from', 'fromAsync', 'groupBy', 'parse', 'stringify', 'then', 'catch', 'finally', 'Promise', 'apply', 'run', 'runInAsyncScope',
]);

/**
 * Packages (or single functions of one) that only compute, by reading them: what they are called with is not changed
 * and nothing of it is kept where others can see it.
 */
const purePackages: Record<string, RegExp> = {
  '@opentelemetry/api': /(?:^|\.)createContextKey$/,
  '@aws-sdk/lib-dynamodb': /(?:^|\.)DynamoDBDocument(?:Client)?\.from$/,
  '@babel/runtime': /^/,
  '@babel/runtime-corejs3': /^/,
  '@swc/helpers': /^/,
  '@sentry/utils': /(?:^|\.)getGlobalObject$/,
  '@sinclair/typebox': /^(?:default\.)?(?:Type|TypeGuard|TypeCompiler)\b/,
  '@tokenizer/token': /^/,
  'api-schema-builder': /(?:^|\.)buildSchema(?:Sync)?$/,
  axios: /(?:^|\.)create$/,
  bytes: /^/,
  'call-bind': /^/,
  'call-bind-apply-helpers': /^/,
  'call-bound': /^/,
  'camelcase': /^/,
  chalk: /^/,
  clsx: /^/,
  colorette: /^/,
  'color-convert': /^/,
  debug: /^(?:default|debug)?(?:\(\))*$/,
  'decimal.js': /^(?!.*(?:set|config))/,
  depd: /^/,
  dompurify: /^(?:default)?$/,
  'dunder-proto': /^/,
  'escape-html': /^/,
  'es-define-property': /^/,
  'es-errors': /^/,
  'es-object-atoms': /^/,
  'escape-string-regexp': /^/,
  'fast-uri': /^/,
  'fast-xml-parser': /(?:^|\.)XML(?:Parser|Builder|Validator)$/,
  'function-bind': /^/,
  'get-intrinsic': /^/,
  'get-proto': /^/,
  gopd: /^/,
  got: /(?:^|\.)extend$/,
  hasown: /^/,
  'has-property-descriptors': /^/,
  'has-symbols': /^/,
  'has-tostringtag': /^/,
  inherits: /^/,
  'is-core-module': /^/,
  jsdom: /(?:^|\.)JSDOM(?:\(\))?$/,
  kleur: /^/,
  'lodash': /^(?!.*(?:runInContext|mixin|templateSettings|noConflict))/,
  'lodash-es': /^/,
  'lru-cache': /^(?:default|LRUCache)?$/,
  'markdown-it': /^(?:default)?$/,
  'math-intrinsics': /^/,
  'mime-db': /^/,
  'mime-types': /^/,
  ms: /^/,
  nanoid: /^/,
  nodemailer: /(?:^|\.)createTransport$/,
  'object-inspect': /^/,
  once: /^(?!.*proto)/,
  'path-to-regexp': /^/,
  picocolors: /^/,
  qs: /^/,
  ramda: /^/,
  rfdc: /^/,
  'safe-stable-stringify': /^/,
  'safer-buffer': /^/,
  semver: /^/,
  'side-channel': /^/,
  statuses: /^/,
  'to-regex-range': /^/,
  'tough-cookie': /(?:^|\.)(?:Cookie|CookieJar|MemoryCookieStore)$/,
  'symbol-tree': /^/,
  tslib: /^/,
  'type-fest': /^/,
  'util-deprecate': /^/,
  'user-agents': /^(?:default)?(?:\(\)\.toString)?$/,
  uuid: /^/,
  wrappy: /^/,
  xml2js: /(?:^|\.)(?:Parser|Builder)$/,
  xtend: /^/,
  yup: /^/,
  zod: /^(?!.*(?:setErrorMap|config|globalRegistry|register))/,
};

/** Shims of standard functions, each a package: nothing changes before their `shim` is called. */
const shims = /^(?:array|arraybuffer|date|function|math|number|object|promise|reflect|regexp|string|symbol|typedarray)\.(?:prototype\.)?[a-z]+$/;

/** Whether a call below an import of a package only computes. */
export function isPure(specifier: string, path: string): boolean {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
  // Single functions of lodash, each a package.
  if (name.startsWith('lodash.')) return true;
  if (shims.test(name)) return !/(?:^|\.)shim\b/.test(path);
  // Clients of the AWS SDK read the environment and its files, and connect, when they first send something.
  if (name.startsWith('@aws-sdk/client-')) return /(?:^|\.)\w+(?:Client|Command)$/.test(path);
  return Object.hasOwn(purePackages, name) && purePackages[name]!.test(path);
}

/** Helpers of compilers that hand on the module they are given. */
export const handsOn = /^(?:default\.)?(?:__importDefault|__importStar|__toESM|_?interopRequire(?:Default|Wildcard)|_interop_require_(?:default|wildcard)(?:\._)?|_)$/;

/** Methods of texts and lists that only read; what else has a method of such a name would surprise everybody if it did more. */
export const onlyReads =
  /(?:^|\.)(?:concat|slice|join|indexOf|lastIndexOf|includes|split|trim\w*|toLowerCase|toUpperCase|toString|substring|substr|startsWith|endsWith|charCodeAt|charAt|pad\w+|map|filter|forEach|reduce|some|every|find|findIndex|flatMap|hasOwnProperty|match|replace|isPrototypeOf)$/;
