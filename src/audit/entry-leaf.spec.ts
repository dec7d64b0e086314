import { createHash } from 'node:crypto';
import { canonicalJson, entryHash, entryText, hashOfReason, type EntryContent } from './entry-leaf.js';

const entry: EntryContent = {
  id: 'abc',
  conferenceId: null,
  at: '2027-10-31T12:00:00.000001Z',
  actorKind: 'person',
  actorId: 'p1',
  action: 'submission.submitted',
  subjectType: 'submission',
  subjectId: 'PSC-7KQF3',
  before: null,
  after: '{"words": 12, "status": "submitted"}',
  reasonHash: null,
  requestId: 'r1',
  salt: '00ff',
};

describe('the bytes of an entry', () => {
  it('are JSON with all its columns, in the order of the keys, and hashed as a leaf', () => {
    const text = entryText(entry);
    expect(text).toBe(
      '{"action":"submission.submitted","actorId":"p1","actorKind":"person","after":{"status":"submitted","words":12},' +
        '"at":"2027-10-31T12:00:00.000001Z","before":null,"conferenceId":null,"format":1,"id":"abc","reasonHash":null,' +
        '"requestId":"r1","salt":"00ff","subjectId":"PSC-7KQF3","subjectType":"submission"}',
    );
    const keys = Object.keys(JSON.parse(text) as object);
    expect(keys).toEqual(keys.toSorted());
    expect(keys.filter((key) => key !== 'format').toSorted()).toEqual(Object.keys(entry).toSorted());
    expect(entryHash(entry)).toEqual(
      createHash('sha256')
        .update(Buffer.concat([Buffer.of(0), Buffer.from(text)]))
        .digest(),
    );
  });

  it('change with every column', () => {
    const whole = entryText(entry);
    for (const key of Object.keys(entry) as (keyof EntryContent)[])
      expect(entryText({ ...entry, [key]: key === 'before' || key === 'after' ? '[]' : 'other' })).not.toBe(
        whole,
      );
  });

  it('hold a reason as a hash that needs its salt', () => {
    expect(hashOfReason('ab', 'c')).toBe(createHash('sha256').update('abc').digest('hex'));
    expect(hashOfReason('salt', 'Ill')).not.toBe(hashOfReason('tlas', 'Ill'));
  });
});

describe('canonical JSON', () => {
  it.each([
    [null, 'null'],
    [
      '{"b": 1, "a": [true, false, null, {"d": "x", "c": -2}]}',
      '{"a":[true,false,null,{"c":-2,"d":"x"}],"b":1}',
    ],
    // Keys that look like numbers come in the order of their characters too, not first.
    ['{"10": 1, "9": 2, "a": 3, "B": 4}', '{"10":1,"9":2,"B":4,"a":3}'],
    ['"2027-10-31T12:00:00.000Z"', '"2027-10-31T12:00:00.000Z"'],
    ['{"ə": "\\u2028\\"\\\\ 1.50"}', '{"ə":"\u2028\\"\\\\ 1.50"}'],
    ['[0.5, 1e21, -3.25]', '[0.5,1e21,-3.25]'],
  ])('of %s is %s', (json, text) => expect(canonicalJson(json)).toBe(text));

  it('keeps numbers that JavaScript would round', () => {
    expect(canonicalJson('{"n": 1.50, "m": [12345678901234567890, 0.1]}')).toBe(
      '{"m":[12345678901234567890,0.1],"n":1.50}',
    );
    expect(canonicalJson('1.0000000000000000001')).not.toBe(canonicalJson('1'));
  });
});
