import type { Contribution, LetterAnswer } from '../partners/letter-rules.js';
import { EXAMPLE_PEOPLE, type ExamplePerson } from './example-people.js';

/** A letter of interest of the example and what became of it. */
export interface ExampleLetter {
  from: ExamplePerson;
  organisation: string;
  website: string;
  contribution: Contribution;
  letter: string;
  /** Days before the moment at which the example is looked at. */
  sent: number;
  after?: { days: number; status: LetterAnswer | 'withdrawn'; text?: string }[];
}

const contact = (email: string, name: string, affiliation: string, country?: string): ExamplePerson => ({
  email,
  name,
  affiliation,
  ...(country && { country }),
});

/** One letter for each state that a letter can be in. */
export const LETTERS: readonly ExampleLetter[] = [
  {
    from: EXAMPLE_PEOPLE[3]!,
    organisation: 'Example Foundation for Dialogue',
    website: 'https://foundation.example.org',
    contribution: 'funding',
    letter:
      'We have followed your call with interest and would like to support the conference.\n\nOur foundation can pay for the travel of up to fifteen participants who would otherwise not be able to come, with preference for people at the beginning of their work. We ask for no part in the choice of papers and none in the choice of participants; a short report afterwards is all that we need.\n\nShould you plan a session about the cost of long processes, one of our staff would be glad to take part.',
    sent: 61,
    after: [
      { days: 57, status: 'considered' },
      {
        days: 52,
        status: 'welcomed',
        text: 'Thank you. We gladly accept, and we will write to you about the travel grants once the programme stands.',
      },
    ],
  },
  {
    from: contact('broadcasts@example.com', 'Mira Example', 'Sample Radio', 'PT'),
    organisation: 'Sample Radio',
    website: 'https://radio.example.com',
    contribution: 'media',
    letter:
      'Sample Radio is a small station that broadcasts in four languages. We offer to carry two of your panel discussions live and to keep the recordings available for a year.\n\nWe would need a table near the stage, a line to the interpreters and one conversation beforehand about what must not be recorded.',
    sent: 33,
    after: [{ days: 27, status: 'considered' }],
  },
  {
    from: contact('rooms@example.net', 'Petr Example', 'House of Samples'),
    organisation: 'House of Samples',
    website: 'https://house.example.net',
    contribution: 'venue',
    letter:
      'Our house has a hall for two hundred people, six smaller rooms and a kitchen. In the week of your conference it is free, and we would let you have it for the price of heating and cleaning.',
    sent: 45,
    after: [
      {
        days: 40,
        status: 'declined',
        text: 'Thank you for a generous offer. We had already agreed on another hall and hope to come back to you for the next edition.',
      },
    ],
  },
  {
    from: contact('network@example.org', 'Liv Example', 'Network of Example Mediators', 'NO'),
    organisation: 'Network of Example Mediators',
    website: 'https://mediators.example.org',
    contribution: 'expertise',
    letter:
      'Our network brings together mediators who work between neighbouring communities. We would like to offer a workshop of half a day for those who have never mediated, and two experienced people who could help in the roundtable.\n\nAll of them have signed our code of conduct, which we enclose on request.',
    sent: 4,
  },
  {
    from: contact('office@example.com', 'Sami Example', 'Example Youth Exchange', 'FI'),
    organisation: 'Example Youth Exchange',
    website: 'https://exchange.example.com',
    contribution: 'participants',
    letter:
      'We would like to send a group of twelve young people who have taken part in our exchanges, together with two companions. They would prepare questions for the panel discussions and report to their groups at home.',
    sent: 30,
    after: [{ days: 12, status: 'withdrawn' }],
  },
];
