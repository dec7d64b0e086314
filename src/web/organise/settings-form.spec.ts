import {
  changedRows,
  changeOf,
  criteriaOf,
  criterionRows,
  emptied,
  filledRows,
  languagesOf,
  topicRows,
  topicsOf,
} from './settings-form.js';

describe('a part of the settings', () => {
  const call = {
    opensOn: '2027-05-01',
    deadlineDay: '2027-10-31',
    wordLimit: '300',
    reviewsPerSubmission: 'x',
    graceMinutes: '',
  };

  it('is what the API would get', () => {
    expect(changeOf('call', { call }, '2027-04-30')).toEqual({
      call: {
        opensOn: '2027-05-01',
        deadlineDay: '2027-10-31',
        deadlineZone: '',
        blindness: '',
        authorsOpen: '',
        reviewersOpen: '',
        panelOpen: '',
        paper: '',
        paperLimitMb: undefined,
        rules: '',
        reviewsDueDay: '',
        decisionsOn: '',
        reason: '',
        wordLimit: 300,
        reviewsPerSubmission: 'x',
        graceMinutes: undefined,
      },
    });
    expect(changeOf('texts', { name: 'A', venue: 'B' }, '')).toMatchObject({
      name: 'A',
      venue: 'B',
      subtitle: '',
    });
    expect(changeOf('dates', { timeZone: 'UTC', interpretation: ['hy', 'az'] }, '')).toMatchObject({
      timeZone: 'UTC',
      interpretation: ['hy', 'az'],
    });
    expect(changeOf('dates', {}, '')).toMatchObject({ interpretation: [] });
    expect(changeOf('open', { lettersOpen: 'true' }, '')).toEqual({
      lettersOpen: true,
      registrationOpen: false,
    });
    expect(changeOf('close-call', { closeReason: 'enough' }, '')).toEqual({
      call: { closeNow: true, reason: 'enough' },
    });
  });

  it('leaves the opening alone when its day was not changed', () => {
    expect(changeOf('call', { call }, '2027-05-01')['call']).not.toHaveProperty('opensOn');
  });

  it('tells what was emptied', () => {
    expect(emptied('texts', { name: ' ', organiserName: 'x' })).toBe('name');
    expect(emptied('texts', { name: 'x', organiserName: 'x' })).toBeUndefined();
    expect(emptied('call', { call: { ...call, wordLimit: '' } })).toBe('call.wordLimit');
    expect(emptied('call', {})).toBe('call.opensOn');
  });
});

describe('a list of the settings', () => {
  const form = {
    topics: [{ id: 'a', title: 'A' }, { id: '', title: ' ' }, { id: '', title: 'New' }, 'odd'],
    criteria: [
      { id: 'c', title: 'C', weight: '2', anchors: ['1', '2', '3', '4', '5'] },
      { title: '', anchors: { 0: '' } },
      { title: 'D', weight: 'x', anchors: ['one'] },
    ],
  };

  it('is read row by row, without rows left empty', () => {
    expect(topicsOf(filledRows(topicRows(form)))).toEqual([{ id: 'a', title: 'A' }, { title: 'New' }]);
    expect(criteriaOf(filledRows(criterionRows(form)))).toEqual([
      { id: 'c', title: 'C', weight: 2, anchors: ['1', '2', '3', '4', '5'] },
      { title: 'D', weight: 'x', anchors: ['one', '', '', '', ''] },
    ]);
    expect(topicRows({})).toEqual([]);
  });

  it('is changed by its buttons', () => {
    const rows = ['a', 'b', 'c'];
    expect(changedRows(rows, 'add', '')).toEqual(['a', 'b', 'c', '']);
    expect(changedRows(rows, 'up:1', '')).toEqual(['b', 'a', 'c']);
    expect(changedRows(rows, 'down:1', '')).toEqual(['a', 'c', 'b']);
    expect(changedRows(rows, 'remove:0', '')).toEqual(['b', 'c']);
    for (const act of ['up:0', 'down:2', 'remove:3', 'remove:x', 'save', 'turn:1', 'up'])
      expect(changedRows(rows, act, '')).toBeUndefined();
  });
});

describe('languages to choose from', () => {
  it('begin with those in use, each once', () => {
    const languages = languagesOf('en', ['tr', 'hy']);
    expect(languages.slice(0, 3)).toEqual(['en', 'tr', 'hy']);
    expect(new Set(languages).size).toBe(languages.length);
  });
});
