const runs = ['0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'abcdefghijklmnopqrstuvwxyz'];
const runsBothWays = [...runs, ...runs.map((run) => [...run].reverse().join(''))];

const classes: readonly { characters: ReadonlySet<string>; size: number }[] = [
  '!@$&*',
  '_-., ',
  '"#%\'()+/:;<=>?[\\]^{|}~',
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
].map((characters) => ({ characters: new Set(characters), size: characters.length }));

/** `aaaa` → `aa`. */
const withoutRepeats = (characters: string[]): string[] =>
  characters.filter((character, i) => character !== characters[i - 1] || character !== characters[i - 2]);

/** Cuts each stretch that walks along `run` to its first two characters: `123` → `12`. */
const withoutRun = (characters: string[], run: string): string[] => {
  let length = 0;
  return characters.filter((character, i) => {
    const at = run.indexOf(character);
    const goesOn = at > 0 && run[at - 1] === characters[i - 1];
    length = at < 0 ? 0 : goesOn ? length + 1 : 1;
    return length <= 2;
  });
};

/** How many symbols somebody who guesses must try at each place: the sizes of the classes in use, and 1 for each other symbol. */
const base = (characters: string[]): number => {
  const distinct = new Set(characters);
  const used = classes.filter((set) => [...distinct].some((character) => set.characters.has(character)));
  const others = [...distinct].filter((character) => !classes.some((set) => set.characters.has(character)));
  return used.reduce((sum, set) => sum + set.size, others.length);
};

/** Bits of entropy by the rule of contract 2.1: length × log2(base), the length counted after cutting repeats and runs. */
export const entropyBits = (password: string): number => {
  const characters = [...password];
  const counted = runsBothWays.reduce(withoutRun, withoutRepeats(characters));
  return characters.length === 0 ? 0 : counted.length * Math.log2(base(characters));
};

export const minimumEntropyBits = 50;

export const isStrong = (password: string): boolean => entropyBits(password) >= minimumEntropyBits;
