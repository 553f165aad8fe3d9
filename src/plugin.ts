// What plugins may import. Loads the parser and no document schema.
export type { DeferralsFile } from './model/deferrals.ts';
export { packageRule } from './steps/deferrals/packages.ts';
export { defer } from './syntax/defer.ts';
export { applyEdits } from './syntax/edits.ts';
export { pureLoads, type Load } from './syntax/effects.ts';
export type { Host, NamespaceLoad } from './syntax/hosts.ts';
export { importsOf, type ImportSite } from './syntax/imports.ts';
export { moduleRecord, type ModuleRecord } from './syntax/module-record.ts';
export { languageOf, type SourceFormat } from './syntax/parse.ts';

// For frameworks.
export { joinPaths, spelled, verbs } from './steps/static-routes/paths.ts';
export type { Framework } from './syntax/reader/framework.ts';
export type { AppClass, Call, FoundRoute, Handler, Place, RouteReader, Thing, Value } from './syntax/reader/reader.ts';
