import { createHash } from 'node:crypto';
import { ToolFailure } from './failure.js';
import {
  oncePerPerson,
  rehearsalAddress,
  type Population,
  type RehearsalAbstract,
  type RehearsalPerson,
} from './population.js';

/** A line, or an abstract by its first line, that cannot be used. */
export interface RefusedLine {
  line: number;
  reason: string;
}

/** The file as a whole cannot be used. */
export class UnusableFile extends ToolFailure {}

const NEEDED = ['full_name', 'role', 'abstract_id', 'abstract_title', 'abstract_text'];
/** The first of these that is there names the topic. */
const TOPIC_COLUMNS = ['abstract_topic', 'session_track', 'session_type'];
const MISSING = 'NA';
const MOST_TOPICS = 60;
const NO_TOPIC = 'Other';
const ROLES = new Set(['c', 'd', 'p']);

type Row = { line: number; get(column: string): string };

interface Draft {
  line: number;
  title: string;
  text: string;
  topic: string;
  authors: { person: RehearsalPerson; presenting: boolean; line: number }[];
}

/**
 * Reads a programme: unquoted, tab separated, `NA` for missing, one row for one person's part in one session, columns in
 * any order found by their names. `role` is `c` (chair), `d` (discussant) or `p` (author of `abstract_id`).
 * What cannot be used is refused by line and reason.
 * @throws UnusableFile when a needed column is missing or no abstract is left.
 */
export function readProgramme(text: string): { population: Population; refused: RefusedLine[] } {
  const refused: RefusedLine[] = [];
  const rows = readRows(text, refused);
  const people = new Map<string, RehearsalPerson>();
  const abstracts = new Map<string, Draft>();
  const parts: { email: string; session: string }[] = [];
  const topicsOfSession = new Map<string, Set<string>>();

  for (const row of rows) {
    const refuse = (reason: string): void => void refused.push({ line: row.line, reason });
    const role = row.get('role');
    if (!ROLES.has(role)) {
      refuse(role === '' ? 'no role' : `the role "${role.slice(0, 20)}" is unknown`);
      continue;
    }
    const name = row.get('full_name');
    if (name === '') {
      refuse('no name');
      continue;
    }
    const person = personOf(row, name, people);
    if (!person) {
      refuse('no person id');
      continue;
    }
    const session = row.get('session_id') || row.get('session_title');
    if (role !== 'p') {
      parts.push({ email: person.email, session });
      continue;
    }
    const id = row.get('abstract_id');
    if (id === '') {
      refuse('an author without an abstract id');
      continue;
    }
    const topic = topicOf(row);
    const draft: Draft = abstracts.get(id) ?? {
      line: row.line,
      title: row.get('abstract_title'),
      text: row.get('abstract_text'),
      topic,
      authors: [],
    };
    // A gap in one line may be filled by another.
    for (const [part, column] of [
      ['title', 'abstract_title'],
      ['text', 'abstract_text'],
    ] as const) {
      const here = row.get(column);
      if (draft[part] === '') draft[part] = here;
      else if (here !== '' && here !== draft[part])
        refuse(`the ${part} of abstract ${id} is not that of line ${draft.line}, which counts`);
    }
    const before = draft.authors.find((author) => author.person === person);
    if (before) refuse(`names an author of abstract ${id} again, first named in line ${before.line}`);
    else draft.authors.push({ person, presenting: row.get('presenter') === 'y', line: row.line });
    abstracts.set(id, draft);
    topicsOfSession.set(session, (topicsOfSession.get(session) ?? new Set()).add(topic));
  }

  const usable: RehearsalAbstract[] = [];
  for (const [id, { line, title, text: abstract, topic, authors }] of abstracts) {
    const lacks = title === '' ? 'title' : abstract === '' ? 'text' : undefined;
    if (lacks) refused.push({ line, reason: `abstract ${id} has no ${lacks}` });
    else
      usable.push({
        id,
        line,
        title,
        text: abstract,
        topic,
        authors: authors.map(({ person, presenting }) => ({ person, presenting })),
      });
  }
  if (usable.length === 0) throw new UnusableFile('The file holds no abstract that can be used.');

  const { topics, rename } = limitTopics(usable.map(({ topic }) => topic));
  const byEmail = new Map([...people.values()].map((person) => [person.email, person]));
  return {
    population: {
      topics,
      abstracts: usable.map((abstract) => ({ ...abstract, topic: rename(abstract.topic) })),
      reviewers: oncePerPerson(
        parts.map(({ email, session }) => ({
          person: byEmail.get(email)!,
          topics: [...(topicsOfSession.get(session) ?? [])]
            .map(rename)
            .filter((topic) => topics.includes(topic)),
        })),
      ),
    },
    refused: refused.toSorted((a, b) => a.line - b.line),
  };
}

