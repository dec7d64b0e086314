import { formOf, listOf, pick, text, texts, whole, type Form } from '../form.js';

/** Parts of the settings that change the conference or its call. */
export const CHANGING_PARTS = ['call', 'texts', 'dates', 'open', 'close-call'] as const;
export type ChangingPart = (typeof CHANGING_PARTS)[number];

const CALL_TEXTS = [
  'deadlineDay',
  'deadlineZone',
  'blindness',
  'authorsOpen',
  'reviewersOpen',
  'panelOpen',
  'paper',
  'rules',
  'reviewsDueDay',
  'decisionsOn',
  'reason',
] as const;
const CALL_NUMBERS = ['graceMinutes', 'wordLimit', 'paperLimitMb', 'reviewsPerSubmission'] as const;
const TEXTS = ['name', 'subtitle', 'organiserName', 'description', 'venue', 'contactAddress'] as const;

/** What must not be left empty, by part: absent would mean "as it is", which nobody means who empties a field. */
const NEEDED: Record<ChangingPart, readonly string[]> = {
  call: ['call.opensOn', 'call.deadlineDay', 'call.wordLimit', 'call.reviewsPerSubmission'],
  texts: ['name', 'organiserName'],
  dates: ['timeZone', 'floorLanguage'],
  open: ['lettersOpen', 'registrationOpen'],
  'close-call': ['closeReason'],
};

/** The first field of a part that was left empty, or undefined. */
export function emptied(part: ChangingPart, form: Form): string | undefined {
  return NEEDED[part].find((path) => {
    const [first = '', second] = path.split('.');
    return text(second ? formOf(form[first]) : form, second ?? first).trim() === '';
  });
}

/**
 * A part's form as the API would get it.
 * @param opensOn the day of opening as the form showed it: sent again unchanged it changes nothing, also where the call
 *   opened in the middle of that day.
 */
export function changeOf(part: ChangingPart, form: Form, opensOn: string): Record<string, unknown> {
  switch (part) {
    case 'call': {
      const call = formOf(form['call']);
      const numbers = Object.fromEntries(CALL_NUMBERS.map((name) => [name, whole(call, name)]));
      const opening = text(call, 'opensOn') === opensOn ? {} : pick(call, ['opensOn']);
      return { call: { ...pick(call, CALL_TEXTS), ...numbers, ...opening } };
    }
    case 'texts':
      return pick(form, TEXTS);
    case 'dates':
      return {
        ...pick(form, ['startsOn', 'endsOn', 'timeZone', 'floorLanguage']),
        interpretation: texts(form, 'interpretation'),
      };
    case 'open':
      return {
        lettersOpen: text(form, 'lettersOpen') === 'true',
        registrationOpen: text(form, 'registrationOpen') === 'true',
      };
    case 'close-call':
      return { call: { closeNow: true, reason: text(form, 'closeReason') } };
  }
}

/** A topic as it stands in the form. */
export interface TopicRow {
  id: string;
  title: string;
}

/** A criterion as it stands in the form; five anchors. */
export interface CriterionRow extends TopicRow {
  weight: string;
  anchors: string[];
}

export const topicRows = (form: Form): TopicRow[] =>
  listOf(form, 'topics').map((row) => pick(formOf(row), ['id', 'title']));

export const criterionRows = (form: Form): CriterionRow[] =>
  listOf(form, 'criteria').map((row) => ({
    ...pick(formOf(row), ['id', 'title', 'weight']),
    anchors: [0, 1, 2, 3, 4].map((step) => {
      const anchors = listOf(formOf(row), 'anchors');
      return typeof anchors[step] === 'string' ? anchors[step] : '';
    }),
  }));

/** The list after one of its buttons (`add`, `up:2`, `down:2`, `remove:2`); undefined where there is no such button. */
export function changedRows<R>(rows: readonly R[], act: string, blank: R): R[] | undefined {
  if (act === 'add') return [...rows, blank];
  const [what, at = ''] = act.split(':');
  const index = /^\d{1,3}$/.test(at) ? Number(at) : -1;
  const other = what === 'up' ? index - 1 : index + 1;
  if (rows[index] === undefined) return undefined;
  if (what === 'remove') return rows.filter((_, place) => place !== index);
  if ((what !== 'up' && what !== 'down') || rows[other] === undefined) return undefined;
  return rows.map((row, place) => (place === index ? rows[other]! : place === other ? rows[index]! : row));
}

/** Without the new rows that were left empty. */
export function filledRows<R extends TopicRow & { anchors?: string[] }>(rows: readonly R[]): R[] {
  return rows.filter(
    ({ id, title, anchors = [] }) => id !== '' || [title, ...anchors].some((words) => words.trim() !== ''),
  );
}

/** Rows as the API would get them; a new one has no id. */
export const topicsOf = (rows: readonly TopicRow[]): object[] =>
  rows.map(({ id, title }) => ({ ...(id && { id }), title }));

/** As {@link topicsOf}. */
export const criteriaOf = (rows: readonly CriterionRow[]): object[] =>
  rows.map(({ id, title, weight, anchors }) => ({
    ...(id && { id }),
    title,
    anchors,
    weight: whole({ weight }, 'weight'),
  }));

/** Languages to choose from: those in use first, in the organisers' order, then the others by their tags. */
export function languagesOf(floor: string, interpretation: readonly string[]): string[] {
  return [...new Set([floor, ...interpretation, ...LANGUAGES])];
}

const LANGUAGES = [
  'ab',
  'ar',
  'az',
  'de',
  'en',
  'es',
  'fa',
  'fr',
  'hy',
  'ka',
  'ku',
  'os',
  'ru',
  'tr',
  'uk',
  'zh',
];
