import { decodeCursor, encodeCursor } from './cursor.js';

describe('cursors', () => {
  it('come back as they were', () => {
    expect(decodeCursor(encodeCursor(['PSC-7KQF3', 4]), 2)).toEqual(['PSC-7KQF3', 4]);
  });

  it.each([
    '',
    'x',
    encodeCursor(['a']),
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[null,1]').toString('base64url'),
  ])('refuse %p', (cursor) => {
    expect(() => decodeCursor(cursor, 2)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
