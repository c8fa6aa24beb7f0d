import { automation } from "./automation.ts";
import { operation } from "./operation.ts";
import type { Page } from "./page.ts";
import { releases } from "./releases.ts";
import { setup } from "./setup.ts";

/** Every page of the manual. All of its text was written for this test. */
export const pages: readonly Page[] = [...setup, ...operation, ...automation, releases];

/** Where topics went that used to be pages of their own. */
export const moved: ReadonlyMap<string, string> = new Map([
  ["backups", "xo5/backups"],
  ["restapi", "automation/restapi"],
  ["manage", "xo5/manage_infrastructure"],
  ["users", "xo5/users"],
]);
