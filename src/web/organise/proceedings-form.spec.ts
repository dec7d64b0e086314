import { placeOf, volumeAct, volumeOf } from './proceedings-form.js';

describe('the form of the volume', () => {
  it('has identifiers, editors and pages where they are on it', () => {
    const form = {
      volume: { title: 'A', isbn: '', doiPrefix: '10.5555', editors: 'Ani Example\r\n\n Elnur Example ' },
      pages: [
        { title: 'Preface', text: 'Thanks.' },
        { title: '', text: '' },
      ],
    };
    expect(volumeOf(form)).toMatchObject({
      isbn: '',
      doiPrefix: '10.5555',
      editors: ['Ani Example', 'Elnur Example'],
      pages: [{ title: 'Preface', text: 'Thanks.' }],
    });
    expect(volumeOf(form)).not.toHaveProperty('issn');
  });

  it('is what the API would get', () => {
    const form = { volume: { title: 'A', year: '2027' }, sections: [{ id: 's', title: 'One', more: 'x' }] };
    expect(volumeOf(form)).toEqual({
      title: 'A',
      subtitle: '',
      publisher: '',
      year: '2027',
      sections: [{ id: 's', title: 'One' }],
    });
    expect(volumeOf({})).not.toHaveProperty('sections');
  });

  it.each([
    [{ act: 'save' }, undefined, '#arrange'],
    [{ act: 'add-section', newSection: ' Law ' }, { kind: 'addSection', title: 'Law' }, '#arrange'],
    [{ act: 'add-section', newSection: ' ' }, undefined, '#arrange'],
    [{ act: 'section-up:s' }, { kind: 'moveSection', id: 's', by: -1 }, '#section-s'],
    [{ act: 'section-down:s' }, { kind: 'moveSection', id: 's', by: 1 }, '#section-s'],
    [{ act: 'section-remove:s' }, { kind: 'removeSection', id: 's' }, '#arrange'],
    [{ act: 'up:P-1' }, { kind: 'movePaper', id: 'P-1', by: -1 }, '#paper-P-1'],
    [{ act: 'down:P-1' }, { kind: 'movePaper', id: 'P-1', by: 1 }, '#paper-P-1'],
    [
      { act: 'move:P-1', to: { 'P-1': 's' } },
      { kind: 'placePaper', id: 'P-1', sectionId: 's' },
      '#paper-P-1',
    ],
    [{ act: 'arrange' }, { kind: 'arrange' }, '#arrange'],
    [{}, undefined, '#arrange'],
  ])('%j does one act', (form, act, place) => {
    expect(volumeAct(form)).toEqual(act);
    expect(placeOf(volumeAct(form))).toBe(place);
  });
});
