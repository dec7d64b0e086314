import { isLocal } from './local.js';

describe('isLocal', () => {
  it.each([
    ['127.0.0.1', {}, true],
    ['::1', {}, true],
    ['10.0.0.7', {}, false],
    ['127.0.0.1', { 'x-forwarded-for': '203.0.113.7' }, false],
    ['127.0.0.1', { forwarded: 'for=203.0.113.7' }, false],
  ])('%s with %j: %s', (ip, headers, expected) => {
    expect(isLocal({ ip, headers })).toBe(expected);
  });
});
