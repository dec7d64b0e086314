import { countWords } from '../submissions/words.js';
import { ABSTRACT_CORES, type StudyKind } from './example-abstracts.js';
import { chance } from '../platform/chance.js';

/** The shortest and the longest that an abstract of the example is meant to be, in words. */
export const SHORTEST = 60;
export const LONGEST = 290;

const METHODS: Record<StudyKind, readonly string[]> = {
  interviews: [
    'We held forty-two open interviews, most of them twice, and let the people interviewed correct our notes.',
    'The material is a set of long conversations that were recorded with consent and read by two of us independently.',
    'Those interviewed were found through three unconnected starting points, so that no single circle of acquaintances dominates.',
    'Each conversation began with an ordinary day and came to our subject only when the speaker did.',
    'Quotations were shown to those who had said them before any of this was written, and a few were withdrawn.',
    'We asked everybody the same closing question: what should we have asked you?',
  ],
  survey: [
    'The survey was answered by some two thousand adults, drawn in two stages and weighted by age and household size.',
    'Half of the respondents got the questions in the reverse order, which allows us to separate opinion from habit.',
    'A list experiment hides individual answers and makes it possible to ask about matters that people seldom admit.',
    'The questionnaire was written in one language, translated into three and translated back until the versions agreed.',
    'We repeated the survey with the same people after eight months and lost about a fifth of them on the way.',
    'Interviewers were assigned by lot, and their influence is estimated along with the rest.',
  ],
  archive: [
    'We read more than six hundred documents and coded each by its date, its author and the act that it performs.',
    'The collection was assembled from published sources only, and the list of what could not be found is part of the data.',
    'Two coders worked without knowledge of each other and agreed in roughly five cases of six.',
    'Drafts, where they exist, are compared with final texts line by line.',
    'Dates are taken from the documents themselves and never from accounts that were written later.',
    'The coding scheme and all decisions about doubtful cases are published with the paper.',
  ],
  comparison: [
    'The cases were chosen to differ in outcome and to resemble each other in size, length and means.',
    'We compare nine arrangements along the same twelve questions, most of which can be answered with yes or no.',
    'For each case an insider and an outsider wrote a description, and we worked from the differences between the two.',
    'Because the number of cases is small, we ask for each explanation which single observation would refute it.',
    'Cases without a result are included, since they are the ones that handbooks leave out.',
  ],
  theory: [
    'The argument proceeds from a single stylised situation with two groups, one resource and an uncertain referee.',
    'We begin with a definition that is deliberately narrow and loosen it step by step.',
    'Three objections are discussed in detail, and one of them is accepted.',
    'A small formal model, which can be followed without mathematics, shows where the usual intuition fails.',
    'Examples are invented throughout, so that no reader has to agree about a particular past in order to follow.',
  ],
  field: [
    'Over eleven months we attended meetings as silent guests and kept a diary of every visit.',
    'Observation was announced, and whoever preferred not to be observed was left out of the notes.',
    'Short counts, taken at fixed hours, complement the descriptions and guard us against remembering only what was striking.',
    'Volunteers played through the same situation under four conditions that were assigned by lot.',
    'Our notes were discussed with those concerned at the end of every month, and the disagreements were kept.',
    'Two of the authors observed the same occasions from different seats, which turned out to matter.',
  ],
};

const RESULTS: readonly string[] = [
  'Three patterns stand out, and none of them follows the line that divides the two groups.',
  'The effect is moderate, appears early and fades unless something is done to renew it.',
  'What looked like disagreement about facts was in most cases disagreement about their order.',
  'Contrary to our expectation, age explains little and the length of residence a good deal.',
  'Those who had been asked for their opinion before were more doubtful and more constant in what they said.',
  'The result holds for both groups and is a little stronger in the smaller one.',
  'Differences within each group turned out to be larger than the difference between them.',
  'In about a third of the cases nothing happened at all, and these cases are instructive.',
  'Practical matters were settled quickly; whatever touched on names, dates or honour was put off.',
  'We find no trace of the effect that is most often named in the literature.',
  'Where a third person was present, both sides spoke longer and promised less.',
  'Small successes were remembered as luck and small failures as intent.',
  'The order in which subjects were raised predicts the outcome better than the subjects themselves.',
  'People changed what they did before they changed what they said about it.',
  'Neither money nor information was what was missing; most often it was a regular occasion to meet.',
  'The first weeks decided more than all that followed, which nobody involved had foreseen.',
  'Participants judged the same proposal differently as soon as they believed that the others liked it.',
  'Wherever a written record was kept, later accounts agreed with each other more closely.',
];

