import { boundaryOf, partOf } from './multipart.js';

describe('boundaryOf', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
    ['multipart/form-data', undefined],
    ['application/pdf; boundary=abc', undefined],
    [undefined, undefined],
  ])('%s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });
});

describe('partOf', () => {
  const part = (disposition: string, content: string): string =>
    `--b\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: x\r\n\r\n${content}\r\n`;
  const of = (body: string, name = 'paper'): string | undefined =>
    partOf(Buffer.from(body), 'b', name)?.toString();

  it('finds the field by its name alone', () => {
    const body = `${part('name="act"', 'upload')}${part('name="paper"; filename="name="paper Ani.pdf"', '%PDF\r\n\r\n--x')}--b--\r\n`;
    expect(of(body)).toBe('%PDF\r\n\r\n--x');
    expect(of(body, 'act')).toBe('upload');
    expect(of(body, 'other')).toBeUndefined();
    expect(of(`${part('name="paper"', '')}--b--`)).toBe('');
  });

  it('takes the first of two', () => {
    expect(of(`${part('name="paper"', '1')}${part('name="paper"', '2')}--b--`)).toBe('1');
  });

  it.each([
    ['nothing', ''],
    ['no end', '--b\r\nContent-Disposition: form-data; name="paper"\r\n\r\n%PDF'],
    ['no head', '--b\r\nContent-Disposition: form-data; name="paper"'],
    ['no name', `--b\r\nX: y\r\n\r\n1\r\n--b--`],
    ['the end alone', '--b--'],
  ])('has nothing where there is %s', (_what, body) => {
    expect(of(body)).toBeUndefined();
  });
});
