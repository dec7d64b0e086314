/** Reads `{ bib, ris }` from standard input and writes what citation.js makes of them; Jest cannot load its packages. */
import { text } from 'node:stream/consumers';
import { Cite } from '@citation-js/core';

await import('@citation-js/plugin-bibtex');
await import('@citation-js/plugin-ris');

const { bib, ris } = JSON.parse(await text(process.stdin));
const read = (input, forceType) => new Cite(input, { forceType }).data;
process.stdout.write(JSON.stringify({ bib: read(bib, '@bibtex/text'), ris: read(ris, '@ris/file') }));
