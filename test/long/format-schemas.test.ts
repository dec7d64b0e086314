import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { made, SNAPSHOTS } from '../support/hostile-volume.js';

// Crossref's schema comes without a licence, so no copy of it is here.
const CROSSREF = resolve('../shared/schemas/crossref-5.3.1/crossref5.3.1.xsd');
const crossref = existsSync(CROSSREF) ? CROSSREF : undefined;
if (!crossref) console.warn(`Skipped: deposits against Crossref's schema, which is not at ${CROSSREF}.`);

xmlRegisterFsInputProviders();

/** What is wrong with documents under a schema, which takes many seconds to read. */
function complaints(file: string, documents: readonly [string, string][]): string[] {
  const schema = XmlDocument.fromBuffer(readFileSync(file), { url: file });
  const xsd = XsdValidator.fromDoc(schema);
  const found = documents.flatMap(([name, xml]) => {
    const document = XmlDocument.fromString(xml);
    try {
      xsd.validate(document);
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    } finally {
      document.dispose();
    }
  });
  [xsd, schema].forEach((one) => one.dispose());
  return found;
}

const files = async (): Promise<[string, string][]> => {
  const all = await Promise.all(
    SNAPSHOTS.map(async ([what, of]): Promise<[string, Map<string, Buffer>]> => [what, await made(of())]),
  );
  return all.flatMap(([what, list]) =>
    Array.from(list, ([name, data]): [string, string] => [`${what}: ${name}`, data.toString()]),
  );
};

describe('the formats under their schemas', () => {
  it('are articles of JATS 1.3 (Publishing)', async () => {
    const articles = (await files()).filter(([name]) => name.includes(' jats/'));
    expect(articles.length).toBeGreaterThan(20);
    expect(complaints(resolve('test/data/jats-1.3/JATS-journalpublishing1-3-mathml3.xsd'), articles)).toEqual(
      [],
    );
  }, 300_000);
});

(crossref ? describe : describe.skip)('the deposits under their schema', () => {
  it('are deposits of Crossref 5.3.1', async () => {
    const deposits = (await files()).filter(([name]) => name.endsWith(' crossref.xml'));
    expect(deposits).toHaveLength(3);
    expect(complaints(crossref!, deposits)).toEqual([]);
    // The validator does find what is wrong.
    const [[name, xml]] = deposits as [[string, string]];
    const wrong = xml.replace('<registrant>', '<wrong/><registrant>');
    expect(complaints(crossref!, [[name, wrong]])).toHaveLength(1);
  }, 300_000);
});
