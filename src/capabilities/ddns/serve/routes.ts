/** The hosts of the update server over HTTP. */
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { StoreError } from "#contracts/store.ts";
import { HostAnswer, hostAnswer } from "./host-answer.ts";
import { HostError, type HostErrorCode } from "./host-error.ts";
import { routerUrl } from "./router-url.ts";
import type { UpdateServer } from "./update-server.ts";

/** Asked when a request comes: the routes are also described where nothing runs. */
export type FindUpdateServer = () => Pick<UpdateServer, "hosts" | "listening">;

const UserParameters = z.object({
  user: z.string().min(1).max(255).describe("Its user name, or one of its names"),
});
const secret = z.string().min(1).max(256).describe("Default: made by this server, and told in the answer");

const SecretAnswer = z.object({
  host: HostAnswer,
  secret: z.string().nullable().describe("Told this once; null: it was in the request, or is as it was"),
  url: z.string().describe("To enter in a router, with the fields that it fills in"),
  listening: z.array(z.string()).describe("None: the site file has no ddns.server"),
});
export type SecretAnswer = z.output<typeof SecretAnswer>;

/** List, add, new secret, clear, active, remove. */
export function updateHostRoutes(server: FindUpdateServer, nowMs: () => number = Date.now): readonly Route[] {
  return [
    listRoute(server, nowMs),
    addRoute(server, nowMs),
    secretRoute(server, nowMs),
    clearRoute(server, nowMs),
    activeRoute(server, nowMs),
    removeRoute(server),
  ];
}

function listRoute(server: FindUpdateServer, nowMs: () => number): Route {
  return defineRoute({
    method: "GET",
    path: "/api/ddns/hosts",
    summary: "Hosts that may tell their address to this server, and what they told",
    answer: z.object({ hosts: z.array(HostAnswer), listening: z.array(z.string()), url: z.string() }),
    handle: () => {
      const running = server();
      const hosts = running.hosts.table.all().map((host) => hostAnswer(host, nowMs()));
      return { hosts, ...placesOf(running) };
    },
  });
}

function addRoute(server: FindUpdateServer, nowMs: () => number): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/hosts",
    summary: "Let a host tell its address, or let one that is there have a name more",
    body: z.strictObject({
      name: z.string().min(1).max(255).describe("Such as laptop.home.example, in a zone of this server"),
      user: z.string().min(1).max(255).optional().describe("By which it logs in; default: the name"),
      interfaceId: z.string().max(64).optional().describe("What stands behind a prefix, such as ::1"),
      follows: z.string().max(255).optional().describe("A name of the same host whose prefix it gets"),
      secret: secret.optional(),
    }),
    answer: SecretAnswer,
    async handle({ body }) {
      const { host, secret: made } = await attempt(() => server().hosts.add(body));
      return {
        host: hostAnswer(host, nowMs()),
        secret: body.secret === undefined ? (made ?? null) : null,
        ...placesOf(server()),
      };
    },
  });
}

function secretRoute(server: FindUpdateServer, nowMs: () => number): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/hosts/{user}/secret",
    summary: "Give a host a new secret; the one before is worth nothing from then on",
    parameters: UserParameters,
    body: z.strictObject({ secret: secret.optional() }).prefault({}),
    answer: SecretAnswer,
    async handle({ parameters, body }) {
      const renewed = await attempt(() => server().hosts.renewSecret(parameters.user, body.secret));
      return {
        host: hostAnswer(renewed.host, nowMs()),
        secret: body.secret === undefined ? (renewed.secret ?? null) : null,
        ...placesOf(server()),
      };
    },
  });
}

function clearRoute(server: FindUpdateServer, nowMs: () => number): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/hosts/{user}/clear",
    summary: "Forget the needless updates of a host, and end its block",
    parameters: UserParameters,
    answer: z.object({ host: HostAnswer }),
    async handle({ parameters }) {
      return { host: hostAnswer(await attempt(() => server().hosts.clear(parameters.user)), nowMs()) };
    },
  });
}

function activeRoute(server: FindUpdateServer, nowMs: () => number): Route {
  return defineRoute({
    method: "PUT",
    path: "/api/ddns/hosts/{user}/active",
    summary: "Let a host update its names, or refuse that; its records stay",
    parameters: UserParameters,
    body: z.strictObject({ active: z.boolean() }),
    answer: z.object({ host: HostAnswer }),
    async handle({ parameters, body }) {
      const host = await attempt(() => server().hosts.setActive(parameters.user, body.active));
      return { host: hostAnswer(host, nowMs()) };
    },
  });
}

function removeRoute(server: FindUpdateServer): Route {
  return defineRoute({
    method: "DELETE",
    path: "/api/ddns/hosts/{user}",
    summary: "Take a host away with its names and their records, or one name of it",
    parameters: UserParameters.extend({
      name: z.string().max(255).optional().describe("Default: all of its names"),
    }),
    answer: z.object({ removed: z.array(z.string()).describe("Names that are gone") }),
    async handle({ parameters }) {
      return { removed: [...(await attempt(() => server().hosts.remove(parameters.user, parameters.name)))] };
    },
  });
}

function placesOf({ listening }: Pick<UpdateServer, "listening">): Pick<SecretAnswer, "url" | "listening"> {
  return { url: routerUrl(listening), listening: [...listening] };
}

const statuses: Readonly<Record<HostErrorCode, RouteError["status"]>> = {
  HP_DDNS_HOST_UNKNOWN: 404,
  HP_DDNS_HOST_INVALID: 400,
  HP_DDNS_HOST_TAKEN: 409,
  HP_DDNS_HOST_TOO_MANY: 409,
  HP_DDNS_HOST_NEWER: 409,
};

async function attempt<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HostError) throw new RouteError(statuses[error.code], error.code, error.message);
    if (error instanceof StoreError) throw new RouteError(503, error.code, error.message);
    throw error;
  }
}
