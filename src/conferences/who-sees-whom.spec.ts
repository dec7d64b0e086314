import {
  broken,
  isFinal,
  maySeeAuthors,
  maySeeReviewers,
  openingsOf,
  type Opening,
  type Progress,
  type Promises,
  type Stance,
} from './who-sees-whom.js';

const call = (change: Partial<Promises> = {}): Promises => ({
  blindness: 'double',
  authorsOpen: 'never',
  reviewersOpen: 'never',
  panelOpen: 'never',
  ...change,
});
const EARLY: Progress = { decided: false, handedIn: false };
const HANDED_IN: Progress = { decided: false, handedIn: true };
const DECIDED: Progress = { decided: true, handedIn: false };
const STEPS = [EARLY, HANDED_IN, DECIDED];

describe('who may see the authors', () => {
  it.each(['author', 'organiser'] as const)('%s: always', (stance) => {
    for (const progress of STEPS) expect(maySeeAuthors(call(), stance, progress)).toBe(true);
  });

  it('nobody else, ever, who is not a reviewer of it', () => {
    for (const blindness of ['open', 'single', 'double'] as const)
      expect(maySeeAuthors(call({ blindness, authorsOpen: 'review' }), 'none', DECIDED)).toBe(false);
  });

  it.each([
    ['never', [false, false, false]],
    ['review', [false, true, true]],
    ['decision', [false, false, true]],
  ] as const)('a reviewer of a double-blind call that opens them: %s', (authorsOpen, seen) => {
    expect(STEPS.map((progress) => maySeeAuthors(call({ authorsOpen }), 'reviewer', progress))).toEqual(seen);
  });

  it.each(['single', 'open'] as const)('a reviewer of a call that is %s: from the start', (blindness) => {
    expect(maySeeAuthors(call({ blindness }), 'reviewer', EARLY)).toBe(true);
  });
});

describe('who may see the reviewers', () => {
  it('organisers who did not write it: always', () => {
    expect(maySeeReviewers(call(), 'organiser', EARLY)).toBe(true);
  });

  it.each([
    ['double', 'never', [false, false, false]],
    ['double', 'decision', [false, false, true]],
    ['single', 'never', [false, false, false]],
    ['single', 'decision', [false, false, true]],
    ['open', 'never', [false, false, true]],
  ] as const)('an author of a call that is %s and opens them: %s', (blindness, reviewersOpen, seen) => {
    const of = call({ blindness, reviewersOpen, panelOpen: 'review' });
    expect(STEPS.map((progress) => maySeeReviewers(of, 'author', progress))).toEqual(seen);
  });

  it.each([
    ['never', [false, false, false]],
    ['review', [false, true, true]],
    ['decision', [false, false, true]],
  ] as const)('a reviewer of a call that opens the panel: %s', (panelOpen, seen) => {
    for (const blindness of ['open', 'single', 'double'] as const) {
      const of = call({ blindness, panelOpen });
      expect(STEPS.map((progress) => maySeeReviewers(of, 'reviewer', progress))).toEqual(seen);
    }
  });

  it('nobody else', () => {
    for (const stance of ['none'] satisfies Stance[])
      expect(maySeeReviewers(call({ blindness: 'open', panelOpen: 'review' }), stance, DECIDED)).toBe(false);
  });
});

it('says what holds in effect', () => {
  const all = { authorsOpen: 'review', reviewersOpen: 'never', panelOpen: 'decision' } as const;
  expect(openingsOf({ blindness: 'double', ...all })).toEqual({
    authors: 'review',
    reviewers: 'never',
    panel: 'decision',
  });
  expect(openingsOf({ blindness: 'single', ...all })).toMatchObject({ authors: 'start', reviewers: 'never' });
  expect(openingsOf({ blindness: 'open', ...all })).toMatchObject({
    authors: 'start',
    reviewers: 'decision',
  });
});

it('keeps a review as it was where handing it in names somebody', () => {
  expect(isFinal(call())).toBe(false);
  expect(isFinal(call({ authorsOpen: 'decision', panelOpen: 'decision' }))).toBe(false);
  expect(isFinal(call({ authorsOpen: 'review' }))).toBe(true);
  expect(isFinal(call({ panelOpen: 'review' }))).toBe(true);
  expect(isFinal(call({ authorsOpen: 'review', blindness: 'single' }))).toBe(false);
});

describe('a change of a call', () => {
  const openings: Opening[] = ['review', 'decision', 'never'];
  it('breaks a promise when it names somebody earlier, and none when later', () => {
    for (const [i, before] of openings.entries())
      for (const [j, after] of openings.entries()) {
        const authors = broken(call({ authorsOpen: before }), call({ authorsOpen: after }));
        expect(authors).toEqual(j < i ? ['authors'] : []);
        const panel = broken(call({ panelOpen: before }), call({ panelOpen: after }));
        expect(panel).toEqual(j < i ? ['reviewers'] : []);
      }
    expect(broken(call(), call({ reviewersOpen: 'decision' }))).toEqual(['reviewers']);
    expect(broken(call({ reviewersOpen: 'decision' }), call())).toEqual([]);
  });

  it.each([
    ['double', 'single', ['authors']],
    ['double', 'open', ['authors', 'reviewers']],
    ['single', 'open', ['reviewers']],
    ['open', 'single', []],
    ['open', 'double', []],
    ['single', 'double', []],
  ] as const)('from %s to %s breaks that of %j', (before, after, sides) => {
    expect(broken(call({ blindness: before }), call({ blindness: after }))).toEqual(sides);
  });
});
