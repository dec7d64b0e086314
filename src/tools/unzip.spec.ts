import { buffer } from 'node:stream/consumers';
import yazl from 'yazl';
import { zipped } from '../proceedings/zip.js';
import { unzip } from './unzip.js';

describe('reading an archive', () => {
  const at = new Date('2027-03-01T09:30:00Z');

  it('gives back what was packed, stored or deflated', async () => {
    const long = Buffer.from('ceasefire and return '.repeat(500));
    const archive = await zipped(
      [
        { name: 'a/long.txt', data: long },
        { name: 'ə.txt', data: Buffer.from('x') },
      ],
      at,
    );
    const files = unzip(archive);
    expect(files.get('a/long.txt')).toEqual(long);
    expect(files.get('ə.txt')!.toString()).toBe('x');
    expect([...files.keys()]).toEqual(['a/long.txt', 'ə.txt']);

    const plain = new yazl.ZipFile();
    plain.addBuffer(long, 'plain.txt', { compress: false });
    plain.end();
    expect(unzip(await buffer(plain.outputStream)).get('plain.txt')).toEqual(long);
  });

  it('refuses what is no archive or broken', async () => {
    expect(() => unzip(Buffer.from('nothing'))).toThrow('no ZIP archive');
    const archive = await zipped([{ name: 'a.txt', data: Buffer.from('a') }], at);
    const directory = archive.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    const other = Buffer.from(archive);
    other.writeUInt16LE(12, directory + 10);
    expect(() => unzip(other)).toThrow('unknown way');
    const broken = Buffer.from(archive);
    broken[directory] = 0;
    expect(() => unzip(broken)).toThrow('broken directory');
  });
});
