import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { developmentOnly } from '../../../src/steps/build/production.ts';

/** Manifests by folder; links by their path. */
function unneeded(manifests: Record<string, object>, { links = {}, members = [], loaded = [] }: { links?: Record<string, string>; members?: string[]; loaded?: string[] } = {}): string[] {
  const read = (path: string): string | null => {
    const folder = path.slice(0, -'/package.json'.length);
    const manifest = manifests[links[folder] ?? folder];
    return manifest === undefined ? null : JSON.stringify(manifest);
  };
  return [...developmentOnly({ root: '/app', home: members.length > 0 ? '/' : '/app', members, loaded, files: { read }, realPath: (path) => links[path] ?? path })].sort();
}

describe('developmentOnly', () => {
  const app = { dependencies: { express: '1' }, devDependencies: { jest: '1', debug: '1' } };

  it('names what only devDependencies lead to', () => {
    const manifests = { '/app': app, '/app/node_modules/express': { dependencies: { debug: '1' } }, '/app/node_modules/debug': {}, '/app/node_modules/jest': { dependencies: { chalk: '1', debug: '1' } }, '/app/node_modules/chalk': {} };
    assert.deepEqual(unneeded(manifests), ['/app/node_modules/chalk', '/app/node_modules/jest']);
  });

  it('keeps what was loaded, whatever it is declared as', () => {
    const manifests = { '/app': app, '/app/node_modules/express': {}, '/app/node_modules/jest': { dependencies: { chalk: '1' } }, '/app/node_modules/chalk': {} };
    assert.deepEqual(unneeded(manifests, { loaded: ['/app/node_modules/jest/index.js'] }), []);
  });

  it('keeps what nobody declares, and what packages take from around them', () => {
    const manifests = { '/app': app, '/app/node_modules/express': { peerDependencies: { react: '1' } }, '/app/node_modules/react': {}, '/app/node_modules/stray': {} };
    assert.deepEqual(unneeded(manifests), []);
  });

  it('follows links, and names other packages of the workspace with what only they need', () => {
    const manifests = { '/app': { dependencies: { '@w/lib': '1' } }, '/lib': { dependencies: { ms: '1' } }, '/site': { dependencies: { next: '1', ms: '1' } }, '/node_modules/ms': {}, '/node_modules/next': {} };
    assert.deepEqual(unneeded(manifests, { links: { '/app/node_modules/@w/lib': '/lib' }, members: ['/app', '/lib', '/site'] }), ['/node_modules/next', '/site']);
  });
});
