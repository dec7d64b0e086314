import { institutionKeys } from './institution.js';

const shared = (one: string, other: string): boolean =>
  institutionKeys(one).some((key) => institutionKeys(other).includes(key));

describe('institutionKeys', () => {
  it.each([
    ['University of the Lake', 'UNIVERSITY OF THE LAKE.'],
    ['University of the Lake', 'Lake Univ.'],
    ['Lake State University', 'State University of Lake, Department of History, Yerevan'],
    ['Faculty of Law, Lake State University', 'Lake State University'],
    ['Lake State University – School of Law', 'School of History, Lake State University'],
    ['Երևանի պետական համալսարան', 'Երևանի Պետական Համալսարան, Իրավունք'],
    ['Bakı Dövlət Universiteti', 'BAKI DÖVLƏT UNİVERSİTETİ'],
    ['Ереванский государственный университет', 'Ереванский  Государственный Университет'],
    ['Example Center for Dialogue', 'Example Centre for Dialogue'],
    ['CCSIS', 'ccsis'],
  ])('puts %s and %s into one house', (one, other) => {
    expect(shared(one, other)).toBe(true);
  });
  it.each([
    ['University of the Lake', 'University of the Lakes'],
    ['Independent researcher', 'independent researcher'],
    ['Freelance journalist', 'Freelance Journalist'],
    ['none', 'None'],
    ['', ''],
    ['–', '–'],
    ['Faculty of Law, Lake University', 'Faculty of Law, Hill University'],
    ['School of Law, Lake University', 'School of Law, Hill University'],
    ['Lake University, Yerevan', 'Hill University, Yerevan'],
    ['University', 'Lake University'],
    ['Ministry, Lake', 'Ministry, Hill'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(shared(one, other)).toBe(false);
  });
});
