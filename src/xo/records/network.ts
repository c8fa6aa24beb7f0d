import * as z from "zod";

export const Network = z.object({ id: z.string(), name_label: z.string().default("") });
