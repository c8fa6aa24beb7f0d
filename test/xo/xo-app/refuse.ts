/** A member of the XO application that the REST API asked for and the test XO does not have. */
export interface Refused {
  member: string;
  /** Unix milliseconds. */
  time: number;
}

/** The members that were refused, in order: every write ends here, and every surprise. */
export class Refusals {
  readonly list: Refused[] = [];

  /** `members` as they are; any other name throws and is recorded under `name`. */
  guard<T extends object>(name: string, members: T): T {
    return new Proxy(members, {
      get: (target, key, receiver) => {
        // `then` is how promises ask whether a value is one of them.
        if (typeof key === "symbol" || key === "then" || key in target) {
          return Reflect.get(target, key, receiver);
        }
        const member = name === "" ? key : `${name}.${key}`;
        this.list.push({ member, time: Date.now() });
        throw new Error(`the test XO has no ${member}`);
      },
    });
  }
}
