/** A page of the manual. */
export interface Page {
  /** Below the site's base, without slashes around it. */
  path: string;
  title: string;
  /** What stands before the first heading; the index has it only for a page without any heading. */
  intro?: string[];
  sections: Section[];
}

/** A heading and its paragraphs. */
export interface Section {
  title: string;
  text: string[];
  /** The heading above a heading of the second rank. */
  under?: string;
}
