/** ISO 8601 in UTC of Unix seconds; nothing for no time, which XAPI writes as 0. */
export function iso(seconds: number | null | undefined): string | undefined {
  if (seconds === null || seconds === undefined || seconds <= 0) return undefined;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(".000Z", "Z");
}

/** Whole hours, days or minutes from then to now, in words: "3 days". */
export function age(seconds: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now / 1000 - seconds) / 60));
  const [figure, unit] =
    minutes < 120
      ? [minutes, "minute"]
      : minutes < 48 * 60
        ? [Math.floor(minutes / 60), "hour"]
        : [Math.floor(minutes / 1440), "day"];
  return `${figure} ${unit}${figure === 1 ? "" : "s"}`;
}

/** The same moment in this machine's time zone, with its offset: 2026-11-22T02:00:00+01:00. */
export function localIso(seconds: number): string {
  const date = new Date(seconds * 1000);
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const pad = (figure: number) => String(figure).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${pad(hours)}:${pad(minutes)}`;
}
