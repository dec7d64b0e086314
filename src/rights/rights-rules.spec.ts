import type { Fate, Holding } from '../people/personal-data.js';
import { effectsOf, movingOf, previewText } from './rights-rules.js';

const holding = (kind: string, id: string, fate: Fate): Holding => ({
  kind,
  id,
  fate,
  conferenceId: null,
  submissionId: null,
});

describe('effectsOf', () => {
  it('counts by kind and fate, what goes first', () => {
    const holdings = [
      holding('decision', 'd1', 'kept'),
      holding('mail', 'm1', 'emptied'),
      holding('registration', 'r1', 'deleted'),
      holding('mail', 'm2', 'emptied'),
      holding('review', 'v1', 'kept'),
    ];
    expect(effectsOf(holdings)).toEqual([
      { kind: 'registration', fate: 'deleted', count: 1 },
      { kind: 'mail', fate: 'emptied', count: 2 },
      { kind: 'decision', fate: 'kept', count: 1 },
      { kind: 'review', fate: 'kept', count: 1 },
    ]);
  });
});

describe('movingOf', () => {
  it('leaves ways to sign in behind, whatever an erasure would do', () => {
    const holdings = [holding('signIn', 's1', 'deleted'), holding('registration', 'r1', 'deleted')];
    expect(movingOf(holdings)).toEqual([{ kind: 'registration', fate: 'kept', count: 1 }]);
  });
});

describe('previewText', () => {
  it('does not depend on the order, nor on what comes and goes', () => {
    const one = holding('registration', 'r1', 'deleted');
    const two = holding('letter', 'l1', 'deleted');
    expect(previewText([one, two], ['b', 'a'])).toBe(
      previewText([two, holding('mail', 'm', 'emptied'), one], ['a', 'b']),
    );
    expect(previewText([one])).not.toBe(previewText([one, two]));
    expect(previewText([one], ['a'])).not.toBe(previewText([one]));
  });
});
