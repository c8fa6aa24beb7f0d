/** A text that a user picks in the host; it tells the model which tools to call. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  text: string;
}
