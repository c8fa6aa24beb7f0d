import { exchange } from "./exchange.ts";
import { type Fit, mayGo, type Piece } from "./piece.ts";
import { sumOf } from "./sum-of.ts";

/** Where a piece is put, of the places that it may go to and that have room for it. */
type Choice = (open: readonly number[], room: readonly number[]) => number | undefined;

/**
 * Whether pieces of memory fit, each whole in one place: free memory of all places together says too
 * much. The most restricted goes first, then the largest; where that fails, exchanges are tried for a
 * bounded time. What is in the places already stays there.
 */
export function fit<P extends Piece>(free: readonly number[], pieces: readonly P[]): Fit<P> {
  // Into the emptiest place first, which leaves them even; where that fails, into the fullest.
  const even = place(free, inOrder(pieces, free.length), emptiest);
  if (even.fits) return even;
  const tight = place(free, inOrder(pieces, free.length), fullest);
  if (tight.fits) return tight;
  const lacking = ({ left_out }: Fit) => sumOf(left_out, ({ bytes }) => bytes);
  const best = lacking(tight) < lacking(even) ? tight : even;
  if (cannotFit(free, pieces)) return { ...best, never: true };
  return exchange(best);
}

/**
 * XAPI's own way for maintenance mode: the largest first, always into the emptiest place, and no
 * second try (binpack.ml, biggest_fit_decreasing).
 */
export function fitAsXapi<P extends Piece>(free: readonly number[], pieces: readonly P[]): Fit<P> {
  const largestFirst = pieces.toSorted((a, b) => b.bytes - a.bytes);
  return { ...place(free, largestFirst, emptiest), never: true };
}

const emptiest: Choice = (open, room) =>
  open.toSorted((a, b) => (room[b] ?? 0) - (room[a] ?? 0) || a - b)[0];
const fullest: Choice = (open, room) =>
  open.toSorted((a, b) => (room[a] ?? 0) - (room[b] ?? 0) || a - b)[0];

function inOrder<P extends Piece>(pieces: readonly P[], places: number): P[] {
  const width = ({ only }: P) => only?.size ?? places;
  return pieces.toSorted((a, b) => width(a) - width(b) || b.bytes - a.bytes);
}

function place<P extends Piece>(
  free: readonly number[],
  pieces: readonly P[],
  choose: Choice,
): Fit<P> {
  const room = [...free];
  const placed: P[][] = free.map(() => []);
  const left_out: P[] = [];
  for (const piece of pieces) {
    const open = [...room.keys()].filter(
      (at) => mayGo(piece, at) && (room[at] ?? 0) >= piece.bytes,
    );
    const at = choose(open, room);
    if (at === undefined) left_out.push(piece);
    else {
      room.splice(at, 1, (room[at] ?? 0) - piece.bytes);
      placed[at]?.push(piece);
    }
  }
  left_out.sort((a, b) => b.bytes - a.bytes);
  return { fits: left_out.length === 0, left_out, room, placed, never: false };
}

/** Whether it is sure that nothing helps: a piece without a place, or too little for some of them together. */
function cannotFit(free: readonly number[], pieces: readonly Piece[]): boolean {
  const all = [...free.keys()];
  const alone = pieces.some(
    (piece) => !all.some((at) => mayGo(piece, at) && (free[at] ?? 0) >= piece.bytes),
  );
  if (alone) return true;
  const groups = new Map(
    [{ only: undefined }, ...pieces].map(({ only }) => {
      const places = only === undefined ? all : [...only].toSorted((a, b) => a - b);
      return [places.join(), new Set(places)];
    }),
  );
  return [...groups.values()].some((places) => {
    const bound = pieces.filter(({ only }) =>
      only === undefined ? places.size === all.length : only.isSubsetOf(places),
    );
    return sumOf(bound, ({ bytes }) => bytes) > sumOf([...places], (at) => free[at]);
  });
}
