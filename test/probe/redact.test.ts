import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redactor } from '../../src/probe/redact.ts';

test('values that were given are replaced by their names from four characters on', () => {
  assert.equal(redactor({ TOKEN: 'abcd', MODE: 'dev' })('token abcd in dev mode, xabcdx'), 'token <TOKEN> in dev mode, x<TOKEN>x');
});

test('inherited values are replaced from eight characters on, but those that only say where we are', () => {
  const redact = redactor({}, { AWS_SECRET: 'canary-1234', SHORT: 'canary', HOME: '/home/someone' });
  assert.equal(redact('/home/someone: canary-1234 canary'), '/home/someone: <AWS_SECRET> canary');
});

test('a value that contains another one is replaced whole', () => {
  assert.equal(redactor({ USER_NAME: 'admin', FULL: 'admin:pass+word?' })('admin:pass+word? and admin'), '<FULL> and <USER_NAME>');
});

test('the credentials of a URL are found alone and decoded', () => {
  const redact = redactor({ DATABASE_URL: 'postgres://shop:p%40ssword@db.internal/shop?sslkey=topsecret' });
  assert.equal(redact('login with p@ssword failed, key topsecret'), 'login with <DATABASE_URL> failed, key <DATABASE_URL>');
});

test('a value of several lines is found whole, line by line, and as JSON', () => {
  const redact = redactor({ KEY: '-----BEGIN-----\nMIIabcdef\n-----END-----' });
  assert.equal(redact('first\nMIIabcdef\nlast'), 'first\n<KEY>\nlast');
  assert.equal(redact('{"key":"-----BEGIN-----\\nMIIabcdef\\n-----END-----"}'), '{"key":"<KEY>"}');
});
