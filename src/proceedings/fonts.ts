import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CodePointRanges, fontCodePoints, inRanges } from './cmap.js';

const require = createRequire(import.meta.url);

/** The font files of the book, as absolute paths: every face that the template asks for, and no other. */
export const FONT_FILES: readonly string[] = [
  'noto-serif/400Regular/NotoSerif_400Regular.ttf',
  'noto-serif/400Regular_Italic/NotoSerif_400Regular_Italic.ttf',
  'noto-serif/600SemiBold/NotoSerif_600SemiBold.ttf',
  'noto-sans-armenian/400Regular/NotoSansArmenian_400Regular.ttf',
  'noto-sans-armenian/600SemiBold/NotoSansArmenian_600SemiBold.ttf',
  'noto-sans-georgian/400Regular/NotoSansGeorgian_400Regular.ttf',
  'noto-sans-georgian/600SemiBold/NotoSansGeorgian_600SemiBold.ttf',
  'noto-sans/400Regular/NotoSans_400Regular.ttf',
  'noto-sans/600SemiBold/NotoSans_600SemiBold.ttf',
].map((file) => require.resolve(`@expo-google-fonts/${file}`));

/** The font families in the order in which a character is looked for; the last one comes with the Typst compiler. */
export const FONT_FAMILIES: readonly string[] = [
  'Noto Serif',
  'Noto Sans Armenian',
  'Noto Sans Georgian',
  'Noto Sans',
  'New Computer Modern Math',
];

/**
 * Arrows, mathematical signs and shapes that only New Computer Modern Math draws. The font is inside the compiler, where
 * its cmap cannot be read; found by letting typst-ts-node-compiler 0.7.0 write each character as PDF/UA-1, which refuses a
 * missing glyph. `test/typeset.test.ts` draws them all.
 */
export const MATH_RANGES: CodePointRanges = [
  [0x2190, 0x2211], [0x2213, 0x23ff], [0x2422, 0x2423], [0x2500, 0x25cb], [0x25cd, 0x2600], [0x2605, 0x2606],
  [0x2609, 0x2609], [0x2612, 0x2612], [0x2621, 0x2621], [0x2639, 0x263e], [0x2640, 0x2640], [0x2642, 0x2642],
  [0x2660, 0x2667], [0x2669, 0x266b], [0x266d, 0x266f], [0x267e, 0x267e], [0x2680, 0x2689], [0x26a5, 0x26a5],
  [0x26aa, 0x26ae], [0x26b2, 0x26b2], [0x2713, 0x2713], [0x2720, 0x2720], [0x2726, 0x2726], [0x272a, 0x272a],
  [0x2736, 0x2736], [0x273d, 0x273d], [0x275a, 0x275a], [0x2772, 0x2773], [0x279b, 0x279b], [0x27a1, 0x27a1],
  [0x27c0, 0x27ff], [0x2900, 0x2b73], [0x2b76, 0x2b95], [0x2b97, 0x2bff], [0x1d400, 0x1d454], [0x1d456, 0x1d49c],
  [0x1d49e, 0x1d49f], [0x1d4a2, 0x1d4a2], [0x1d4a5, 0x1d4a6], [0x1d4a9, 0x1d4ac], [0x1d4ae, 0x1d4b9],
  [0x1d4bb, 0x1d4bb], [0x1d4bd, 0x1d4c3], [0x1d4c5, 0x1d505], [0x1d507, 0x1d50a], [0x1d50d, 0x1d514],
  [0x1d516, 0x1d51c], [0x1d51e, 0x1d539], [0x1d53b, 0x1d53e], [0x1d540, 0x1d544], [0x1d546, 0x1d546],
  [0x1d54a, 0x1d550], [0x1d552, 0x1d6a5], [0x1d6a8, 0x1d7cb], [0x1d7ce, 0x1d7ff],
]; // prettier-ignore

/** What one font of the book can draw. */
export type Coverage = (codePoint: number) => boolean;

let coverages: Coverage[] | undefined;

/** The coverage of each font of the book in the order of `FONT_FAMILIES`. The files are read once. */
export function fontCoverages(): readonly Coverage[] {
  coverages ??= [
    ...['NotoSerif_', 'NotoSansArmenian_', 'NotoSansGeorgian_', 'NotoSans_'].map((start): Coverage => {
      const codePoints = fontCodePoints(
        readFileSync(FONT_FILES.find((file) => file.includes(`${start}400Regular.`))!),
      );
      return (codePoint) => codePoints.has(codePoint);
    }),
    (codePoint) => inRanges(MATH_RANGES, codePoint),
  ];
  return coverages;
}
