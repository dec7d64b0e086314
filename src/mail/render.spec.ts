import { readFileSync } from 'node:fs';
import { mailTemplate } from './catalogue.js';
import { MailKinds } from './kinds.js';
import { hashOf, render } from './render.js';

const common = {
  conferenceName: 'Example Conference',
  contactAddress: 'desk@example.org',
  recipientName: 'Ani Example',
};
const statusUrl = 'https://conference.example.org/submissions/EX-7KQF';
const receipt = {
  title: 'On trust',
  code: 'EX-7KQF',
  authors: ['Ani Example', 'Elvin Example'],
  wordCount: 287,
  submittedAt: '31 October 2026, 23:59 (AoE)',
  textHash: 'ab'.repeat(32),
  statusUrl,
};

/** What a reader of the HTML sees. */
const seen = (html: string): string =>
  html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('render', () => {
  it('fills the frame and the body', () => {
    const { subject, text, html } = render('en', 'submission_receipt', { ...common, ...receipt });
    expect(subject).toBe('EX-7KQF: we have your submission to Example Conference');
    expect(text).toMatch(/^Dear Ani Example,\n\nThank you/);
    expect(text).toContain('By: Ani Example, Elvin Example\nAbstract: 287 words\n');
    expect(text).toContain(
      `\n\n${statusUrl}\n\nQuestions? Reply to this message, or write to desk@example.org.`,
    );
    expect(text).not.toMatch(/\n{3}/);
    expect(html).toContain(`<a href="${statusUrl}"`);
    expect(html.match(/<a /g)).toHaveLength(1);
  });

  it('has a word for a button that has none of its own', () => {
    const { html } = render('en', 'submission_receipt', { ...common, ...receipt, newUrl: statusUrl });
    expect(html).toContain('>Open the page</a>');
  });

  it('greets without a name, and says nothing of a contact that is not there', () => {
    const { text } = render('en', 'sign_in', {
      ...common,
      recipientName: '',
      contactAddress: '',
      signInUrl: 'https://conference.example.org/sign-in/x',
      minutes: 15,
    });
    expect(text).toMatch(/^Hello,\n/);
    expect(text).not.toContain('Questions?');
  });

  it.each([
    '<script>alert(1)</script>',
    '[Click](https://evil.example)',
    '<a href="https://evil.example">x</a>',
    '{{7*7}} {% include "x" %}',
    '${7*7} <%= 1 %> {name.constructor}',
    'https://evil.example/a?b=c&d="e"',
    'www.evil.example and mail@evil.example',
  ])('shows %s as it is, and links nothing of it', (title) => {
    const { subject, text, html } = render('en', 'decision_accepted', {
      ...common,
      title,
      code: 'EX-7KQF',
      textToAuthors: `${title}\n\n${title}`,
      statusUrl,
    });
    expect(text.split(title)).toHaveLength(4);
    expect(seen(html).split(title)).toHaveLength(4);
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(html).not.toMatch(/evil\.example|<script/);
    expect(subject).toContain('EX-7KQF');
  });

  it('makes one line of a hostile subject', () => {
    const { subject } = render('en', 'sign_in', {
      ...common,
      conferenceName: 'Example\r\nBcc: v@example.org\x0b\x00\x7f Conference',
      signInUrl: 'https://conference.example.org/sign-in/x',
      minutes: 15,
    });
    expect(subject).toBe('Your sign-in link for Example Bcc: v@example.org Conference');
  });

  it('refuses a missing variable and an unknown kind', () => {
    expect(() => render('en', 'sign_in', { ...common, minutes: 15 })).toThrow('signInUrl');
    expect(() => render('en', 'no_such_kind', common)).toThrow('mail:no_such_kind.subject');
  });

  it('falls back to English', () => {
    expect(mailTemplate('xx', 'sign_in', 'subject')).toBe(mailTemplate('en', 'sign_in', 'subject'));
    expect(mailTemplate('en', 'toString', 'length')).toBeUndefined();
    expect(mailTemplate('en', 'sign_in', 'toString')).toBeUndefined();
  });

  it('hashes subject, text and HTML', () => {
    const message = { subject: 'a', text: 'b', html: 'c' };
    expect(hashOf(message)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(message)).toBe(hashOf({ html: 'c', text: 'b', subject: 'a' }));
    expect(hashOf(message)).not.toBe(hashOf({ subject: 'ab', text: '', html: 'c' }));
  });
});

