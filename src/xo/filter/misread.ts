/** What is probably meant where a filter ends to be one: signs of other languages, and what is written for them. */
const meanings: [sign: RegExp, meant: string][] = [
  [/^\s*&/, "A blank is AND: tags:prod power_state:Running."],
  [/^\s*(?:\||,|;)/, "OR is |(tags:a tags:b), and a blank is AND."],
  [/^\s*!?={1,3}/, "A value stands behind a colon: name:value; a number name:4 or name:>=4."],
  [
    /^\s*(?::\s*)?[<>]/,
    "A comparison stands behind a colon, without blanks in it: CPUs:number:>4.",
  ],
  [/^:?\s*\//, "A regular expression ends with a slash too: name_label:/^web/."],
  [/^:?\s*[\^+?]/, "A regular expression stands between slashes: name_label:/^web/."],
  [/^:?\s*~/, "A regular expression stands between slashes: name_label:/^web/."],
  [/^:?\s*['`‘“]/, 'A text with blanks or signs stands in double quotes: name_label:"web 01".'],
  [/^%/, "Any letters are written *: name_label:web*01."],
  [/^:?\s*\[/, "One of several is name:|(a b); an empty list is name:length:0."],
  [/^[:@]/, 'A text with a colon or a sign stands in double quotes: tags:"env:prod".'],
];

/** A word on what stands where the filter could not be read further, if it is known. */
export function meaningOf(rest: string): string | undefined {
  return meanings.find(([sign]) => sign.test(rest))?.[1];
}
