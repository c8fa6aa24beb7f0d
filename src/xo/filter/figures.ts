import { readMoment } from "../../time.ts";
import type { Kind } from "./definitions.ts";

const powers = ["", "k", "m", "g", "t", "p"];

/** The number that is meant by a size with a unit, or by a date or an age where a time is asked for. */
export function figureMeant(text: string, kind: Kind): string | undefined {
  const plain = text.trim();
  if (plain !== "" && !Number.isNaN(Number(plain))) return plain;
  if (kind === "number") return bytesMeant(plain);
  const moment = readMoment(plain, Date.now());
  if (moment === undefined) return undefined;
  return String(kind === "seconds" ? Math.floor(moment / 1000) : moment);
}

/** 4GiB, 4G and 4g are binary; 4GB counts by thousands, as the unit says. */
function bytesMeant(text: string): string | undefined {
  const [, figure, letter = "", binary, byte] =
    /^(\d+(?:\.\d+)?)\s*([kmgtp])(i)?(b)?$/i.exec(text) ?? [];
  if (figure === undefined) return undefined;
  const unit = byte !== undefined && binary === undefined ? 1000 : 1024;
  return String(Math.round(Number(figure) * unit ** powers.indexOf(letter.toLowerCase())));
}
