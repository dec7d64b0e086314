import { exampleSnapshot } from './example-snapshot.js';
import { canonicalJson, papersOf, snapshotHash } from './snapshot.js';

describe('canonicalJson', () => {
  it('sorts keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'x' }, 2, true] })).toBe(
      '{"a":[{"c":"x","d":null},2,true],"b":1}',
    );
  });

  it('leaves out undefined values', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('sorts by code units, whatever the language', () => {
    expect(canonicalJson({ ə: 1, z: 2, Z: 3 })).toBe('{"Z":3,"z":2,"ə":1}');
  });
});

describe('snapshotHash', () => {
  it('does not depend on the order of keys', () => {
    const snapshot = exampleSnapshot();
    const { format, conference, volume, sections, frozenAt } = snapshot;
    const turned = { frozenAt, sections, volume, conference, format };
    expect(snapshotHash(turned)).toBe(snapshotHash(snapshot));
    expect(snapshotHash(snapshot)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with one letter', () => {
    const changed = exampleSnapshot();
    changed.sections[0]!.papers[0]!.title += '.';
    expect(snapshotHash(changed)).not.toBe(snapshotHash(exampleSnapshot()));
  });
});

describe('papersOf', () => {
  it('lists papers in printed order with their place in the section', () => {
    const list = [...papersOf(exampleSnapshot())].map(({ section, position, paper }) => [
      section.title,
      position,
      paper.id,
    ]);
    expect(list).toEqual([
      ['Dialogue, trust and reconciliation', 1, 'PSC-7KQF3'],
      ['Dialogue, trust and reconciliation', 2, 'PSC-M2X9A'],
      ['Prevention of future violence', 1, 'PSC-C4T8W'],
    ]);
  });
});
