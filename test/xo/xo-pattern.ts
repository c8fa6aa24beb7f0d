/** XO's own matcher of patterns, as its REST API uses it. */
export { createPredicate } from "value-matcher";