const MEANINGS: readonly string[] = [
  'For practice this suggests planning fewer meetings and more time around each of them.',
  'The finding speaks for arrangements that can be tried, abandoned and tried again without loss of face.',
  'We draw from this a short list of questions that organisers can ask themselves before they begin.',
  'Funders who ask for results within a year should know what such results leave out.',
  'The implication is modest: not a new method, but another order of familiar steps.',
  'If this is right, training should spend less time on techniques and more on preparation.',
  'It follows that success should be measured by what people go on to do without help.',
  'Our results caution against transferring a format merely because it has worked elsewhere.',
  'They also show that patience is a resource which can be planned for like any other.',
  'For theory this means that intentions should be treated as a result and not as a starting point.',
  'Offices that publish their delays lose less confidence than those that explain them afterwards.',
  'We therefore propose to keep the two tasks apart and to give them to different people.',
  'A simple record, kept by both sides and open to both, would have prevented most of the difficulties we saw.',
  'What helps is rarely forbidden and rarely paid for, which may be why it is rarely done.',
  'The paper closes with advice for those who must decide before research can tell them.',
];

const LIMITS: readonly string[] = [
  'The study has limits that we state plainly: it is small, it relies on those who were willing to talk, and it ends too early.',
  'Whether the result would hold under greater tension cannot be told from our material.',
  'We cannot exclude that our presence made everybody more polite.',
  'People who had left could not be reached, and they may be the ones who would disagree.',
  'A replication by colleagues with other sympathies would be welcome, and our material is open to them.',
  'The comparison says nothing about cases in which no contact was possible at all.',
  'As all cases are recent, long effects remain unknown.',
  'Some of the terms do not translate well, and where this matters we give them in the original.',
  'We report what did not work in as much detail as what did.',
  'Numbers are given with their uncertainty, which is considerable.',
];

const OUTLOOKS: readonly string[] = [
  'We invite discussion in particular of the second part, where our own views differ.',
  'A workshop version of the paper, with exercises, can be offered on request.',
  'In the presentation we will concentrate on two cases and leave time for questions.',
  'A plain summary in several languages accompanies the paper.',
  'Further work will look at the same people after another year.',
  'The paper is part of a larger comparison whose other parts are under way.',
  'We would like to present it together with somebody who disagrees.',
];

/** Different orders of one pool for different abstracts, so that a sentence returns late and among other ones. */
function dealt(pool: readonly string[], random: () => number): string[] {
  return pool
    .map((sentence) => ({ sentence, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ sentence }) => sentence);
}

/** How long the abstract at a position is meant to be, in words. Every length occurs, short ones among long ones. */
const wanted = (index: number): number => SHORTEST + 12 + ((index * 83) % (LONGEST - SHORTEST - 12));

/**
 * The whole text of an abstract of the example: its core, then how it was studied, what was found and what follows, as much
 * as its length allows. The same text for the same position, and no two alike.
 * @returns plain text with paragraphs separated by blank lines, from {@link SHORTEST} to {@link LONGEST} words
 */
export function exampleAbstract(index: number): string {
  const { core, kind } = ABSTRACT_CORES[index]!;
  const random = chance(index * 7919 + 17);
  let left = Math.max(wanted(index), SHORTEST + 6) - countWords(core);
  const take = (pool: readonly string[], most: number): string[] => {
    const taken: string[] = [];
    for (const sentence of dealt(pool, random)) {
      const words = countWords(sentence);
      if (taken.length === most) break;
      if (words > left) continue;
      left -= words;
      taken.push(sentence);
    }
    return taken;
  };
  const long = left > 110;
  const more = left > 160 ? 2 : long ? 1 : 0;
  const study = [...take(METHODS[kind], 1 + more), ...take(RESULTS, 1 + 2 * more)];
  const meaning = [...take(MEANINGS, 1 + more), ...take(LIMITS, more > 1 ? 2 : 1), ...take(OUTLOOKS, 1)];
  const parts = [core, study.join(' '), meaning.join(' ')].filter((part) => part !== '');
  return long ? parts.join('\n\n') : parts.join(' ');
}
