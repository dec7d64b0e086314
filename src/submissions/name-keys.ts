import { fold } from '../platform/fold.js';

/** Letters of the scripts that authors here use, as they are commonly written in Latin ones. */
const LATIN: Record<string, string> = Object.fromEntries(
  [
    // Cyrillic, as folded: without breve and diaeresis.
    'а=a б=b в=v г=g ґ=g д=d е=e ж=zh з=z и=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=i ь= э=e ю=yu я=ya і=i є=ye ј=y ә=a ө=o ү=u һ=h ғ=g ҹ=j ҝ=g',
    // Armenian; `ու` is one sound.
    'ու=u ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=e թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh ո=o չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f',
    // Georgian.
    'ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=k ღ=gh ყ=q შ=sh ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h',
  ]
    .join(' ')
    .split(' ')
    .map((pair) => pair.split('=') as [string, string]),
);
const FOREIGN = new RegExp(Object.keys(LATIN).join('|'), 'g');

/** Spellings of one sound, in the order in which they are made one. */
const ALIKE: readonly [RegExp, string][] = [
  [/kh|x/g, 'h'],
  [/gh|q/g, 'g'],
  [/dzh|dj|zh/g, 'j'],
  [/shch|sch|sh/g, 's'],
  [/ch|ts|tz|cz/g, 'c'],
  [/ph/g, 'f'],
  [/w/g, 'v'],
  [/ff$/, 'v'],
  [/y/g, 'i'],
  [/(.)\1+/g, '$1'],
];

/**
 * Keys under which a word of a name is compared: equal for `Պետրոսյան`, `Петросян`, `Petrosyan` and `Petrosian`. Two where the
 * word has the letter schwa, which is written a or e. For comparing only; different names may share a key.
 */
export function nameKeys(word: string): string[] {
  const spellings = /[əƏ]/.test(word) ? [word, word.replace(/[əƏ]/g, 'a')] : [word];
  return spellings.map((spelling) =>
    ALIKE.reduce(
      (key, [sound, letter]) => key.replace(sound, letter),
      fold(spelling)
        .replace(FOREIGN, (letter) => LATIN[letter]!)
        .replace(/['’ʼ]/g, ''),
    ),
  );
}

/** Parts of names that name nobody by themselves. */
const PARTICLES = new Set(
  'al bin da dal de del della den der di do dos du el ibn la le oglu ogly qizi kizi ter van von zu jr sr dr prof'
    .split(' ')
    .flatMap(nameKeys),
);

/** Whether the word with these keys is a part of names that names nobody by itself, such as `von` or `oğlu`. */
export const isParticle = (keys: readonly string[]): boolean => PARTICLES.has(keys[0]!);
