export { lazy, lazyAsync } from './lazy.ts';
export { namespaceOf } from './namespace.ts';
