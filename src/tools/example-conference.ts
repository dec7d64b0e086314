import type { CreateConferenceDto } from '../conferences/conferences.dto.js';

export const EXAMPLE_SLUG = 'example';

const DAY = 86_400_000;

/** The calendar day, in UTC, that lies so many days after an instant. */
export const dayAfter = (at: Date, days: number): string =>
  new Date(at.getTime() + days * DAY).toISOString().slice(0, 10);

/** The example as its organiser would have set it up; `now` is the moment at which it is looked at, in the middle of reviewing. */
export function exampleConference(now: Date): CreateConferenceDto {
  return {
    slug: EXAMPLE_SLUG,
    codePrefix: 'EX',
    kind: 'example',
    name: 'Example Conference on Dialogue',
    subtitle: 'How communities talk with each other, and what comes of it',
    organiserName: 'Institute of Examples',
    description:
      'This conference is an example. Its people, institutions and texts are invented, and its mail stays in the mailbox of this installation.\n\nIt shows a conference in the middle of its work: abstracts are in, reviews are being written, the first decisions have been announced.',
    venue: 'Example Hall and online',
    contactAddress: 'office@example.org',
    startsOn: dayAfter(now, 75),
    endsOn: dayAfter(now, 77),
    timeZone: 'UTC',
    floorLanguage: 'en',
    interpretation: ['hy', 'az', 'ru', 'tr'],
    call: {
      opensOn: dayAfter(now, -68),
      deadlineDay: dayAfter(now, -25),
      wordLimit: 300,
      blindness: 'double',
      reviewsPerSubmission: 3,
      reviewsDueDay: dayAfter(now, 9),
      decisionsOn: dayAfter(now, 20),
      rules:
        'An abstract states a question, how it was studied, and what was found. Write so that readers from other fields can follow.',
    },
    topics: [
      { title: 'Formats of dialogue and their effects' },
      { title: 'Trust between communities' },
      { title: 'Mediation and facilitation' },
      { title: 'Agreements and their implementation' },
      { title: 'Recovery and livelihoods' },
      { title: 'Media, language and memory' },
      { title: 'Prevention of violence' },
    ],
    criteria: [
      {
        title: 'Contribution to the field',
        anchors: [
          'repeats what is known',
          'a small addition',
          'a fair addition',
          'a clear step',
          'opens a new question',
        ],
        weight: 2,
      },
      {
        title: 'Soundness of method',
        anchors: ['does not fit the question', 'serious gaps', 'acceptable', 'sound', 'exemplary'],
        weight: 1,
      },
      {
        title: 'Fairness to all sides',
        anchors: ['one-sided', 'leaning', 'balanced in tone', 'careful', 'exemplary'],
        weight: 1,
      },
    ],
  };
}
