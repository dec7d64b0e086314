import { decodeCursor, encodeCursor } from './cursor.js';

describe('cursors', () => {
  it('come back as they were', () => {
    expect(decodeCursor(encodeCursor(['PSC-7KQF3', 4]), ['text', 'number'])).toEqual(['PSC-7KQF3', 4]);
  });

  it.each([
    '',
    'x',
    encodeCursor(['a']),
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[null,1]').toString('base64url'),
  ])('refuse %p', (cursor) => {
    expect(() => decodeCursor(cursor, ['text', 'number'])).toThrow(expect.objectContaining({ status: 400 }));
  });

  it.each(['2027-01-31 12:00:00.123456+00', '2027-01-31 12:00:00+04:30', '2028-02-29T23:59:59.000Z'])(
    'hold the instant %s',
    (instant) => {
      expect(decodeCursor(encodeCursor([instant]), ['instant'])).toEqual([instant]);
    },
  );

  it.each([
    'x', 7, '', 'now', 'infinity', '2027-01-31', '2027-02-29 12:00:00+00', '2027-13-01 12:00:00+00', '2027-01-31 24:00:00Z',
    '2027-01-31 12:60:00Z', '0000-01-01 00:00:00Z', '2027-01-31 12:00:00+99', '2027-01-31 12:00:00', '12027-01-31 12:00:00Z',
  ])('hold no instant %p', (instant) => {
    expect(() => decodeCursor(encodeCursor([instant]), ['instant'])).toThrow(
      expect.objectContaining({ status: 400 }),
    );
  }); // prettier-ignore

  it.each(['a\0b', '\ud800'])('hold no text that cannot be compared', (text) => {
    expect(() => decodeCursor(encodeCursor([text]), ['text'])).toThrow(
      expect.objectContaining({ status: 400 }),
    );
  });
});
