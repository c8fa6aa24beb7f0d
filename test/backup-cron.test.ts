import { describe, expect, test } from "bun:test";
import { inWords, parseCron, standardCron } from "../src/backup/cron.ts";
import { nextRun } from "../src/backup/next-run.ts";

describe("a schedule in words", () => {
  test.each([
    ["0 2 * * *", "every day at 02:00"],
    ["30 4,16 * * *", "every day at 04:30 and 16:30"],
    ["0 3 * * 0", "every Sunday at 03:00"],
    ["0 3 * * 7", "every Sunday at 03:00"],
    ["0 3 * * sun", "every Sunday at 03:00"],
    // 7 is 0 before XO counts from the one end to the other: nothing is any, 0 to 0 is Sunday.
    ["0 4 * * 5-7", "every day at 04:00"],
    ["0 4 * * 1-7", "every day at 04:00"],
    ["0 4 * * 0-7", "every Sunday at 04:00"],
    ["0 4 * * 1,5-7", "every Monday at 04:00"],
    ["0 4 * * 7-7", "every Sunday at 04:00"],
    ["15 6 * * 1-5", "Monday to Friday at 06:15"],
    ["0 22 * * 0,1,3", "every Monday, Wednesday and Sunday at 22:00"],
    ["0 5 1 * *", "on day 1 of every month at 05:00"],
    ["0 5 1,15 * *", "on days 1 and 15 of every month at 05:00"],
    // XO counts months from 0.
    ["0 5 1 0,6 *", "on day 1 of January and July at 05:00"],
    ["0 5 1 jan *", "on day 1 of January at 05:00"],
    ["0 */6 * * *", "every 6 hours"],
    ["30 */6 * * *", "every 6 hours at minute 30"],
    ["0 * * * *", "every hour"],
    ["5 * * * *", "every hour at minute 5"],
    ["*/15 * * * *", "every 15 minutes"],
    ["*/15 * * * 1-5", "every 15 minutes, Monday to Friday"],
    ["* * * * *", "every minute"],
    ["@daily", "every day at 00:00"],
    ["@monthly", "on day 1 of every month at 00:00"],
  ])("%s is %s", (cron, words) => {
    expect(inWords(cron)).toBe(words);
  });

  test.each([
    ["either kind of day", "0 5 1 * 1"],
    ["uneven steps", "*/7 * * * *"],
    ["too many times", "0,10,20,40 2,3,4 * * *"],
    ["what is no cron", "tomorrow"],
    ["too few fields", "0 2 * *"],
    ["an hour that there is not", "0 24 * * *"],
    ["a step of nothing", "*/0 * * * *"],
  ])("is left as it is: %s", (_what, cron) => {
    expect(inWords(cron)).toBe(cron);
  });

  test("is read as XO does, and written as everybody else does", () => {
    expect(standardCron(parseCron("0 0 1-7/2 11 wen") ?? {})).toBe("0 0 1,3,5,7 12 3");
    expect(parseCron("0 0 * 12 *")).toBeUndefined();
  });
});

describe("the next run", () => {
  const next = (cron: string, timezone: string | undefined, from: string) =>
    nextRun({ cron, timezone }, Date.parse(from));

  test.each([
    [
      "by the clock of its zone",
      "0 2 * * *",
      "Europe/Paris",
      "2026-11-22T12:00:00Z",
      "2026-11-23T01:00:00Z",
    ],
    [
      "in summer an hour earlier",
      "0 2 * * *",
      "Europe/Paris",
      "2026-07-22T12:00:00Z",
      "2026-07-23T00:00:00Z",
    ],
    [
      "on the day before in UTC",
      "15 6 * * 1-5",
      "Asia/Tokyo",
      "2026-11-22T12:00:00Z",
      "2026-11-22T21:15:00Z",
    ],
    [
      "in UTC without a zone",
      "0 1 * * *",
      undefined,
      "2026-11-22T12:00:00Z",
      "2026-11-23T01:00:00Z",
    ],
    ["never now, but after it", "0 2 * * *", "UTC", "2026-11-22T02:00:00Z", "2026-11-23T02:00:00Z"],
    ["on either kind of day", "0 0 10 * 3", "UTC", "2018-04-09T06:25:00Z", "2018-04-10T00:00:00Z"],
    [
      "on the other kind of day",
      "0 0 12 * 3",
      "UTC",
      "2018-04-09T06:25:00Z",
      "2018-04-11T00:00:00Z",
    ],
    [
      "in the month that XO means",
      "0 0 1 1 *",
      "UTC",
      "2026-11-22T12:00:00Z",
      "2027-02-01T00:00:00Z",
    ],
    [
      "on Thursday, where the range ends in 7",
      "0 4 * * 5-7",
      "UTC",
      "2026-11-25T12:00:00Z",
      "2026-11-26T04:00:00Z",
    ],
    ["on Sunday alone", "0 4 * * 0-7", "UTC", "2026-11-25T12:00:00Z", "2026-11-29T04:00:00Z"],
    ["years later", "0 0 29 1 *", "UTC", "2026-11-22T12:00:00Z", "2028-02-29T00:00:00Z"],
  ])("%s", async (_what, cron, zone, from, expected) => {
    expect(await next(cron, zone, from)).toBe(expected);
  });

  test("in the night in which clocks go forward is not lost, and once when they go back", async () => {
    // At 02:00 it is 03:00 in Paris.
    expect(await next("0 2 * * *", "Europe/Paris", "2027-03-27T12:00:00Z")).toBe(
      "2027-03-28T01:00:00Z",
    );
    expect(await next("0 2 * * *", "Europe/Paris", "2027-03-28T01:00:00Z")).toBe(
      "2027-03-29T00:00:00Z",
    );
    // 02:30 comes twice.
    expect(await next("30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z")).toBe(
      "2026-10-25T00:30:00Z",
    );
    expect(await next("30 2 * * *", "Europe/Paris", "2026-10-25T00:30:00Z")).toBe(
      "2026-10-26T01:30:00Z",
    );
  });

  test.each([
    ["that never comes", "0 0 30 1 *", "UTC"],
    ["in a zone that there is not", "0 0 * * *", "Mars/Base"],
    ["in XO's own zone, which it does not tell", "0 0 * * *", "local"],
    ["of what is no cron", "soon", "UTC"],
  ])("is unknown: one %s", async (_what, cron, zone) => {
    expect(await next(cron, zone, "2026-11-22T12:00:00Z")).toBeUndefined();
  });
});
