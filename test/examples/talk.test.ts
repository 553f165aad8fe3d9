import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerTo } from './answers.ts';
import { startExample } from './running.ts';

test("the talk's example answers with what its two libraries computed while they loaded", async () => {
  await using talk = await startExample('talk', '/a', { SCALE: '0.001' });
  assert.deepEqual((await answerTo(talk.origin, 'GET /a')).body, { x: 3454239405 });
  assert.deepEqual((await answerTo(talk.origin, 'GET /b')).body, { y: 1046862997 });
});
