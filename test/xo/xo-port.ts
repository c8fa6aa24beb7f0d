import compression from "compression";
import cookieParser from "cookie-parser";
import express, { type Express, type Handler, type Request } from "express";
import setupRestApi from "@xen-orchestra/rest-api";
import { docsSite } from "./docs/site.ts";
import type { Credentials } from "./xo-app/accounts.ts";
import type { XoApp } from "./xo-app/index.ts";

const SIGN_IN = `<!doctype html>
<html lang="en">
  <head><title>Xen Orchestra</title></head>
  <body>
    <h1>Sign in</h1>
    <form method="post" action="/signin/local">
      <input name="username" type="text" />
      <input name="password" type="password" />
      <button>Sign in</button>
    </form>
  </body>
</html>
`;

/** What listens on XO's port: its REST API, its sign-in page, and its manual. */
export function xoPort({ app, accounts }: XoApp): Express {
  const signedIn: Handler = (request, response, next) => {
    try {
      accounts.authenticate(credentialsOf(request));
    } catch {
      return response.redirect(302, "/signin");
    }
    next();
  };
  const manual: Handler = (request, response) => {
    const { status, type, body, location } = docsSite("/docs", request.path);
    if (location !== undefined) return response.redirect(status, location);
    response.status(status).type(type).send(body);
  };
  const signIn: Handler = (_request, response) => response.status(200).type("html").send(SIGN_IN);

  const port = express()
    .use(compression(), cookieParser(), express.json())
    .get("/", signIn)
    .get("/signin", signIn)
    .use("/docs", signedIn, manual);
  setupRestApi(port, app);
  return port;
}

function credentialsOf({ cookies, headers }: Request): Credentials {
  const token = cookies.authenticationToken ?? cookies.token;
  if (token !== undefined) return { token };
  const encoded = headers.authorization?.split(" ")[1] ?? "";
  const [username, password] = Buffer.from(encoded, "base64").toString().split(":");
  return { username, password };
}
