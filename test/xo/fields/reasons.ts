/** Why a field is left out, by its dotted name. */
export type Reasons = Record<string, string>;

export const freeMap = "a map that guests, plug-ins and users write to";
export const signIn = "an address, with who signs in there";
export const given = "what a call was given";
export const carried = "whatever the code at work put there";

export const reasonsOfVms: Reasons = {
  other: freeMap,
  xenStoreData: freeMap,
  PV_args: "the kernel's command line, where installers get passwords",
  docker: "what containers were started with",
};

// An error of XO's carries the request, the command line and the connection it came from.
export const reasonsOfErrors: Reasons = {
  result: "an error with its request and command line, or what a call gave",
  "warnings.*.data": "an error with its request and command line",
};

export const reasonsOfSteps: Reasons = {
  "tasks.*.result": "an error with its request and command line, or what a call gave",
  "tasks.*.infos": carried,
  "tasks.*.warnings": "errors with their requests and command lines",
  "tasks.*.tasks": "steps within steps, with their errors",
};

export const reasonsOfCalls = (before: string): Reasons => ({
  [`${before}args`]: given,
  [`${before}params`]: given,
  [`${before}credentials`]: "who signed in",
  [`${before}userData`]: given,
});

export const reasonsOfRuns: Reasons = {
  ...reasonsOfErrors,
  ...reasonsOfSteps,
  "tasks.*.properties": given,
  // Whole records of XAPI, as the backup of a pool's metadata has them.
  "tasks.*.data.pool": freeMap,
  "tasks.*.data.poolMaster": freeMap,
};

/** What no collection of REST has today, and is left out wherever it should turn up. */
export const hiddenEverywhere: Reasons = {
  args: given,
  authenticationToken: "a token",
  otp: "a one-time password",
  params: given,
  password: "a password",
  sshKeys: "keys",
  xenstore_data: freeMap,
};
