import assert from 'node:assert/strict';
import test from 'node:test';
import type { Verification } from '../../src/model/verification.ts';
import { renderVerification } from '../../src/render/verification.ts';

const plain = { columns: 80, color: false };

function aVerification(given: Partial<Verification> = {}): Verification {
  return {
    kind: 'verification',
    version: 1,
    variants: ['split'],
    requests: 12,
    writesSkipped: 0,
    statuses: { 200: 10, 404: 2 },
    differences: [],
    byNature: [],
    deferredModulesLoaded: 0,
    failedToLoad: [],
    ...given,
  };
}

test('no difference is said in a sentence, with what it rests on', () => {
  assert.equal(
    renderVerification(aVerification({ writesSkipped: 3, deferredModulesLoaded: 31, byNature: [{ request: 'GET /', at: 'body $.uptime', as: 'number' }] }), plain),
    `\
No difference: split answered 12 requests as the original does.
The original answered 10 requests with 200, 2 requests with 404.
31 deferred modules loaded late.
3 requests not sent because they may write; --allow-writes sends them.

Differs between starts of the original too, so only its kind was compared
  GET /: body $.uptime (number)
`,
  );
});

test('differences are shown as a diff for each request, with a hunk for each aspect', () => {
  const differences: Verification['differences'] = [
    { request: 'GET /a', variant: 'split', aspect: 'status', name: null, diff: ['-200', '+500'] },
    { request: 'GET /a', variant: 'split', aspect: 'header', name: 'vary', diff: ['-vary: accept'] },
    { request: 'GET /b', variant: 'split', aspect: 'body', name: null, diff: [' <p>', '-tea', '+\u001b[31mmilk'] },
  ];
  assert.equal(
    renderVerification(aVerification({ differences }), plain),
    `\
2 answers of split differ from the original's, of 12 requests.
The original answered 10 requests with 200, 2 requests with 404.

GET /a
--- original
+++ split
@@ status @@
-200
+500
@@ header vary @@
-vary: accept

GET /b
--- original
+++ split
@@ body @@
 <p>
-tea
+·[31mmilk
`,
  );
});

test('a variant that does not come up is said first', () => {
  const differences: Verification['differences'] = [{ request: null, variant: 'split', aspect: 'start', name: null, diff: ['-it answers', '+it did not answer within 30 s'] }];
  assert.equal(
    renderVerification(aVerification({ differences }), plain),
    `\
split did not come up.
The original answered 10 requests with 200, 2 requests with 404.

--- original
+++ split
@@ start @@
-it answers
+it did not answer within 30 s
`,
  );
});

test('modules that cannot be loaded are named with the reason', () => {
  const failedToLoad = [{ variant: 'split', module: 'sharp', message: 'Cannot find module sharp' }];
  assert.equal(
    renderVerification(aVerification({ requests: 0, statuses: {}, deferredModulesLoaded: 30, failedToLoad }), plain),
    `\
1 deferred module of split cannot be loaded.
30 deferred modules loaded late.

Cannot be loaded
  split: sharp: Cannot find module sharp
`,
  );
});

test('of many differences the first twenty are shown', () => {
  const differences = Array.from({ length: 25 }, (_, i) => ({ request: `GET /${i}`, variant: 'split', aspect: 'status' as const, name: null, diff: ['-200', '+500'] }));
  assert.match(renderVerification(aVerification({ differences }), plain), /^GET \/19\n[^]*\n\nand 5 more: --json lists all\n$/m);
});
