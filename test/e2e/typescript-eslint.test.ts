import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { it } from 'node:test';
import { compilerOptions } from '../../src/steps/lazy/tsconfig.ts';
import { moved } from '../../src/steps/lazy/sources.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { importsOf } from '../../src/syntax/imports.ts';
import { diskFiles } from '../../src/system/project-files.ts';
import { repository, temporaryFolder } from '../helpers/installed.ts';
import { testRunners } from '../helpers/test-runners.ts';

interface EslintModule {
  ESLint: new (options: object) => { lintText(text: string, options: { filePath: string }): Promise<{ messages: { ruleId: string | null; line: number; message: string }[] }[]> };
}

/** Every TypeScript source of the examples, with all moved that can move where whoever calls waits, and one that still names types. */
function written(): { file: string; text: string }[] {
  const labels = `import Pdf, { type Size, draw } from 'pdf';\n\nexport interface Label {\n  pdf: Pdf;\n  size: Size;\n}\n\nexport async function label(size: Size): Promise<Label> {\n  return { pdf: draw(new Pdf(), size), size };\n}\n`;
  const files = globSync('examples/{hono,nest}/src/*.ts', { cwd: repository }).map((file) => ({ file, text: readFileSync(join(repository, file), 'utf8') }));
  return [...files, { file: 'examples/hono/src/label.ts', text: labels }].flatMap(({ file, text }) => {
    const source = { text, format: { module: 'esm' as const, language: 'ts' as const, compiler: compilerOptions(diskFiles)(join(repository, file)) }, mayWait: () => true };
    const specifiers = (importsOf(text, source.format) ?? []).flatMap(({ specifier }) => specifier ?? []).filter((one) => !/^[./]|nest|^node:/.test(one));
    const { changed, mark, body, edits } = moved(source, specifiers);
    return changed.length === 0 ? [] : [{ file, text: mark + applyEdits(body, edits, file).code }];
  });
}

it("typescript-eslint's recommended rules find nothing in what lazy writes", async (t) => {
  const modules = await testRunners(t);
  if (modules === null) return;
  const require = createRequire(join(modules, 'here.js'));
  const { ESLint } = require('eslint') as EslintModule;
  const { configs } = require('typescript-eslint') as { configs: { recommended: object[]; stylistic: object[] } };
  const cwd = temporaryFolder((clean) => t.after(clean));
  const eslint = new ESLint({ cwd, overrideConfigFile: true, overrideConfig: [...configs.recommended, ...configs.stylistic] });
  const files = written();
  assert.ok(files.length >= 8, `only ${files.length} files were changed`);
  for (const { file, text } of files) {
    assert.match(text, /await import\(/);
    const [result] = await eslint.lintText(text, { filePath: join(cwd, file) });
    assert.deepEqual(result!.messages, [], `${file}\n${text}`);
  }
});
