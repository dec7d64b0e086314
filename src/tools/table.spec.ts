import { table } from './table.js';

describe('a table', () => {
  it('pads words to the left and numbers to the right', () => {
    expect(
      table(
        ['stage', 'n'],
        [
          ['submit', 802],
          ['ə', 7],
        ],
      ),
    ).toBe('stage   n\n------  ---\nsubmit  802\nə         7'.replace('stage   n', 'stage     n'));
  });

  it('leaves room where a row ends early', () => {
    expect(table(['a', 'b'], [['x']])).toBe('a  b\n-  -\nx');
  });

  it('can be empty', () => {
    expect(table(['a', 'b'], [])).toBe('a  b\n-  -');
  });
});
