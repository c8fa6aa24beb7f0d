import { pattern, settings } from "../fields/words.ts";
import { RestCollection } from "../rest-collection.ts";

export default new RestCollection({
  noun: "backup jobs",
  standard: "id,name,type,mode",
  sort: "name",
  shown: `compression id mode name proxy sourceRemote type userId xoMetadata ${settings}
    ${pattern("vms", "id type power_state $pool $container tags name_label")}
    ${pattern("remotes", "id")} ${pattern("srs", "id")} ${pattern("pools", "id")}`,
  hidden: Object.fromEntries(
    ["daily", "weekly", "monthly", "yearly"].map((age) => [
      `settings.*.longTermRetention.${age}.settings`,
      "a map of anything",
    ]),
  ),
});
