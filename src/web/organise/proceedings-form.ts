import type { VolumeAct } from '../../proceedings/volume-layout.js';
import { formOf, listOf, pick, text, type Form } from '../form.js';

/** Fields that not every form of the volume has; what is not there stays. */
const OPTIONAL = ['place', 'isbn', 'issn', 'doiPrefix', 'doiPattern', 'licence', 'erratum'] as const;

/** The volume's form as the API would get it: title page, and the sections' titles in their order. */
export function volumeOf(form: Form): Record<string, unknown> {
  const sections = listOf(form, 'sections').map((row) => pick(formOf(row), ['id', 'title']));
  const volume = formOf(form['volume']);
  const pages = listOf(form, 'pages').map((row) => pick(formOf(row), ['title', 'text']));
  return {
    ...pick(volume, ['title', 'subtitle', 'publisher', 'year']),
    ...Object.fromEntries(
      OPTIONAL.filter((key) => volume[key] !== undefined).map((key) => [key, text(volume, key)]),
    ),
    // One name a line.
    ...(volume['editors'] !== undefined && { editors: linesOf(text(volume, 'editors')) }),
    // A page that is wholly empty is one that was not added, or is taken away.
    ...(pages.length > 0 && {
      pages: pages.filter((page) => Object.values(page).some((value) => value !== '')),
    }),
    ...(sections.length > 0 && { sections }),
  };
}

/** What the pressed button asks for besides saving; undefined for saving alone and for a button that is not there. */
export function volumeAct(form: Form): VolumeAct | undefined {
  const [what = '', id = ''] = text(form, 'act').split(':');
  switch (what) {
    case 'add-section': {
      const title = text(form, 'newSection').trim();
      return title === '' ? undefined : { kind: 'addSection', title };
    }
    case 'section-up':
      return { kind: 'moveSection', id, by: -1 };
    case 'section-down':
      return { kind: 'moveSection', id, by: 1 };
    case 'section-remove':
      return { kind: 'removeSection', id };
    case 'up':
      return { kind: 'movePaper', id, by: -1 };
    case 'down':
      return { kind: 'movePaper', id, by: 1 };
    case 'move':
      return { kind: 'placePaper', id, sectionId: text(formOf(form['to']), id) };
    case 'arrange':
      return { kind: 'arrange' };
    default:
      return undefined;
  }
}

/** Where on the page the reader was: what they have moved, or the form. */
export function placeOf(act: VolumeAct | undefined): string {
  if (act?.kind === 'movePaper' || act?.kind === 'placePaper') return `#paper-${act.id}`;
  if (act?.kind === 'moveSection') return `#section-${act.id}`;
  return '#arrange';
}

const linesOf = (value: string): string[] =>
  value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