describe('the texts', () => {
  const catalogue = JSON.parse(
    readFileSync(new URL('../locales/en/mail.json', import.meta.url), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const all: Record<string, unknown> = {
    ...common,
    ...receipt,
    signInUrl: 'https://conference.example.org/a',
    confirmUrl: 'https://conference.example.org/b',
    invitationUrl: 'https://conference.example.org/c',
    reviewsUrl: 'https://conference.example.org/d',
    minutes: 15,
    keptUntil: '7 November 2026',
    changedAt: '30 October 2026',
    withdrawnAt: '30 October 2026',
    invitedBy: 'Leyla Example',
    reviewsDue: '1 December 2026',
    count: 2,
    titles: ['One', 'Two'],
    textToAuthors: 'Well done.',
    organisation: 'Example Foundation',
    receivedAt: '30 October 2026',
    welcomed: true,
    answer: 'With pleasure.',
    name: 'Ani Example',
    attendance: 'Online',
    interpretation: 'English',
    when: '1 to 3 March 2027',
    venue: 'Example Hall',
    what: 'Work laptop',
    at: '30 October 2026',
    proofUrl: 'https://conference.example.org/f',
    mergeUrl: 'https://conference.example.org/g',
    days: 14,
    change: 'added',
    changedAddress: 'second@example.org',
    byOrganiser: true,
    joinedAt: '30 October 2026',
    waysUrl: 'https://conference.example.org/e',
    officer: 'Aram Example',
    publicName: 'A. Shade',
    viewedAt: '30 October 2026',
    reason: 'A threat was reported.',
    officersUrl: 'https://conference.example.org/h',
    isOver: true,
    takenUntil: '8 December 2026',
    panelUrl: 'https://conference.example.org/i',
    responseUrl: 'https://conference.example.org/j',
    wordLimit: 300,
    closesAt: '10 December 2026',
    earlierOn: '1 December 2026',
    conditions: 'Please name your sources.',
    confirmOn: '2027-01-31',
    decided: true,
    waitlistUrl: 'https://conference.example.org/k',
    letterTo: 'Elvin Example',
    letterSubject: 'EX-7KQF: accepted for Example Conference',
    letter: 'Dear Elvin Example,',
    listUrl: 'https://conference.example.org/l',
    size: 3,
    changed: 2,
    unconfirmed: true,
  };
  const optional = [
    'invitedBy',
    'reviewsDue',
    'titles',
    'interpretation',
    'when',
    'venue',
    'takenUntil',
    'earlierOn',
    'conditions',
  ];
  const kinds = Object.keys(catalogue).filter((group) => catalogue[group]?.['subject']);

  it('are of thirty-six kinds', () => {
    expect(kinds).toHaveLength(36);
    expect(new MailKinds().all().map(({ kind }) => kind)).toEqual(['sign_in']);
  });

  it('take an empty value for none', () => {
    const empty = Object.fromEntries(optional.map((name) => [name, '']));
    for (const kind of kinds)
      expect(render('en', kind, { ...all, ...empty, withdrawnAt: '' }).text).not.toMatch(
        /: ?\n(?!\n)|by \.|into:|\n{3}/,
      );
  });

  it.each(kinds)(
    '%s names the conference, has a name, and renders with and without what is optional',
    (kind) => {
      expect(catalogue[kind]?.['name']).toBeTruthy();
      const { subject, text } = render('en', kind, all);
      expect(subject).toContain('Example Conference');
      expect(text).toContain('Example Conference');
      const few = Object.fromEntries(
        Object.entries(all).filter(
          ([name]) => !optional.includes(name) || (kind === 'review_reminder' && name === 'reviewsDue'),
        ),
      );
      const short = render('en', kind, {
        ...few,
        count: 1,
        wordCount: 1,
        welcomed: false,
        isOver: false,
        decided: false,
        unconfirmed: false,
        size: 1,
        changed: 1,
        answer: '',
        textToAuthors: '',
        authors: ['A'],
      });
      expect(short.text).not.toMatch(/\n{3}|\{|undefined|: \n/);
    },
  );
});
