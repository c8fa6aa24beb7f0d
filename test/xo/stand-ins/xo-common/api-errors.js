// The registry has an older xo-common, which lacks one constructor that the REST API imports.
export * from "xo-common-published/api-errors.js";

const CODE = 28;

/** Throws the error that the REST API answers with 503. */
export function serviceUnavailable(message = "service unavailable", data) {
  throw Object.assign(new Error(message), { code: CODE, data });
}
serviceUnavailable.is = (error) => error?.code === CODE;
