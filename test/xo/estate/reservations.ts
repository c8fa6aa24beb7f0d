import type { TrapName } from "./traps.ts";

/** What each trap has to itself; two that want the same are an error that names both. */
export class Reservations {
  readonly #owners = new Map<string, Map<string, TrapName>>();

  /**
   * @param thing what only one trap may have, as the error calls it: `VM 7 of the first pool`
   * @param part of the thing, where other traps may have its other parts; without it, all of it
   */
  take(trap: TrapName, thing: string, part = ""): void {
    const owners = this.#owners.get(thing) ?? new Map<string, TrapName>();
    this.#owners.set(thing, owners);
    for (const [owned, owner] of owners) {
      const clash = part === "" || owned === "" || owned === part;
      if (clash && owner !== trap) {
        const what = part === "" ? thing : `${part} of ${thing}`;
        throw new Error(`the traps "${owner}" and "${trap}" both want ${what}`);
      }
    }
    owners.set(part, trap);
  }
}
