import { ofType } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const storageSituations = situationsOf({
  /** Sizes that cannot be: a use below nothing, more used than there is, all of it after a failed scan. */
  "impossible-sizes": (estate) => {
    const [negative, over, unscanned] = ofType(estate, "SR").filter(
      ({ content_type }) => content_type === "user",
    );
    if (negative === undefined || over === undefined || unscanned === undefined) {
      throw new Error("this estate has too few storages");
    }
    Object.assign(negative, { size: 1024 ** 4, physical_usage: -171_127_603 });
    Object.assign(over, { size: 1_000_000_000_000, physical_usage: 1_200_000_000_000 });
    Object.assign(unscanned, { size: -1, physical_usage: -1, usage: -1 });
  },
});
