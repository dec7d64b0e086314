import type { VolumeAct } from '../../proceedings/volume-layout.js';
import { formOf, listOf, pick, text, type Form } from '../form.js';

/** The volume's form as the API would get it: title page, and the sections' titles in their order. */
export function volumeOf(form: Form): Record<string, unknown> {
  const sections = listOf(form, 'sections').map((row) => pick(formOf(row), ['id', 'title']));
  return {
    ...pick(formOf(form['volume']), ['title', 'subtitle', 'publisher', 'year']),
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
