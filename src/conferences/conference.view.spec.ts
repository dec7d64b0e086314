import type { Call } from './call.entity.js';
import type { Conference } from './conference.entity.js';
import { callView, conferenceView } from './conference.view.js';

const call: Call = {
  id: 'call',
  conferenceId: 'conference',
  opensAt: new Date('2027-09-01T00:00:00Z'),
  closesAt: new Date('2027-11-01T12:00:00Z'),
  zone: 'Etc/GMT+12',
  graceMinutes: 30,
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
  reviewsDueAt: new Date('2027-12-02T12:00:00Z'),
  decisionsOn: null,
  reviewingSince: null,
  version: 1,
  createdAt: new Date('2027-08-01T00:00:00Z'),
};

describe('callView', () => {
  it.each([
    ['2027-08-31T00:00:00Z', 'before', null],
    ['2027-11-01T11:59:59.999Z', 'open', null],
    ['2027-11-01T12:00:00Z', 'grace', '2027-11-01T12:30:00.000Z'],
    ['2027-11-01T12:30:00Z', 'closed', '2027-11-01T12:30:00.000Z'],
  ])('tells the grace period only after the deadline: %s', (now, state, graceUntil) => {
    expect(callView(call, new Date(now))).toMatchObject({ state, graceUntil, deadlineDay: '2027-10-31' });
  });

  it('tells of no grace where there is none', () => {
    expect(callView({ ...call, graceMinutes: 0 }, new Date('2027-11-02T00:00:00Z')).graceUntil).toBeNull();
  });
});

describe('conferenceView', () => {
  const now = new Date('2027-10-01T00:00:00Z');
  const conference = { id: 'secret-id', slug: 'example', codePrefix: 'EXA' } as Conference;
  const parts = { conference, call, topics: [], criteria: [], previousSlug: null };

  it('keeps settings from everybody but those who inspect', () => {
    const open = conferenceView(parts, false, now);
    expect(open.settings).toBeNull();
    expect(JSON.stringify(open)).not.toMatch(/secret-id|graceMinutes|EXA/);
  });

  it('shows organisers the settings', () => {
    expect(conferenceView(parts, true, now).settings).toEqual({
      codePrefix: 'EXA',
      graceMinutes: 30,
      reviewsPerSubmission: 3,
      reviewsDueAt: '2027-12-02T12:00:00.000Z',
      reviewsDueDay: '2027-12-01',
      reviewingSince: null,
    });
  });

  it('shows days that are not set as null', () => {
    const later = { ...parts, call: { ...call, reviewsDueAt: null, reviewingSince: now } };
    expect(conferenceView(later, true, now).settings).toMatchObject({
      reviewsDueAt: null,
      reviewsDueDay: null,
      reviewingSince: now.toISOString(),
    });
  });
});
