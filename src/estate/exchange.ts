import { type Fit, mayGo, type Piece } from "./piece.ts";

/** How long a placement is looked for, in milliseconds, and how many pieces one exchange may move. */
const most = { ms: 50, moves: 3 };

/** Tries to place what was left out by moving what is placed already. It changes nothing it is given. */
export function exchange<P extends Piece>(start: Fit<P>): Fit<P> {
  const room = [...start.room];
  const placed = start.placed.map((pieces) => [...pieces]);
  const end = performance.now() + most.ms;
  const add = (piece: P, at: number) => {
    room.splice(at, 1, (room[at] ?? 0) - piece.bytes);
    placed[at]?.push(piece);
  };
  const take = (piece: P, at: number) => {
    room.splice(at, 1, (room[at] ?? 0) + piece.bytes);
    placed[at]?.splice(placed[at].indexOf(piece), 1);
  };
  /** Puts a piece somewhere, moving up to so many others for it; if that fails all is as it was. */
  const put = (piece: P, moves: number, not?: number): boolean => {
    const places = [...room.keys()].filter((at) => at !== not && mayGo(piece, at));
    const open = places.find((at) => (room[at] ?? 0) >= piece.bytes);
    if (open !== undefined) {
      add(piece, open);
      return true;
    }
    if (moves === 0) return false;
    return places.some((at) => {
      if (performance.now() > end) return false;
      const lacking = piece.bytes - (room[at] ?? 0);
      const single = [...(placed[at] ?? [])].filter(({ bytes }) => bytes >= lacking);
      return (
        single.some((other) => swap(piece, [other], at, moves)) ||
        swap(piece, largestUntil(placed[at] ?? [], lacking), at, moves)
      );
    });
  };
  const swap = (piece: P, others: readonly P[], at: number, moves: number): boolean => {
    if (others.length === 0 || others.length > moves || performance.now() > end) return false;
    for (const other of others) take(other, at);
    if ((room[at] ?? 0) >= piece.bytes) {
      add(piece, at);
      const before = { room: [...room], placed: placed.map((pieces) => [...pieces]) };
      if (others.every((other) => put(other, moves - others.length, at))) return true;
      room.splice(0, room.length, ...before.room);
      placed.splice(0, placed.length, ...before.placed);
      take(piece, at);
    }
    for (const other of others) add(other, at);
    return false;
  };
  const left_out = start.left_out.filter((piece) => !put(piece, most.moves));
  return { ...start, fits: left_out.length === 0, left_out, room, placed };
}

/** As few pieces as make so much room. */
function largestUntil<P extends Piece>(pieces: readonly P[], bytes: number): P[] {
  const chosen: P[] = [];
  let left = bytes;
  for (const piece of pieces.toSorted((a, b) => b.bytes - a.bytes)) {
    if (left <= 0) break;
    chosen.push(piece);
    left -= piece.bytes;
  }
  return left <= 0 ? chosen : [];
}
