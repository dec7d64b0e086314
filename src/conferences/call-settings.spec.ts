import type { Call } from './call.entity.js';
import { changeCall, facts, newCall, touchesReviewed } from './call-settings.js';
import type { Conference } from './conference.entity.js';

const now = new Date('2027-08-01T00:00:00Z');

describe('newCall', () => {
  it('opens at once and ends anywhere on Earth unless told otherwise', () => {
    const { row, problems } = newCall({ deadlineDay: '2027-10-31' }, 'Asia/Baku', now);
    expect(problems).toEqual([]);
    expect(row).toEqual({
      opensAt: now,
      closesAt: new Date('2027-11-01T12:00:00Z'),
      zone: 'Etc/GMT+12',
      graceMinutes: 0,
      wordLimit: 300,
      blindness: 'double',
      authorsOpen: 'never',
      reviewersOpen: 'never',
      panelOpen: 'never',
      paper: 'none',
      paperLimitMb: 10,
      languages: [],
      rules: '',
      reviewsPerSubmission: 3,
      reviewsDueAt: null,
      decisionsOn: null,
      reviewingSince: null,
    });
  });

  it('takes what is given', () => {
    const { row } = newCall(
      {
        opensOn: '2027-09-01',
        deadlineDay: '2027-10-31',
        deadlineZone: 'Asia/Yerevan',
        graceMinutes: 10,
        wordLimit: 500,
        blindness: 'open',
        authorsOpen: 'review',
        reviewersOpen: 'decision',
        panelOpen: 'review',
        paper: 'required',
        paperLimitMb: 5,
        rules: 'In English.',
        reviewsPerSubmission: 2,
        reviewsDueDay: '2027-12-01',
        decisionsOn: '2027-12-15',
      },
      'Asia/Baku',
      now,
    );
    expect(row).toMatchObject({
      opensAt: new Date('2027-08-31T20:00:00Z'),
      closesAt: new Date('2027-10-31T20:00:00Z'),
      reviewsDueAt: new Date('2027-12-01T20:00:00Z'),
      blindness: 'open',
      authorsOpen: 'review',
      reviewersOpen: 'decision',
      panelOpen: 'review',
      decisionsOn: '2027-12-15',
    });
  });

  it('refuses a deadline before the opening', () => {
    expect(newCall({ deadlineDay: '2027-07-01' }, 'Asia/Baku', now).problems).toEqual([
      { field: 'call.deadlineDay', code: 'beforeOpening', value: '2027-07-01' },
    ]);
  });
});

describe('changeCall', () => {
  const call: Call = {
    id: 'c',
    conferenceId: 'k',
    ...newCall(
      { deadlineDay: '2027-10-31', reviewsDueDay: '2027-12-01', decisionsOn: '2027-12-15' },
      'UTC',
      now,
    ).row,
    version: 1,
    createdAt: now,
  };

  it('leaves what is not given', () => {
    const {
      reviewingSince: _since,
      version: _version,
      id: _id,
      conferenceId: _conference,
      createdAt: _at,
      ...rest
    } = call;
    expect(changeCall(call, {}, 'UTC', now)).toEqual({ row: rest, problems: [] });
  });

  it('clears days with null and takes new ones', () => {
    expect(changeCall(call, { reviewsDueDay: null, decisionsOn: null }, 'UTC', now).row).toMatchObject({
      reviewsDueAt: null,
      decisionsOn: null,
    });
    expect(
      changeCall(
        call,
        {
          reviewsDueDay: '2027-12-05',
          rules: '',
          wordLimit: 250,
          blindness: 'single',
          authorsOpen: 'decision',
          reviewersOpen: 'decision',
          panelOpen: 'decision',
          paper: 'optional',
          paperLimitMb: 20,
        },
        'UTC',
        now,
      ).row,
    ).toMatchObject({
      reviewsDueAt: new Date('2027-12-06T12:00:00Z'),
      rules: '',
      wordLimit: 250,
      blindness: 'single',
      authorsOpen: 'decision',
      reviewersOpen: 'decision',
      panelOpen: 'decision',
      paper: 'optional',
      paperLimitMb: 20,
    });
  });
});

describe('touchesReviewed', () => {
  const row = newCall({ deadlineDay: '2027-10-31' }, 'UTC', now).row;
  const call = { ...row, id: 'c', conferenceId: 'k', version: 1, createdAt: now };

  it.each([
    ['nothing', {}, false],
    ['reviews due', { reviewsDueAt: now }, false],
    ['opening', { opensAt: new Date(1) }, true],
    ['deadline', { closesAt: new Date(1) }, true],
    ['grace', { graceMinutes: 5 }, true],
    ['blindness', { blindness: 'open' as const }, true],
  ])('%s', (_name, change, expected) => {
    expect(touchesReviewed(call, { ...row, ...change })).toBe(expected);
  });
});

it('the record gets no texts of a conference', () => {
  const conference = {
    version: 3,
    name: 'A name',
    contactAddress: 'office@example.org',
    startsOn: null,
  } as Conference;
  const kept = JSON.stringify(facts(conference, { wordLimit: 300, rules: 'Rules' } as Call));
  expect(kept).toContain('"version":3');
  expect(kept).not.toMatch(/A name|office|Rules/);
});
