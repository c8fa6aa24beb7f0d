import { type Sentence, say } from "../../sentence.ts";

/** What is probably meant where a filter ends to be one: signs of other languages, and what is written for them. */
const meanings: [sign: RegExp, meant: Sentence][] = [
  [/^\s*&/, say`A blank is AND: tags:prod power_state:Running.`],
  [/^\s*(?:\||,|;)/, say`OR is |(tags:a tags:b), and a blank is AND.`],
  [/^\s*!?={1,3}/, say`A value stands behind a colon: name:value; a number name:4 or name:>=4.`],
  [
    /^\s*(?::\s*)?[<>]/,
    say`A comparison stands behind a colon, without blanks in it: CPUs:number:>4.`,
  ],
  [/^:?\s*\//, say`A regular expression ends with a slash too: name_label:/^web/.`],
  [/^:?\s*[\^+?]/, say`A regular expression stands between slashes: name_label:/^web/.`],
  [/^:?\s*~/, say`A regular expression stands between slashes: name_label:/^web/.`],
  [/^:?\s*['`‘“]/, say`A text with blanks or signs stands in double quotes: name_label:"web 01".`],
  [/^%/, say`Any letters are written *: name_label:web*01.`],
  [/^:?\s*\[/, say`One of several is name:|(a b); an empty list is name:length:0.`],
  [/^[:@]/, say`A text with a colon or a sign stands in double quotes: tags:"env:prod".`],
];

/** A word on what stands where the filter could not be read further, if it is known. */
export function meaningOf(rest: string): Sentence | undefined {
  return meanings.find(([sign]) => sign.test(rest))?.[1];
}
