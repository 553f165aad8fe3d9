/**
 * A fixed amount of what starting a Node app does: reading JSON, cutting strings, filling maps, compiling and running new
 * source. It is run by its source text in another process, so it must use nothing from outside itself. Changing it
 * changes what `machineSpeed` means: measure REFERENCE_MS anew.
 */
export function referenceJob(): number {
  let checksum = 0;
  const records = Array.from({ length: 400 }, (_, index) => ({ id: index, name: `package-${index}`, exports: { './a': `./lib/${index}/a.js`, './b': `./lib/${index}/b.js` }, tags: ['x', 'y', String(index * 7)] }));
  const json = JSON.stringify(records);
  for (let round = 0; round < 14; round += 1) checksum += (JSON.parse(json) as unknown[]).length;

  const seen = new Map<string, number>();
  for (let index = 0; index < 28_000; index += 1) {
    const path = `/node_modules/package-${index % 3000}/lib/${index % 17}/index.js`;
    const folder = path.slice(0, path.lastIndexOf('/'));
    seen.set(folder, (seen.get(folder) ?? 0) + path.split('/').length);
  }
  checksum += seen.size;

  for (let index = 0; index < 140; index += 1) {
    const methods = Array.from({ length: 20 }, (_, method) => `exports.m${method} = function (a, b) { const list = [a, b, ${index}]; return list.map((x) => x * ${method + 1}).reduce((s, x) => s + x, 0); };`);
    const compiled = new Function('exports', `"use strict"; class Base${index} { get value() { return ${index}; } }\n${methods.join('\n')}\nreturn new Base${index}().value + exports.m3(1, 2);`);
    checksum += Number(compiled({}));
  }
  return checksum;
}
