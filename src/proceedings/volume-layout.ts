/** A section of a volume and the ids of its papers, in printed order. */
export interface LayoutSection {
  id: string;
  title: string;
  /** Also those that are not printed now (withdrawn, say), which keep their place. */
  papers: string[];
}
export type Layout = readonly LayoutSection[];

/** What placing a paper by rule looks at. */
export interface PlaceablePaper {
  id: string;
  title: string;
  /** Its first topic in the conference's order. */
  topicId: string | null;
}

/** One change of the order, as a form's button asks for it. */
export type VolumeAct =
  | { kind: 'arrange' }
  | { kind: 'addSection'; title: string }
  | { kind: 'removeSection'; id: string }
  | { kind: 'moveSection'; id: string; by: -1 | 1 }
  /** One place up or down; beyond its section's end into the next section. */
  | { kind: 'movePaper'; id: string; by: -1 | 1 }
  /** Into a section, at a place from 1 among the printed papers; absent means at the end. */
  | { kind: 'placePaper'; id: string; sectionId: string; position?: number };

/** What the rules of placing need besides the papers. */
export interface PlacingRules {
  topics: readonly { id: string; title: string }[];
  /** Title of the section for what has no topic or came later. */
  further: string;
  newId: () => string;
}

const collator = new Intl.Collator('en', { numeric: true, ignorePunctuation: true });

const byTitle = (a: PlaceablePaper, b: PlaceablePaper): number =>
  collator.compare(a.title, b.title) || (a.id < b.id ? -1 : 1);

/** One section for each topic that has papers, by their first topic; within it by title. Papers without a topic come last. */
export function byTopic(
  papers: readonly PlaceablePaper[],
  { topics, further, newId }: PlacingRules,
): LayoutSection[] {
  const known = new Set(topics.map(({ id }) => id));
  const groups = [
    ...topics.map(({ id, title }) => ({ title, papers: papers.filter((paper) => paper.topicId === id) })),
    { title: further, papers: papers.filter(({ topicId }) => topicId === null || !known.has(topicId)) },
  ];
  return groups
    .filter((group) => group.papers.length > 0)
    .map((group) => ({
      id: newId(),
      title: group.title,
      papers: group.papers.toSorted(byTitle).map(({ id }) => id),
    }));
}

/**
 * Gives every paper a place: those without one go to the end of the last section if that is the one for further papers, or
 * else to a new one; a volume without sections is arranged by topic.
 */
export function withRest(
  layout: Layout,
  papers: readonly PlaceablePaper[],
  rules: PlacingRules,
): LayoutSection[] {
  if (layout.length === 0) return byTopic(papers, rules);
  const known = new Set(layout.flatMap((section) => section.papers));
  const rest = papers
    .filter(({ id }) => !known.has(id))
    .toSorted(byTitle)
    .map(({ id }) => id);
  const last = layout.at(-1)!;
  if (rest.length === 0) return [...layout];
  if (last.title === rules.further)
    return [...layout.slice(0, -1), { ...last, papers: [...last.papers, ...rest] }];
  return [...layout, { id: rules.newId(), title: rules.further, papers: rest }];
}

/**
 * Does one act. A paper or a section that cannot go further stays where it is; removing a section leaves its papers
 * without a place.
 * @param papers those that are printed
 * @returns undefined where the act names a section or a paper that is not there
 */
export function acted(
  layout: Layout,
  act: VolumeAct,
  papers: readonly PlaceablePaper[],
  rules: PlacingRules,
): LayoutSection[] | undefined {
  const printed = new Set(papers.map(({ id }) => id));
  switch (act.kind) {
    case 'arrange':
      return byTopic(papers, rules);
    case 'addSection':
      return [...layout, { id: rules.newId(), title: act.title, papers: [] }];
    case 'removeSection':
      if (!layout.some(({ id }) => id === act.id)) return undefined;
      return layout.filter(({ id }) => id !== act.id);
    case 'moveSection': {
      const from = layout.findIndex(({ id }) => id === act.id);
      if (from < 0) return undefined;
      return movedTo(layout, from, Math.min(Math.max(from + act.by, 0), layout.length - 1));
    }
    case 'movePaper':
      return printed.has(act.id) ? movePaper(layout, act.id, act.by, printed) : undefined;
    default:
      if (!printed.has(act.id) || !layout.some(({ id }) => id === act.sectionId)) return undefined;
      return placed(layout, act.id, act.sectionId, act.position ?? Infinity, printed);
  }
}

