import { noSuchObject } from "xo-common/api-errors.js";

/** The record with that id, or the error that the REST API answers with 404. */
export function find<T extends { id: string }>(records: readonly T[], id: string, type: string): T {
  return records.find((record) => record.id === id) ?? noSuchObject(id, type);
}
