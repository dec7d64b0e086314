import { plainJpeg, plainJpeg2000 } from './picture-bytes.js';

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');
const segment = (marker: string, text: string): string =>
  `ff${marker}${(text.length + 2).toString(16).padStart(4, '0')}${Buffer.from(text).toString('hex')}`;

describe('plainJpeg', () => {
  const before = `ffd8 ${segment('e0', 'JFIF')} ${segment('ee', 'Adobe')} ${segment('db', 'table')}`;
  const scan = `${segment('da', 'scan')} 11ff00 22ffd3 33 ff`;

  it('keeps what draws and leaves out what is told beside it', () => {
    const beside = `${segment('e1', 'Exif Ani')} ${segment('ed', 'IPTC Ani')} ${segment('fe', 'by Ani')}`;
    const bytes = hex(
      `${before} ${beside} ${scan} ${segment('fe', 'Ani')} ${scan} ffd9 ${Buffer.from('Ani').toString('hex')}`,
    );
    expect(plainJpeg(bytes).toString('hex')).toBe(hex(`${before} ${scan} ${scan} ffd9`).toString('hex'));
  });

  it.each([
    [
      'cut in its scan',
      `${before} ${segment('da', 'scan')} 11`,
      `${before} ${segment('da', 'scan')} 11 ffd9`,
    ],
    ['no picture', 'ffd8 00112233', 'ffd8 ffd9'],
    ['empty', '', 'ffd9'],
  ])('ends one that is %s', (_what, given, expected) => {
    expect(plainJpeg(hex(given)).toString('hex')).toBe(hex(expected).toString('hex'));
  });
});

describe('plainJpeg2000', () => {
  const signature = '0000000c 6a502020 0d0a870a';
  const box = (name: string, text: string): string =>
    `${(text.length + 8).toString(16).padStart(8, '0')}${Buffer.from(name + text).toString('hex')}`;
  const long = `00000001 ${Buffer.from('uuid').toString('hex')} 0000000000000013 416e69`;

  it('keeps the picture and leaves out the boxes beside it', () => {
    const bytes = hex(
      `${signature} ${box('xml ', 'Ani')} ${box('jp2h', 'head')} ${long} 00000000 ${Buffer.from('jp2cdata').toString('hex')}`,
    );
    expect(plainJpeg2000(bytes).toString('latin1')).toBe(
      hex(`${signature} ${box('jp2h', 'head')} 00000000 ${Buffer.from('jp2cdata').toString('hex')}`).toString(
        'latin1',
      ),
    );
  });

  it('leaves alone what has no boxes, and stops where one is cut', () => {
    expect(plainJpeg2000(hex('ff4fff51'))).toEqual(hex('ff4fff51'));
    expect(plainJpeg2000(hex(`${signature} 00000001 78787878`))).toEqual(
      hex(`${signature} 00000001 78787878`),
    );
  });
});