function readRows(text: string, refused: RefusedLine[]): Row[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n/);
  const names = lines[0]!.split('\t').map((name) => name.trim());
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new UnusableFile(`The file has no column ${missing.join(', ')}.`);
  const rows: Row[] = [];
  for (const [index, content] of lines.entries()) {
    if (index === 0 || content === '') continue;
    const line = index + 1;
    const cells = content.split('\t');
    if (cells.length !== names.length) {
      refused.push({ line, reason: `${cells.length} columns where the first line has ${names.length}` });
      continue;
    }
    rows.push({
      line,
      get(column) {
        const at = names.indexOf(column);
        const cell = at < 0 ? '' : cells[at]!.trim();
        return cell === MISSING ? '' : cell;
      },
    });
  }
  return rows;
}

/** By `pid` where the file has one, else by name and affiliation; undefined when this row's is missing. */
function personOf(row: Row, name: string, people: Map<string, RehearsalPerson>): RehearsalPerson | undefined {
  const affiliation = row.get('affiliation');
  const pid = row.get('pid');
  if (pid === '' && people.size > 0 && [...people.keys()].some((key) => key.startsWith('pid:')))
    return undefined;
  const key = pid === '' ? `name:${name}\n${affiliation}` : `pid:${pid}`;
  let person = people.get(key);
  if (!person) {
    const plain = /^[a-z0-9][a-z0-9._-]{0,47}$/.test(pid) && !/\.\.|\.$/.test(pid);
    const local = plain ? pid : createHash('sha256').update(key).digest('hex').slice(0, 24);
    person = { email: rehearsalAddress(local), name, affiliation };
    people.set(key, person);
  } else if (person.affiliation === '') person.affiliation = affiliation;
  return person;
}

function topicOf(row: Row): string {
  for (const column of TOPIC_COLUMNS) {
    const topic = row.get(column).replace(/\s+/g, ' ').slice(0, 200);
    if (topic !== '') return topic;
  }
  return NO_TOPIC;
}

/** At most as many topics as a conference may have, the most frequent ones; whatever is left goes to one more. */
function limitTopics(all: readonly string[]): { topics: string[]; rename(topic: string): string } {
  const counts = new Map<string, { title: string; count: number }>();
  for (const title of all) {
    // Titles that differ in case only are one topic.
    const entry = counts.get(title.toLowerCase()) ?? { title, count: 0 };
    entry.count += 1;
    counts.set(title.toLowerCase(), entry);
  }
  const sorted = [...counts.values()].toSorted((a, b) => b.count - a.count || (a.title < b.title ? -1 : 1));
  const kept =
    sorted.length <= MOST_TOPICS
      ? sorted
      : sorted.filter(({ title }) => title !== NO_TOPIC).slice(0, MOST_TOPICS - 1);
  const titles = kept.map(({ title }) => title);
  return {
    topics: kept.length === sorted.length ? titles : [...titles, NO_TOPIC],
    rename(topic) {
      const entry = counts.get(topic.toLowerCase());
      return entry && titles.includes(entry.title) ? entry.title : NO_TOPIC;
    },
  };
}
