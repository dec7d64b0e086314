import { afterOf, pageOfRows } from './page.js';

const rows = [1, 2, 3].map((n) => ({ id: `id-${n}`, createdAt: new Date(1000 * n) }));

describe('pages of a list', () => {
  it('end where there is no more', () => {
    expect(pageOfRows(rows, 3)).toEqual({ items: rows, next: null });
    expect(pageOfRows([], 3)).toEqual({ items: [], next: null });
  });

  it('go on after their last row', () => {
    const page = pageOfRows(rows, 2);
    expect(page.items).toEqual(rows.slice(0, 2));
    expect(afterOf({ after: page.next! })).toEqual([new Date(2000), 'id-2']);
  });

  it('begin without a cursor', () => {
    expect(afterOf({})).toEqual([null, null]);
  });

  it('refuse a cursor without an instant', () => {
    for (const key of ['["x","y"]', '[-8.64e15,"y"]', '[8.65e15,"y"]', '[1,"\\u0000"]']) {
      const cursor = Buffer.from(key).toString('base64url');
      expect(() => afterOf({ after: cursor })).toThrow(expect.objectContaining({ status: 400 }));
    }
  });
});
