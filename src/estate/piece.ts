/** Memory that has to find one host. */
export interface Piece {
  /** The text that stands for what takes it. */
  name_label: string;
  bytes: number;
  /** The places, by their number, that it may go to; any without. */
  only?: ReadonlySet<number> | undefined;
}

export interface Fit<P extends Piece = Piece> {
  fits: boolean;
  /** What found no place, the biggest first. */
  left_out: P[];
  /** What is left in each place, once all that fits is placed. */
  room: number[];
  /** The pieces of each place. */
  placed: P[][];
  /** Whether there can be no placement at all; without it, one was only not found. */
  never: boolean;
}

export function mayGo({ only }: Piece, place: number): boolean {
  return only === undefined || only.has(place);
}
