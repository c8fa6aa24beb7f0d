// What the test XO uses of packages that have no types, or far more types than are wanted here.

declare module "express" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Request extends IncomingMessage {
    path: string;
    cookies: Record<string, string | undefined>;
  }

  export interface Response extends ServerResponse {
    status(code: number): this;
    type(name: string): this;
    send(body: string): this;
    redirect(status: number, url: string): void;
  }

  export type Handler = (
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ) => unknown;

  export interface Express {
    (request: IncomingMessage, response: ServerResponse): void;
    use(...handlers: Handler[]): this;
    use(path: string, ...handlers: Handler[]): this;
    get(path: string, ...handlers: Handler[]): this;
  }

  function express(): Express;
  namespace express {
    function json(): Handler;
  }
  export default express;
}

declare module "compression" {
  import type { Handler } from "express";
  export default function compression(): Handler;
}

declare module "cookie-parser" {
  import type { Handler } from "express";
  export default function cookieParser(): Handler;
}

declare module "@xen-orchestra/rest-api" {
  import type { Express } from "express";
  export default function setupRestApi(express: Express, xoApp: object): unknown;
}

declare module "xo-common/api-errors.js" {
  export function noSuchObject(id: string, type?: string | readonly string[]): never;
  export function invalidCredentials(): never;
  export function featureUnauthorized(feature: {
    featureCode: string;
    currentPlan: string;
    minPlan: string;
  }): never;
  export function incorrectState(state: {
    actual?: unknown;
    expected: unknown;
    object: unknown;
    property: string;
  }): never;
}

declare module "value-matcher" {
  export function createPredicate(pattern: unknown): (value: unknown) => boolean;
}
