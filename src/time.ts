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
