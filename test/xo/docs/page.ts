/** A page of the manual. */
export interface Page {
  /** Below the site's base, without slashes around it. */
  path: string;
  title: string;
  sections: Section[];
}

/** A heading and its paragraphs. */
export interface Section {
  title: string;
  text: string[];
  /** The heading above a heading of the second rank. */
  under?: string;
}