function movedTo<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), list[from]!, ...rest.slice(to)];
}

function movePaper(
  layout: Layout,
  paperId: string,
  by: -1 | 1,
  printed: ReadonlySet<string>,
): LayoutSection[] | undefined {
  const at = layout.findIndex(({ papers }) => papers.includes(paperId));
  const section = layout[at];
  if (!section) return undefined;
  const shown = section.papers.filter((id) => printed.has(id));
  const place = shown.indexOf(paperId) + by;
  if (place >= 0 && place < shown.length) return placed(layout, paperId, section.id, place + 1, printed);
  const next = layout[at + by];
  if (!next) return [...layout];
  return placed(layout, paperId, next.id, by === 1 ? 1 : Infinity, printed);
}

/** Puts a paper before the printed paper that now has the place, among those that stay. */
function placed(
  layout: Layout,
  paperId: string,
  sectionId: string,
  position: number,
  printed: ReadonlySet<string>,
): LayoutSection[] {
  return layout.map((section) => {
    const rest = section.papers.filter((id) => id !== paperId);
    if (section.id !== sectionId) return { ...section, papers: rest };
    const after = rest.filter((id) => printed.has(id))[Math.max(position, 1) - 1];
    const index = after === undefined ? rest.length : rest.indexOf(after);
    return { ...section, papers: [...rest.slice(0, index), paperId, ...rest.slice(index)] };
  });
}

/** A section as somebody wants it: an id of one that is there, or a new one; without papers it keeps those it has. */
export interface WantedSection {
  id?: string | undefined;
  title: string;
  papers?: readonly string[] | undefined;
}

/** A place in the wanted list that cannot be, with a code below `refusal:field.`. */
export interface LayoutProblem {
  field: string;
  code: 'unknown' | 'arrayUnique';
  value: string;
}

/**
 * The sections as wanted, in the wanted order. A paper that is named goes where it is named; sections that are not named go,
 * and their papers have no place. Papers that are not printed stay at the end of their section.
 */
export function rearranged(
  layout: Layout,
  wanted: readonly WantedSection[],
  printed: ReadonlySet<string>,
  newId: () => string,
): { layout: LayoutSection[]; problems: LayoutProblem[] } {
  const problems: LayoutProblem[] = [];
  const before = new Map(layout.map((section) => [section.id, section]));
  const named = new Set<string>();
  const sections = new Set<string>();
  for (const [i, { id, papers = [] }] of wanted.entries()) {
    if (id !== undefined) {
      if (!before.has(id)) problems.push({ field: `sections[${i}].id`, code: 'unknown', value: id });
      if (sections.has(id)) problems.push({ field: `sections[${i}].id`, code: 'arrayUnique', value: id });
      sections.add(id);
    }
    for (const [j, paper] of papers.entries()) {
      const field = `sections[${i}].papers[${j}]`;
      if (!printed.has(paper)) problems.push({ field, code: 'unknown', value: paper });
      else if (named.has(paper)) problems.push({ field, code: 'arrayUnique', value: paper });
      named.add(paper);
    }
  }
  const result = wanted.map(({ id, title, papers }) => {
    const had = (id === undefined ? [] : (before.get(id)?.papers ?? [])).filter((paper) => !named.has(paper));
    const kept = papers ? had.filter((paper) => !printed.has(paper)) : had;
    return { id: id ?? newId(), title, papers: [...(papers ?? []), ...kept] };
  });
  return { layout: result, problems };
}
