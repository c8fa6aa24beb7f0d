import { AsyncLocalStorage } from "node:async_hooks";
import { invalidCredentials } from "xo-common/api-errors.js";
import type { Account, Estate, StoredRecord } from "../estate/estate.ts";
import { find } from "./stored.ts";

/** What XO waits after a failed sign-in before it looks at that name again. */
const THROTTLE_MS = 2000;

const DAY_MS = 86_400_000;

export interface Credentials {
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
}

/** Who may sign in, and on whose behalf the current request runs. */
export class Accounts {
  readonly #estate: Estate;
  readonly #context = new AsyncLocalStorage<{ user: StoredRecord | undefined }>();
  readonly #failures = new Map<string, number>();

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  authenticate({ token, username, password }: Credentials): StoredRecord {
    if (token !== undefined) {
      const account = this.#estate.users.find((candidate) => candidate.token === token);
      return account?.user ?? invalidCredentials();
    }
    const name = username ?? "";
    if (Date.now() < (this.#failures.get(name) ?? 0) + THROTTLE_MS) {
      throw new Error("too fast authentication tries");
    }
    const account = this.#estate.users.find(({ user }) => user.email === name);
    if (account === undefined || account.password !== password) {
      this.#failures.set(name, Date.now());
      return invalidCredentials();
    }
    this.#failures.delete(name);
    return account.user;
  }

  members() {
    const { groups, users } = this.#estate;
    const context = this.#context;
    const allUsers = users.map(({ user }) => user);
    return {
      get apiContext() {
        return context.getStore() ?? { user: undefined };
      },
      runWithApiContext: (current: StoredRecord | undefined, run: () => unknown) =>
        context.run({ user: current }, run),
      authenticateUser: async (credentials: Credentials) => ({
        user: this.authenticate(credentials),
      }),
      getUser: async (id: string) => find(allUsers, id, "user"),
      getAllUsers: async () => allUsers,
      getGroup: async (id: string) => find(groups, id, "group"),
      getAllGroups: async () => groups,
      getAuthenticationTokensForUser: async (userId: string) =>
        users
          .filter((account) => account.user.id === userId)
          .map((account) => this.#tokenRecord(account)),
    };
  }

  /** XO shows live tokens in clear here: a trap for a client that asks. */
  #tokenRecord({ user, token }: Account): StoredRecord {
    const { now } = this.#estate;
    return { id: token, user_id: user.id, created_at: now - DAY_MS, expiration: now + 30 * DAY_MS };
  }
}
